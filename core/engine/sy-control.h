/* sy-control.h: commands to a living runner over the run folder's `ctl` socket
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * One frame each way: u32 length (little endian) and that many bytes of JSON, at most 4 MiB.
 *
 * Request: {"v":1,"command":WORD, …}; tasks are named by id.
 *   ping · status
 *   pause, resume       {"branch":"FORK/CHILD"}            (branch optional)
 *   drain
 *   cancel              {"kill":bool}
 *   stop                {"task":ID,"kill":bool}
 *   skip, retry-now, give-up  {"task":ID}
 *   mark                {"task":ID,"as":"succeeded|failed","note":TEXT}
 *   edit                {"task":ID,"json":{"command":[…]} or {"run":TEXT}}
 *   rerun               {"scope":"failed|task|from|branch|current_file","tasks":[ID,…],"running":"refuse|stop_first|then_again"}
 *                       with "seq":N and "digest":sy_rerun_digest() of the preview: refused where the set is another by now
 *   set-slots           {"slots":N}
 *   leave               (the runner leaves, keepers go on)
 * Reply: {"v":1,"ok":true,"seq":N, …} after the COMMIT of what the command did, or
 *   {"v":1,"ok":false,"error":TEXT,"code":WORD}. Every command yields an event or a visible refusal.
 * status: {"v":1,"ok":true,"run":UUID,"pid":N,"state":WORD,"seq":N,"slots":N,"counts":{STATE:N}}
 */
#define SY_CONTROL_MAX (4u * 1024 * 1024)

/**
 * sy_control_call:
 * @run_fd: the run folder
 * @request: JSON
 * @timeout_ms: for the whole call; -1 = none
 *
 * Sends one request to the runner of the run and waits for its reply. A reply with "ok":false is returned
 * as text, not as an error. No living runner: %SY_ERROR_NOT_FOUND. Blocks; any thread.
 *
 * Returns: (transfer full) (nullable): the reply's JSON text
 */
char *sy_control_call (int run_fd, const char *request, int timeout_ms, GError **error);

G_END_DECLS
