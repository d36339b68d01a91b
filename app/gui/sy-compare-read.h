/* sy-compare-read.h: two runs read to be compared
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-compare.h"

G_BEGIN_DECLS

/* Any thread. The older run becomes the first. */
SyRunComparison *sy_compare_read (const char *uuid, const char *other, GError **error);

G_END_DECLS
