/* sy-text-reads.h: output of attempts and files, read and searched by threads
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-text-source.h"

G_BEGIN_DECLS

/* @uuid: the run; the output of an attempt. (transfer full): closed through its interface */
SyTextSource *sy_text_reads_open_output (const char *uuid, guint32 task, guint32 attempt);
/* A file that may be of any size; only a regular one is read. */
SyTextSource *sy_text_reads_open_file (const char *path);

G_END_DECLS
