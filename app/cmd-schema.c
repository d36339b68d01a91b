/* cmd-schema.c: schema
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "core/format/sy-schema.h"

static int
schema (char **args)
{
  g_autofree char *text = sy_schema_print ();

  sy_out_line (text);
  return SY_EXIT_OK;
}

const SyCommand sy_command_schema = {
  .name = "schema",
  .arguments = "",
  .summary = "Print the JSON Schema of workflow files",
  .examples = "  switchyard schema > switchyard-1.schema.json",
  .run = schema,
};
