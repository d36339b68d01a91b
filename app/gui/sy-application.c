/* sy-application.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-application.h"

#include "app/gui/sy-preferences.h"
#include "app/gui/sy-window.h"
#include "views/sy-display.h"
#include "views/sy-theme.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <stdlib.h>

#define EXAMPLE "repair.yard.yaml"

struct _SyApplication
{
  AdwApplication parent;
  GSettings *settings;  /* (owned) (nullable) */
  char *run;            /* (nullable) that the command line names */
  SyRunReader *reader;  /* (owned) (nullable) of it, until there is a window */
  gboolean quitting;    /* the files of last time are noted already */
};

G_DEFINE_FINAL_TYPE (SyApplication, sy_application, ADW_TYPE_APPLICATION)

GSettings *
sy_application_get_settings (SyApplication *self)
{
  return self->settings;
}

SyRunReader *
sy_application_take_reader (SyApplication *self, const char *run)
{
  return g_strcmp0 (self->run, run) == 0 ? g_steal_pointer (&self->reader) : NULL;
}

/* --- windows --- */

static SyWindow *
find_window (SyApplication *self, const char *path)
{
  for (GList *item = gtk_application_get_windows (GTK_APPLICATION (self)); item != NULL; item = item->next)
    if (SY_IS_WINDOW (item->data) && g_strcmp0 (sy_window_get_path (item->data), path) == 0)
      return item->data;
  return NULL;
}

/* An empty window is used before a new one is made. */
static SyWindow *
free_window (SyApplication *self)
{
  for (GList *item = gtk_application_get_windows (GTK_APPLICATION (self)); item != NULL; item = item->next)
    if (SY_IS_WINDOW (item->data) && sy_window_is_free (item->data))
      return item->data;
  return sy_window_new (self);
}

void
sy_application_open_file (SyApplication *self, GFile *file)
{
  g_autofree char *given = g_file_get_path (file);
  char *path = given != NULL ? realpath (given, NULL) : NULL;
  SyWindow *window = path != NULL ? find_window (self, path) : NULL;

  self->quitting = FALSE;
  if (window == NULL)
    {
      window = free_window (self);
      sy_window_open_file (window, path != NULL ? path : given);
    }
  gtk_window_present (GTK_WINDOW (window));
  free (path);
}

char *
sy_application_find_example (void)
{
  const char *root = g_getenv ("SWITCHYARD_EXAMPLES");
  const char *const folders[] = { root != NULL ? root : SY_EXAMPLES_DIR, SY_EXAMPLES_DIR, SY_SOURCE_EXAMPLES_DIR };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folders[i], EXAMPLE, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

/* --- the files of last time --- */

void
sy_application_note_files (SyApplication *self, GtkWindow *without)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (self->settings == NULL || self->quitting)
    return;
  for (GList *item = gtk_application_get_windows (GTK_APPLICATION (self)); item != NULL; item = item->next)
    if (SY_IS_WINDOW (item->data) && item->data != without && sy_window_get_path (item->data) != NULL)
      g_strv_builder_add (paths, sy_window_get_path (item->data));
  list = g_strv_builder_end (paths);
  /* The window that is closed last is what there was last time. */
  if (g_strv_length (list) > 0)
    g_settings_set_strv (self->settings, "open-files", (const char *const *) list);
}

static gboolean
reopen_files (SyApplication *self)
{
  g_auto (GStrv) list = NULL;
  gboolean any = FALSE;

  if (self->settings == NULL || !g_settings_get_boolean (self->settings, "restore-session")
      || gtk_application_get_windows (GTK_APPLICATION (self)) != NULL)
    return FALSE;
  list = g_settings_get_strv (self->settings, "open-files");
  for (guint i = 0; list[i] != NULL; i++)
    if (g_file_test (list[i], G_FILE_TEST_IS_REGULAR))
      {
        g_autoptr (GFile) file = g_file_new_for_path (list[i]);

        sy_application_open_file (self, file);
        any = TRUE;
      }
  return any;
}

/* The files of last time, and what had no file yet */
static void
begin (SyApplication *self)
{
  gboolean files = reopen_files (self);
  guint left = sy_window_take_up_left (self);

  if (!files && left == 0)
    gtk_window_present (GTK_WINDOW (free_window (self)));
}

/* --- actions --- */

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (SY_APPLICATION (data)->settings != NULL)
    sy_preferences_present (gtk_application_get_active_window (data), SY_APPLICATION (data)->settings);
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyApplication *self = data;
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (data)));

  sy_application_note_files (self, NULL);
  self->quitting = TRUE;
  for (GList *item = windows; item != NULL; item = item->next)
    gtk_window_close (item->data);
  g_list_free (windows);
}

static void
on_new_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present (GTK_WINDOW (sy_window_new (data)));
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const char *const developers[] = { _("The Switchyard contributors"), NULL };

  adw_show_about_window (gtk_application_get_active_window (data), "application-name", "Switchyard",
                         "application-icon", SY_APP_ID, "version", SY_VERSION, "developers", developers,
                         "license-type", GTK_LICENSE_GPL_3_0, "translator-credits",
                         /* Translators: your names, one a line */ _("translator-credits"), "comments",
                         _("Designs, runs, watches and repairs workflows of commands on your own machine."), NULL);
}

/* Of a notification: brings the window of the run to the front. */
static void
on_show_run (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const char *path = g_variant_get_string (parameter, NULL);
  SyWindow *window = find_window (data, path);

  if (window == NULL)
    {
      window = sy_window_new (data);
      sy_window_open_file (window, path);
    }
  gtk_window_present (GTK_WINDOW (window));
}

static const GActionEntry actions[] = {
  { .name = "quit", .activate = on_quit },
  { .name = "new-window", .activate = on_new_window },
  { .name = "preferences", .activate = on_preferences },
  { .name = "about", .activate = on_about },
  { .name = "show-run", .activate = on_show_run, .parameter_type = "s" },
};

static const struct { const char *action; const char *keys[3]; } accelerators[] = {
  { "app.quit", { "<Control>q" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.new-window", { "<Control><Shift>n" } },
  { "win.shortcuts", { "<Control>question" } },
  { "win.open", { "<Control>o" } },
  { "win.new", { "<Control>n" } },
  { "win.save", { "<Control>s" } },
  { "win.save-as", { "<Control><Shift>s" } },
  { "window.close", { "<Control>w" } },
  { "win.run-again", { "F5" } },
  { "win.run-with", { "<Shift>F5" } },
  { "win.run-to-here", { "<Control>F5" } },
  { "win.run-selected", { "<Control><Shift>F5" } },
  { "win.dry-run", { "<Control><Shift>d" } },
  { "win.rerun-failed", { "<Control>r" } },
  { "task.rerun-from", { "<Control><Shift>r" } },
  { "win.pause", { "<Control><Shift>p" } },
  { "win.stop", { "<Control>period" } },
  { "win.next-failure", { "F4" } },
  { "win.previous-failure", { "<Shift>F4" } },
  { "win.sidebar", { "F9" } },
  { "win.inspector", { "<Alt>Return" } },
  { "win.output", { "<Control>j" } },
  { "win.find", { "<Control>f" } },
  { "win.output-as-text", { "F7" } },
  { "win.find-next", { "<Control>g" } },
  { "win.go-to", { "<Control>k" } },
  { "win.view('graph')", { "<Alt>1" } },
  { "win.view('timeline')", { "<Alt>2" } },
  { "win.view('history')", { "<Alt>3" } },
  { "win.view('file')", { "<Alt>4" } },
  { "win.view('outline')", { "<Alt>5" } },
};

/* --- life --- */

static int
sy_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  SyApplication *self = SY_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (line);
  g_auto (GStrv) arguments = g_application_command_line_get_arguments (line, NULL);
  const char *run = NULL;

  g_variant_dict_lookup (options, "run", "&s", &run);
  if (run != NULL || arguments[1] != NULL)
    sy_window_take_up_left (self);
  if (run != NULL)
    {
      SyWindow *window = free_window (self);

      sy_window_open_run (window, run);
      gtk_window_present (GTK_WINDOW (window));
    }
  for (guint i = 1; arguments[0] != NULL && arguments[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (line, arguments[i]);

      sy_application_open_file (self, file);
    }
  if (run == NULL && arguments[1] == NULL)
    begin (self);
  return 0;
}

static void
sy_application_activate (GApplication *application)
{
  begin (SY_APPLICATION (application));
}

/* From the desktop, which starts the program over D-Bus */
static void
sy_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  sy_window_take_up_left (SY_APPLICATION (application));
  for (int i = 0; i < n_files; i++)
    sy_application_open_file (SY_APPLICATION (application), files[i]);
}

static void
apply_palette (SyApplication *self)
{
  sy_theme_set_palette (g_settings_get_boolean (self->settings, "colour-blind-palette") ? SY_PALETTE_COLOUR_BLIND
                                                                                        : SY_PALETTE_STANDARD);
}

static void
apply_scheme (SyApplication *self)
{
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (scheme, "dark")    ? ADW_COLOR_SCHEME_FORCE_DARK
                                      : g_str_equal (scheme, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                                                      : ADW_COLOR_SCHEME_DEFAULT);
}

static void
open_settings (SyApplication *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source != NULL ? g_settings_schema_source_lookup (source, SY_APP_ID, TRUE) : NULL;

  if (schema == NULL)
    return;
  self->settings = g_settings_new_full (schema, NULL, NULL);
  g_signal_connect_object (self->settings, "changed::colour-blind-palette", G_CALLBACK (apply_palette), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::color-scheme", G_CALLBACK (apply_scheme), self, G_CONNECT_SWAPPED);
  apply_palette (self);
  apply_scheme (self);
}

static void
sy_application_startup (GApplication *application)
{
  SyApplication *self = SY_APPLICATION (application);

  sy_display_open ();
  if (self->run != NULL)
    self->reader = sy_run_reader_new (self->run);
  G_APPLICATION_CLASS (sy_application_parent_class)->startup (application);
  gtk_source_init ();
  gtk_window_set_default_icon_name (SY_APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accelerators[i].action, accelerators[i].keys);
  open_settings (self);
  if (self->settings == NULL)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "preferences")), FALSE);
}

static int
sy_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("switchyard-gui " SY_VERSION "\n");
      return 0;
    }
  g_variant_dict_lookup (options, "run", "s", &SY_APPLICATION (application)->run);
  return -1;
}

static void
sy_application_finalize (GObject *object)
{
  SyApplication *self = SY_APPLICATION (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->reader, sy_run_reader_free);
  g_free (self->run);
  G_OBJECT_CLASS (sy_application_parent_class)->finalize (object);
}

static void
sy_application_class_init (SyApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sy_application_finalize;
  application_class->startup = sy_application_startup;
  application_class->activate = sy_application_activate;
  application_class->open = sy_application_open;
  application_class->command_line = sy_application_command_line;
  application_class->handle_local_options = sy_application_handle_local_options;
}

static void
sy_application_init (SyApplication *self)
{
  const GOptionEntry entries[] = {
    { "run", 'r', 0, G_OPTION_ARG_STRING, NULL, _("Show a run: its id, a prefix of it, its number, or “last”"), "RUN" },
    { "version", 'V', 0, G_OPTION_ARG_NONE, NULL, _("Print the version"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), "[FILE…]");
}

SyApplication *
sy_application_new (void)
{
  return g_object_new (SY_TYPE_APPLICATION, "application-id", SY_APP_ID, "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/io/github/switchyard/Switchyard", NULL);
}
