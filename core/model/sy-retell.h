/* sy-retell.h: what another process or a log said in English, in the language of this one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sy_retell:
 * @said: what a runner answered, or the text of an event: the command line and the log speak English
 *
 * Looks for the format that it was made from and fills in its translation; what stands in quotes is a name and stays.
 * What is not known stays as it is; so does all where no catalogue was chosen.
 *
 * Returns: (transfer full)
 */
char *sy_retell (const char *said);

G_END_DECLS
