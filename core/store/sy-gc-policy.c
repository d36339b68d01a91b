/* sy-gc-policy.c: what the user wants to be kept: [retention] of settings.ini
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-doctor.h"

#include "core/base/sy-error.h"

#include <errno.h>

#define GROUP "retention"
#define KEEP_RUNS 50
#define KEEP_DAYS 30

static char *
settings_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "switchyard", "settings.ini", NULL);
}

/* @most: what is beyond it, or no number, is as if it was not said */
static guint
read_number (GKeyFile *file, const char *key, guint most, guint fallback)
{
  g_autoptr (GError) error = NULL;
  int value = g_key_file_get_integer (file, GROUP, key, &error);

  return error == NULL && value >= 1 && (guint) value <= most ? (guint) value : fallback;
}

void
sy_gc_policy_load (SyGcPolicy *policy)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = settings_path ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL); /* none, or not readable: the defaults */
  *policy = (SyGcPolicy){ .keep_runs = read_number (file, "runs", SY_GC_RUNS_MOST, KEEP_RUNS),
                          .keep_us = read_number (file, "days", SY_GC_DAYS_MOST, KEEP_DAYS) * G_TIME_SPAN_DAY };
}

gboolean
sy_gc_policy_save (const SyGcPolicy *policy, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = settings_path (), *folder = g_path_get_dirname (path);
  g_autoptr (GError) local = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  g_key_file_set_integer (file, GROUP, "runs", (int) policy->keep_runs);
  g_key_file_set_integer (file, GROUP, "days", (int) (policy->keep_us / G_TIME_SPAN_DAY));
  if (g_mkdir_with_parents (folder, 0700) == 0 && g_key_file_save_to_file (file, path, &local))
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_IO, "The settings cannot be kept in %s: %s", path,
               local != NULL ? local->message : g_strerror (errno));
  return FALSE;
}
