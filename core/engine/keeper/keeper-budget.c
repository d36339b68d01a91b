/* keeper-budget.c: what the outputs of a run may take together
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <unistd.h>

/*
 * The file `budget` of the run's folder is shared by its keepers, also with those of an earlier runner, under a lock that is
 * held for two small reads and writes. A keeper takes STEP bytes at a time and spends them on as many attempts as they
 * last, so that small outputs cost nothing. A keeper that is killed takes less than that with it.
 */
#define STEP (256 * 1024)
#define LOCK_TRIES 200 /* who was stopped while holding it must not hold up a task */

/* The locked file; -1 = there is no limit, or nobody to ask */
static int
lock_budget (Keeper *keeper, SyOutputBudget *budget)
{
  KeeperBudget *own = &keeper->budget;

  if (!own->looked)
    own->fd = openat (keeper->run_fd, SY_OUTPUT_BUDGET_NAME, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  own->looked = 1;
  for (int i = 0; own->fd >= 0 && i < LOCK_TRIES; i++)
    {
      if (flock (own->fd, LOCK_EX | LOCK_NB) == 0)
        {
          if (pread (own->fd, budget, sizeof *budget, 0) == sizeof *budget && budget->limit != 0)
            return own->fd;
          flock (own->fd, LOCK_UN);
          return -1;
        }
      if (errno != EWOULDBLOCK && errno != EINTR)
        return -1;
      sched_yield ();
    }
  return -1;
}

static void
unlock_budget (int fd, const SyOutputBudget *budget)
{
  ssize_t ignored = pwrite (fd, budget, sizeof *budget, 0);

  (void) ignored; /* the count is as it was before: the limit may be passed by a step */
  flock (fd, LOCK_UN);
}

size_t
keeper_budget_ask (Keeper *keeper, size_t wanted)
{
  KeeperBudget *own = &keeper->budget;
  SyOutputBudget budget;
  int64_t missing = (int64_t) wanted - own->spare, left;
  int fd;

  if (missing <= 0)
    return wanted;
  fd = lock_budget (keeper, &budget);
  if (fd < 0)
    return wanted; /* what was not asked for is paid later */
  if (missing < STEP)
    missing = STEP;
  left = budget.limit > budget.used ? (int64_t) (budget.limit - budget.used) : 0;
  if (missing > left)
    missing = left;
  budget.used += (uint64_t) missing;
  unlock_budget (fd, &budget);
  own->spare += missing;
  return own->spare >= (int64_t) wanted ? wanted : own->spare > 0 ? (size_t) own->spare : 0;
}

void
keeper_budget_spend (Keeper *keeper, int64_t bytes)
{
  keeper->budget.spare -= bytes;
}

void
keeper_budget_settle (Keeper *keeper, int leaving)
{
  KeeperBudget *own = &keeper->budget;
  int64_t keep = leaving ? 0 : own->spare < 0 ? 0 : own->spare < STEP ? own->spare : STEP;
  SyOutputBudget budget;
  int fd = own->spare != keep ? lock_budget (keeper, &budget) : -1;

  if (fd < 0)
    return;
  if (own->spare - keep > (int64_t) budget.used)
    budget.used = 0;
  else
    budget.used -= (uint64_t) (own->spare - keep);
  unlock_budget (fd, &budget);
  own->spare = keep;
}
