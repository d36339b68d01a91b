/* test-sched-tables.c: the scheduler case by case: a workflow, inputs, and what is expected in between
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/play.h"

typedef struct
{
  const char *flow;
  guint slots;
  const char *script;
} Case;

static const Case joins[] = {
  { "a; b:a; c:b", 2, "[a=running b=pending(needs) run=running] a+ [b=running] b+ c+ [c=succeeded run=succeeded]" },
  { "a; b:a; c:b", 2, "a- [a=failed(exit) b=upstream_failed c=upstream_failed run=failed]" },
  /* one_*: at once, beside what still runs */
  { "a; b; c:a,b join=one_success", 2, "a+ [c=running b=running] b- [c=running b=failed] c+ [run=partially_succeeded]" },
  { "a; b; c:a,b join=one_failed", 3, "a- [c=running b=running] c+ b+ [run=partially_succeeded]" },
  { "a; b; c:a,b join=one_failed", 3, "a+ [c=pending] b+ [c=skipped(upstream_skipped) run=succeeded]" },
  { "a; b; c:a,b join=one_done", 3, "a- [c=running b=running]" },
  { "a; b; c:a,b join=one_success", 3, "a- [c=pending] b- [c=upstream_failed run=failed]" },
  /* all_*, none_* */
  { "a; b; c:a,b join=all_done", 3, "a- [c=pending] b+ [c=running] c+ [run=failed]" },
  { "a; b; c:a,b join=all_failed", 3, "a- b- [c=running] c+ [run=partially_succeeded]" },
  { "a; b; c:a,b join=all_failed", 3, "a+ [c=skipped(upstream_skipped)] b+ [run=succeeded]" },
  { "a; b skipped=9; c:a,b join=none_failed", 3, "b=9 [b=skipped(exit_code) c=pending] a+ [c=running]" },
  { "a; b skipped=9; c:a,b", 3, "b=9 [c=skipped(upstream_skipped)] a+ [run=succeeded]" },
  { "a; b skipped=9; c:a,b", 3, "b=9 [c=skipped(upstream_skipped)] a- [c=skipped(upstream_skipped) run=failed]" },
  { "a; b; c:a,b join=none_failed", 3, "a- [c=upstream_failed] b+ [run=failed]" },
  { "a skipped=9; b skipped=9; c:a,b join=none_failed_min_one_success", 3, "a=9 b=9 [c=skipped(upstream_skipped) run=succeeded]" },
  { "a skipped=9; b; c:a,b join=none_failed_min_one_success", 3, "a=9 b+ [c=running]" },
  /* quorum */
  { "a; b; c; d:a,b,c join=quorum(2)", 4, "a+ [d=pending] b+ [d=running c=running] c- d+ [run=partially_succeeded]" },
  { "a; b; c; d:a,b,c join=quorum(2)", 4, "a- b- [d=upstream_failed c=running] c+ [run=failed]" },
  { "a; b; c; d:a,b,c join=quorum(50%)", 4, "a+ [d=pending] b+ [d=running]" },
  { "a; b; c; d:a,b,c join=done(2)", 4, "a+ b- [d=running] c+ d+ [run=partially_succeeded]" },
  { "a; b; c; d:a,b,c join=quorum(2) rest=cancel", 3, "a+ b+ [d=running c=running(stopping)] c- [c=cancelled(quorum_met)] d+ [run=partially_succeeded]" },
  { "a; b; c; d:a,b,c join=quorum(2) rest=cancel; e:c", 3, "a+ b+ [d=running c=running(running)]" },
  { "a; b; c:a; d:a,b,c join=quorum(2) rest=cancel", 1, "a+ b- c+ [d=running]" },
  { "a; b; c; d; e:a,b,c,d join=quorum(1) rest=cancel", 2, "a+ [b=running(stopping) c=cancelled(quorum_met) d=cancelled(quorum_met) e=running] b- e+ [run=partially_succeeded]" },
  /* edges */
  { "a; b:a?f", 2, "a- [b=running] b+ [run=partially_succeeded]" },
  { "a; b:a?s", 2, "a- [b=upstream_failed run=failed]" },
  { "a skipped=9; b:a?s", 2, "a=9 [b=running] b+ [run=succeeded]" },
  { "a; b:a?f; c:a", 2, "a- [b=running c=upstream_failed] b+ [run=failed]" },
  /* settled: all_done never beside a living ancestor, an F counts at once for one_failed only */
  { "a; b; m:a,b join=one_success; x:m join=all_done", 3, "a+ [m=running b=running] m+ [x=pending(upstream_settling)] b+ [x=running]" },
  { "a; b; m:a,b join=one_success; x:m", 3, "a+ m- [x=pending(upstream_settling)] b+ [x=upstream_failed run=failed]" },
  { "a; b; m:a,b join=one_success; x:m join=one_failed", 3, "a+ m- [x=running b=running]" },
  { "a; b; m:a,b join=one_success; x:m join=none_failed", 3, "a+ m+ [x=pending(upstream_settling)] b- [x=running]" },
  { "a; b:a; c:b; d:c join=all_done; e:b?s", 1, "skip:b [c=skipped(upstream_skipped) d=pending(upstream_settling) e=pending(upstream_settling)] a+ [d=running e=ready]" },
  /* points, disabled, if */
  { "a; p:a point=1; b:p", 2, "a+ [p=succeeded b=running]" },
  { "p point=1; q:p point=1", 2, "[p=succeeded q=succeeded run=succeeded handlers=]" },
  { "a off=1; b:a; c:a?s", 2, "[a=skipped(disabled) b=skipped(upstream_skipped) c=running]" },
  { "a; b:a if=tasks.a.succeeded==1; c:a if=tasks.a.failed==1; d:c", 4, "a+ [b=running c=skipped(condition_false) d=skipped(upstream_skipped)]" },
  { "a; b:a if=tasks.a.state=='succeeded'", 4, "a+ [b=running]" },
  { "a outputs=n; b:a if=tasks.a.outputs.n=='7'; c:a if=tasks.a.outputs.n=='8'", 4, "a{\"n\":\"7\"} [b=running c=skipped(condition_false)]" },
  { "a; b:a if=params.nope", 4, "a+ [b=failed(expression) run=failed]" },
  { "a; b:a env=${{tasks.a.outputs.n}}", 4, "a+ [b=failed(expression) run=failed events=intent:1]" },
};

static const Case results[] = {
  { "a warned=3; @handler=init; @handler=success; @handler=failure; @handler=exit", 1,
    "[handlers=init] a=3 [a=succeeded(warned) run=partially_succeeded handlers=init,success,exit]" },
  { "a; @handler=success; @handler=failure; @handler=exit", 1, "a- [run=failed handlers=failure,exit events=settled:1]" },
  { "a; @handler=success; @handler=cancel; @handler=exit", 1,
    "cancel [run=stopping a=running(stopping)] a- [a=cancelled(run_stopped) run=cancelled handlers=cancel,exit]" },
  { "a; b:a; c", 3, "cancel [b=cancelled(run_stopped)] c- a- [run=cancelled]" },
  { "a; b:a", 3, "cancel a+ [a=succeeded run=cancelled]" },
  { "a; b:a", 3, "cancel !cancel cancel! !cancel! a- [run=cancelled] !cancel" },
  /* on_failure */
  { "@fail=stop; a; b; c:b; d", 2, "a- [run=stopping b=running c=cancelled(run_stopped) d=cancelled(run_stopped)] b+ [b=succeeded run=failed]" },
  { "@fail=cancel; a; b; c:b", 2, "a- [run=stopping b=running(stopping) c=cancelled(run_stopped)] b- [b=cancelled(run_stopped) run=failed]" },
  { "@fail=stop; a; b:a?f; c", 3, "a- [run=running b=running] b+ c+ [run=partially_succeeded]" },
  { "@fail=stop; a; b; d; c:a,b join=quorum(2); x", 4, "a- [c=upstream_failed run=stopping x=running]" },
  { "@fail=stop; a retry=1; b; c:b", 2, "a- [a=ready(awaiting_retry) run=running] b- [run=failed a=cancelled(run_stopped) c=upstream_failed]" },
  /* lost */
  { "a; b:a; @handler=exit", 1, "a~ [a=lost(keeper_died) b=pending(upstream_lost) run=lost handlers=] good:a [a=succeeded(marked) b=running run=running] b+ [run=succeeded handlers=exit]" },
  { "a; b:a", 1, "a~ bad:a [a=failed(marked) b=upstream_failed run=failed]" },
  { "a; b:a; c", 2, "a~ c- [run=failed] rerun:failed [a=running c=running run=running]" },
  { "a lost=fail; b:a", 1, "a~ [a=lost b=upstream_failed run=failed]" },
  { "a lost=rerun; b:a", 1, "a~ [a=running] a~ [a=lost run=lost]" },
  { "a lost=rerun retry=2 delay=1", 1, "a~ a~ [a=running] a~ [a=lost]" },
  { "a; b:a", 1, "a~ !cancel [a=lost]" },
  /* stalled, waiting for others */
  { "a; b:a", 1, "full a+ [b=ready(queued) run=stalled] ok [b=running run=running]" },
  { "a; b", 2, "hold [a=ready] deaf:a [a=ready(held_keeper) run=running] deaf:b [run=stalled] heard:a [a=ready(queued) run=running] unhold tick:0 [a=running]" },
};

static const Case queue[] = {
  { "@pool=db/2; a db=1; b db=2; c db=1", 4, "[a=running b=ready(held_pool) b@db c=running] a+ [b=ready] c+ [b=running]" },
  { "a cpu=2; b cpu=2; c", 3, "[a=running b=ready(held_slots) c=running] a+ [b=running]" },
  { "a cpu=9; b", 2, "[a=running b=ready] a+ [b=running]" },
  { "a; b cpu=9", 2, "[a=running b=ready(held_slots)] a+ [b=running]" },
  { "a mem=600; b mem=600; c mem=300", 4, "[a=running b=ready(held_pool) b@memory c=running] a+ [b=running]" },
  { "a mem=5000; b", 4, "[a=running b=ready]" },
  { "@pool=x/1; @pool=y/1; a x=1 y=1; b x=1; c y=1", 4, "[a=running b=ready(held_pool) b@x c=ready(held_pool) c@y] a+ [b=running c=running]" },
  { "a; b prio=1; c prio=2", 1, "[c=running] c+ b+ a+ [order=c,b,a]" },
  { "a; b; x:b; y:x", 1, "[b=running] b+ x+ [y=ready a=running]" },
  /* no starvation: two slots, so two starts may pass a; then the pool is kept for it */
  { "@pool=p/2; z p=1; a p=2 prio=9; b p=1 prio=1; c p=1; d p=1; e p=1; f p=1", 2, "a+ [b=running]" },
  { "@pool=p/2; s:z; z p=1 prio=99; a p=2 prio=9; b p=1; c p=1; d p=1; e p=1", 3,
    "[z=running a=ready b=running] b+ c+ d+ [e=ready(held_pool) a=ready] z+ [a=running]" },
  /* 10,000 ready tasks cost no event each */
  { "a; b; c; d; e", 1, "[events=held:0 order=a]" },
  { "a; b; c", 1, "slots:3 [b=running c=running] slots:1 a+ b+ c+ [run=succeeded]" },
  { "a; b; c; d", 2, "slots:1 a+ [c=ready] b+ [c=running d=ready]" },
  { "a; b", 1, "void:a [a=running]" },
  { "a; b", 2, "hold void:a [a=ready(queued) b=ready] unhold tick:0.5 [b=running a=ready] tick:0.6 [a=running]" },
};

static const Case retries[] = {
  { "a retry=2 delay=1000000; b:a", 1, "a- [a=ready(awaiting_retry) run=running] tick:0.9 [a=ready] tick:0.2 [a=running] a- tick:1.9 [a=ready(awaiting_retry)] tick:0.2 [a=running] a- [a=failed(exit) b=upstream_failed run=failed]" },
  { "a retry=1 on=7", 1, "a- [a=failed(exit)]" },
  { "a retry=1 on=7", 1, "a=7 [a=ready(awaiting_retry)]" },
  { "a retry=1 on=7", 1, "a!9 [a=failed(signal)]" },
  { "a retry=1", 1, "a!9 [a=ready(awaiting_retry)] retry:a [a=running] a+ [run=succeeded]" },
  { "a retry=1", 1, "a- giveup:a [a=failed(exit) run=failed] !giveup:a !retry:a" },
  { "a outputs=x retry=1; b:a", 1, "a# [a=ready(awaiting_retry)] tick:2 a# [a=failed(output) b=upstream_failed]" },
  { "a retry=1", 1, "a- pause [run=paused] tick:5 [a=ready(held_pause)] resume [a=running run=running]" },
  { "a retry=1", 1, "a- cancel [a=cancelled(run_stopped) run=cancelled]" },
  { "a retry=1", 1, "a- stop:a [a=cancelled(user) run=failed]" },
  { "a retry=1", 1, "a- crash [a=ready(awaiting_retry)] tick:5 [a=running]" },
  { "a retry=9 delay=1000000 total=2500000", 1, "tick:1 a- [a=ready(awaiting_retry)] tick:1.1 [a=running] a- [a=failed(exit)]" },
  { "a retry=9 delay=4000000 backoff=10 max=5000000", 1, "a- tick:4 [a=running] a- tick:4.9 [a=ready] tick:0.2 [a=running]" },
  { "a retry=1; b", 1, "[a=running] a- [b=running] tick:9 [a=ready(queued)] b+ [a=running]" },
};

static const Case user[] = {
  { "a; b:a", 1, "stop:a [a=running(stopping)] !stop:a kill:a a- [a=cancelled(user) b=upstream_failed run=failed]" },
  { "a; b:a", 1, "stop:a a+ [a=succeeded b=running]" },
  { "a prio=1; b; c:b", 1, "skip:b [b=skipped(user) c=skipped(upstream_skipped)] !skip:a a+ !skip:b [run=succeeded]" },
  { "a; b:a", 1, "a- good:a [a=succeeded(marked) b=running run=running] b+ [run=succeeded]" },
  { "a; b:a; c:b", 1, "a- good:b [b=succeeded(marked) c=running]" },
  { "a; b:a", 1, "a+ b+ !good:a !bad:b" },
  { "a; b; c", 1, "pause [run=paused b=ready(queued)] a+ [b=ready(queued) run=paused] !pause resume [b=running run=running] !resume" },
  { "a; b; c", 1, "drain [run=paused] !drain a+ [b=ready] crash [run=paused] resume [b=running run=running]" },
  { "f; a:f; b:f; c:a; d:b; e:c,d", 2, "f+ [a=running b=running] pause:f/a a+ [c=ready(held_pause) c@f/a] b+ [d=running] d+ [run=paused] resume:f/a [c=running run=running] c+ e+ [run=succeeded]" },
  { "f; a:f; b:f", 2, "!pause:f/f !pause:a/b !pause:f f+ pause:f/a !pause:f/a a+ b+ [run=succeeded]" },
  { "f; a:f; b:f", 2, "pause:f/a f+ [a=ready(held_pause) b=running] crash [a=ready(held_pause)] b+ [run=paused] resume:f/a [a=running]" },
  /* intents that are out, and were claimed before the fence */
  { "a; b", 2, "hold mute stop:a [a=ready(revoking)] unhold tick:0 [a=running(stopping)] a- [a=cancelled(user)]" },
  { "a; b", 2, "hold mute skip:a unhold tick:0 [a=running(stopping)] a+ [a=succeeded]" },
  { "a; b", 2, "hold mute pause [a=ready(revoking)] unhold tick:0 [a=running(running)] a+ [a=succeeded]" },
  { "a; b:a", 2, "hold mute rerun:task:a [a=ready(revoking)] unhold tick:0 [a=running] a+ [a=running b=pending] a+ [b=running]" },
  { "a", 1, "hold mute pause cancel crash [a=cancelled(run_stopped) run=cancelled]" },
  { "@fail=stop; a; b; c", 2, "a- crash [b=running(running) run=stopping] b+ [run=failed]" },
  { "a; b", 2, "cancel !rerun:failed !good:a !pause !drain a- b- rerun:failed [run=running]" },
  { "a; @handler=exit", 1, "busy a+ [run=running handlers=exit] !rerun:task:a !good:a !cancel !pause crash [run=succeeded handlers=exit]" },
  { "a; @handler=init", 1, "busy [a=ready(queued) run=running handlers=init] crash [a=running]" },
  /* intents that are out */
  { "a; b", 2, "hold [a=ready] skip:a [a=skipped(user)] unhold tick:0 [b=running] crash [b=running]" },
  { "a; b", 2, "hold stop:a [a=cancelled(user) b=ready]" },
  { "a; b", 2, "hold pause [a=ready(queued) b=ready(queued)] unhold tick:0 [a=ready] resume [a=running b=running]" },
  { "a; b", 2, "hold drain [a=ready(queued) b=ready(queued) run=paused] unhold tick:0 [a=ready] resume [a=running]" },
  { "a; b", 1, "hold deaf:a [a=ready(held_keeper) b=ready(queued) run=stalled] heard:a [run=running]" },
  { "a; b", 2, "hold cancel [a=cancelled(run_stopped) b=cancelled(run_stopped) run=cancelled]" },
  { "a; b", 2, "hold rerun:task:a [a=ready b=ready] unhold tick:0 [a=running]" },
  { "a; b:a", 1, "crash [a=running] a+ crash [b=running] b+ crash [run=succeeded]" },
  { "a; b:a; @handler=exit", 1, "cancel crash [run=stopping a=running(stopping)] a- [run=cancelled handlers=exit]" },
};

static const Case reruns[] = {
  { "a; b:a; c:b", 1, "a+ b- rerun:failed [a=succeeded b=running c=pending run=running] b+ c+ [run=succeeded]" },
  { "a; b:a; c:b", 1, "a+ b+ c+ !rerun:failed rerun:task:a [a=running b*stale c*stale b=succeeded] a+ [b=succeeded run=succeeded]" },
  { "a; b:a; c:b", 1, "a+ b+ c+ rerun:from:b [a=succeeded b=running c=pending] b+ c+ [run=succeeded c*fresh]" },
  { "a; b; c:a,b", 2, "a- b- [c=upstream_failed] rerun:failed:b [b=running c=upstream_failed] b+ [c=upstream_failed run=failed]" },
  { "a; b; c:a,b", 2, "a- b- rerun:failed:a [c=upstream_failed a=running events=reset:1] a+ [c=upstream_failed run=failed] !rerun:failed:c" },
  { "a; b; c:a", 2, "a- [b=running c=upstream_failed] rerun:failed:a [a=running c=pending] a+ [c=running]" },
  { "a; b:a", 2, "!rerun:task:a again:task:a a+ [a=running b=pending] a+ [b=running]" },
  { "a; b:a", 2, "stopfirst:task:a [a=running(stopping)] a- [a=running(running)] a+ b+ [run=succeeded]" },
  { "a; b:a", 2, "!rerun:task:b again:task:a cancel a- [a=cancelled(run_stopped) run=cancelled]" },
  { "f; a:f; b:f; c:a; j:c,b", 2, "f+ a+ b+ c+ j+ !rerun:branch:a/c rerun:branch:f/a [a=running c=pending j=succeeded j*stale b=succeeded b*fresh] a+ c+ [j=succeeded run=succeeded]" },
  { "a; b:a join=one_failed; c:b", 2, "a+ [b=skipped(upstream_skipped) c=skipped(upstream_skipped) run=succeeded] rerun:task:a [b=pending c=pending] a- [b=running] b+ c+ [run=partially_succeeded]" },
  { "a; b; c:b", 2, "cancel a- b- [run=cancelled] rerun:failed [a=running b=running c=pending run=running] a+ b+ c+ [run=succeeded]" },
  { "a off=1; b", 2, "b+ !rerun:task:a rerun:from:b [b=running]" },
  { "a; b:a; c:b; @handler=exit", 1, "a+ b- [handlers=exit] rerun:failed b+ c+ [handlers=exit,exit events=settled:2]" },
  { "a; b:a", 1, "a+ b+ rerun:task:a [run=running] pause a+ [run=succeeded b*stale]" },
  { "a; b:a; c:b", 1, "a- rerun:file:b [a=running b=pending c=pending]" },
  { "a retry=1 delay=1", 1, "a- tick:1 a- [a=failed] rerun:failed a- [a=ready(awaiting_retry)]" },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;

  play_check (c->flow, c->slots, c->script);
}

static void
add_table (const char *name, const Case *cases, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/sched/%s/%u", name, i + 1);

      g_test_add_data_func (path, &cases[i], test_case);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_table ("joins", joins, G_N_ELEMENTS (joins));
  add_table ("results", results, G_N_ELEMENTS (results));
  add_table ("queue", queue, G_N_ELEMENTS (queue));
  add_table ("retries", retries, G_N_ELEMENTS (retries));
  add_table ("user", user, G_N_ELEMENTS (user));
  add_table ("reruns", reruns, G_N_ELEMENTS (reruns));
  return g_test_run ();
}
