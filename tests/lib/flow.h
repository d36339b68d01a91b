/* flow.h: workflows from one line of text, for tests of the engine
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/**
 * flow_parse:
 *
 * Entries parted by `;`. An entry is a task, `ID[:NEED,…] [KEY=VALUE]…`, where `?f`, `?s`, `?fs` after a need is what its
 * edge tolerates, or `@KEY=VALUE` for the file. A defect of the text ends the test.
 *
 * Task keys: join=RULE|quorum(N)|quorum(P%)|done(N), rest=cancel, retry=N, delay=US, backoff=X, max=US, jitter=X, on=CODE,
 * lost=fail|rerun, warned=CODE, skipped=CODE, total=US, cpu=N, mem=N, NAME=N for a pool, prio=N, if=EXPR (no blanks),
 * env=TEMPLATE (variable X), outputs=NAME, off=1 (disabled), point=1 (a join point).
 * File keys: fail=stop|cancel, handler=NAME, pool=NAME/N.
 */
SyWorkflow *flow_parse (const char *text);

G_END_DECLS
