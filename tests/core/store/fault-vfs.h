/* fault-vfs.h: an SQLite VFS whose calls fail on request, and whose power can be cut
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define FAULT_VFS "switchyard-fault"

typedef enum
{
  FAULT_OPEN = 1 << 0,
  FAULT_WRITE = 1 << 1,
  FAULT_SYNC = 1 << 2,
  FAULT_TRUNCATE = 1 << 3,
  FAULT_SHM_MAP = 1 << 4,
  FAULT_ALL = (1 << 5) - 1,
} FaultCalls;

/* Registers it (once). One user at a time; every function may be called on any thread. */
void fault_vfs_register (void);

/* From now on the @nth call among @calls fails (1 = the next), and, if @persistent, all behind it; as a full disk if @full.
 * @nth 0: none fails. */
void fault_vfs_fail (FaultCalls calls, guint nth, gboolean persistent, gboolean full);
/* What errno is after a call that fails; 0 = EIO. */
void fault_vfs_set_errno (int errnum);
/* Did a call fail since fault_vfs_fail()? */
gboolean fault_vfs_has_failed (void);

/* What was written, truncated and synced, call by call */
typedef struct _FaultTape FaultTape;

/* Remembers from now on every such call. */
void fault_vfs_start_recording (void);
/* So far */
guint fault_vfs_count_calls (void);
/* After @n more writes, syncs and truncates the power goes: nothing reaches a file any more. */
void fault_vfs_cut_after (guint n);
/* Ends the recording, and the power is there again. (transfer full) */
FaultTape *fault_vfs_stop_recording (void);

guint fault_tape_get_n_calls (const FaultTape *tape);
/* Puts every recorded file into a state that a power cut after the first @n calls may leave: what is durable, and of each later
 * write some sectors, chosen by @random. Cheap where @n grows from crash to crash. */
void fault_tape_crash (FaultTape *tape, guint n, GRand *random);
void fault_tape_free (FaultTape *tape);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultTape, fault_tape_free)

G_END_DECLS
