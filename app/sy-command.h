/* sy-command.h: the table of commands and what they share: options, exit codes, errors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-error.h"

G_BEGIN_DECLS

/* Exit codes: part of the interface, documented in the manual page. */
typedef enum
{
  SY_EXIT_OK = 0,          /* succeeded, or partially (said on stderr) */
  SY_EXIT_FAILED = 1,      /* the run failed */
  SY_EXIT_USAGE = 2,       /* wrong usage, invalid file, a request that does not fit */
  SY_EXIT_CANCELLED = 3,
  SY_EXIT_LOST = 4,        /* lost or stalled */
  SY_EXIT_PAUSED = 5,      /* paused, drained or left going on */
  SY_EXIT_INTERNAL = 6,    /* internal or I/O error */
  SY_EXIT_OWNED = 7,       /* another runner owns the run */
} SyExitCode;

/*
 * One command. The table and the option entries are static: a process runs
 * one command, so the entries point at static variables of the command's file.
 */
typedef struct
{
  const char *name;
  const char *arguments;        /* as in the usage line: "RUN [TASK]" */
  const char *summary;          /* one line */
  const char *description;      /* (nullable) paragraphs under the options of --help */
  const char *examples;         /* lines, each indented by two */
  const GOptionEntry *entries;  /* (nullable) ends with a NULL entry */
  int min_args, max_args;       /* positional arguments; max −1 = any */
  const char *surplus;          /* (nullable) what one argument too many is likely to have meant */
  int (*run) (char **args);     /* what is left after the options, NULL-terminated; gives a SyExitCode */
} SyCommand;

/* All commands, in the order of --help, ended by one with name NULL. */
extern const SyCommand *const sy_commands[];
const SyCommand *sy_command_find (const char *name);

/* The commands of each file */
extern const SyCommand sy_command_run, sy_command_validate;
extern const SyCommand sy_command_runs, sy_command_show, sy_command_logs, sy_command_watch, sy_command_why;
extern const SyCommand sy_command_rerun, sy_command_cancel, sy_command_pause, sy_command_resume, sy_command_drain;
extern const SyCommand sy_command_stop, sy_command_skip, sy_command_retry_now, sy_command_give_up, sy_command_mark;
extern const SyCommand sy_command_import, sy_command_export, sy_command_doctor, sy_command_gc, sy_command_schema;
extern const SyCommand sy_command_delete, sy_command_pin, sy_command_note, sy_command_open;

/* Parses the options and runs: argv[0] is the command's word. */
int sy_command_main (const SyCommand *command, int argc, char **argv);
/* Text of `switchyard COMMAND --help` and of `switchyard --help`. (transfer full) */
char *sy_command_help (const SyCommand *command);
char *sy_command_overview (void);

/* "switchyard: message" on stderr */
void sy_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* Says the error once and gives the exit code that it stands for. */
int sy_fail (const GError *error);
int sy_exit_code_of_error (const GError *error);
/* Wrong usage of @command: message and where to read more; gives SY_EXIT_USAGE. */
int sy_usage (const SyCommand *command, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Writes to stdout; remembers a failure for sy_out_close(). */
void sy_out (const GString *text);
void sy_out_line (const char *text);
/* Flushes; gives @code, or SY_EXIT_INTERNAL where stdout could not be written (said on stderr). */
int sy_out_close (int code);

G_END_DECLS
