/* sy-run-json.h: events and runs in the shapes of --json
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-json-writer.h"
#include "app/sy-run-view.h"

G_BEGIN_DECLS

/* One line of `run --json` and `watch --json` on stdout, flushed. */
void sy_event_json_print (const char *run, const SyRunState *state, const SyEvent *event);

/* The keys of a `runs` object, without braces. */
void sy_run_json_from_info (SyJson *json, const SyRunInfo *info);
void sy_run_json_from_facts (SyJson *json, const SyRunFacts *facts);

/* The `runs` object of one run as a line on stdout: how `run --json` ends. */
void sy_run_json_print (const SyRunFacts *facts);

/* exit: code or null; signal: number or null */
void sy_json_status (SyJson *json, int status);

G_END_DECLS
