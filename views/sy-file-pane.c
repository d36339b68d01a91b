/* sy-file-pane.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-file-pane-private.h"

#include "views/sy-completion.h"
#include "views/sy-problem-words.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define MOST_BYTES (16 * 1024 * 1024)

enum { SHOW_GRAPH, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SyFilePane, sy_file_pane, GTK_TYPE_WIDGET)

/* --- a run whose file has changed since --- */

static void
update_notice (SyFilePane *self)
{
  gboolean run = self->design == NULL && self->model != NULL && sy_run_model_get_run_id (self->model) != NULL;
  SyFileNews news = run ? sy_run_model_get_file_news (self->model) : SY_FILE_SAME;

  gtk_label_set_text (self->notice_label, news == SY_FILE_GONE ? _("This is the text that ran. Its file is gone.")
                                                              : _("This is the text that ran. Its file has changed since."));
  gtk_revealer_set_reveal_child (self->notice, news != SY_FILE_SAME);
}

/* --- the buffer --- */

static void
follow_style (SyFilePane *self)
{
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  gtk_source_buffer_set_style_scheme (self->buffer,
                                      gtk_source_style_scheme_manager_get_scheme (schemes, dark ? "Adwaita-dark" : "Adwaita"));
}

static void
colour (SyFilePane *self)
{
  GtkSourceLanguageManager *languages = gtk_source_language_manager_get_default ();

  gtk_source_buffer_set_language (self->buffer, gtk_source_language_manager_get_language (languages, "yaml"));
  follow_style (self);
}

/* A buffer of its own for each text: GTK 4.8 tells a screen reader of deleted text that it has freed. */
static void
set_buffer (SyFilePane *self, const char *text, gsize length)
{
  g_autoptr (GtkSourceBuffer) buffer = gtk_source_buffer_new (NULL);
  GtkTextIter start;

  gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (buffer), FALSE);
  gtk_source_buffer_set_implicit_trailing_newline (buffer, FALSE);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), text, (int) length);
  gtk_text_buffer_get_start_iter (GTK_TEXT_BUFFER (buffer), &start);
  gtk_text_buffer_place_cursor (GTK_TEXT_BUFFER (buffer), &start);
  gtk_text_view_set_buffer (GTK_TEXT_VIEW (self->view), GTK_TEXT_BUFFER (buffer));
  self->buffer = buffer;        /* the view has it */
  if (length > 0 || self->design != NULL)
    colour (self);
  sy_file_problems_prepare (self);
  sy_file_edit_watch (self, buffer);
  g_signal_connect_object (buffer, "notify::cursor-position", G_CALLBACK (sy_file_pane_update_actions), self, G_CONNECT_SWAPPED);
}

static gboolean
can_show (GBytes *text)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);

  return size <= MOST_BYTES && g_utf8_validate (data, (gssize) size, NULL);
}

static void
show_bytes (SyFilePane *self, GBytes *text)
{
  gsize size = 0;
  const char *data = text != NULL ? g_bytes_get_data (text, &size) : "";
  g_autofree char *shown = NULL;

  if (text != NULL && !can_show (text))
    shown = g_strdup (_("This file is too large to be shown here, or it is no text."));
  else
    shown = sy_text_map_visible (data, size, 0);
  set_buffer (self, shown, strlen (shown));
}

/* Lines that nobody looks at are not laid out and coloured: of 10,000 tasks that takes a second and 30 MB. */
void
sy_file_pane_set_text (SyFilePane *self, GBytes *text)
{
  g_return_if_fail (SY_IS_FILE_PANE (self));
  if (self->design != NULL)
    return;
  g_clear_pointer (&self->unseen, g_bytes_unref);
  show_bytes (self, gtk_widget_get_mapped (GTK_WIDGET (self)) ? text : NULL);
  if (text != NULL && !gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->unseen = g_bytes_ref (text);
}

static void
show_unseen (SyFilePane *self)
{
  g_autoptr (GBytes) text = g_steal_pointer (&self->unseen);

  if (text != NULL)
    show_bytes (self, text);
}

/* What was typed last is sent before a document is let go of. */
static void
on_design (SyFilePane *self)
{
  SyDesign *design = sy_session_get_design (self->session);
  GBytes *text;
  gboolean edits;

  if (self->design == design)
    return;
  sy_file_edit_stop (self);
  g_set_object (&self->design, design);
  if (design != NULL)
    {
      g_clear_pointer (&self->unseen, g_bytes_unref);
      text = sy_design_get_revision (design)->text;
      show_bytes (self, text);
      if (can_show (text))
        sy_file_edit_start (self);
    }
  edits = self->sync != NULL;
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), edits);
  gtk_source_view_set_highlight_current_line (self->view, edits);
  gtk_widget_set_visible (GTK_WIDGET (self->gutter), edits);
  update_notice (self);
  sy_file_pane_update_actions (self);
}

/* --- places --- */

static void
go_to (SyFilePane *self, const GtkTextIter *start, const GtkTextIter *end)
{
  gtk_text_buffer_select_range (GTK_TEXT_BUFFER (self->buffer), start, end);
  /* Lines stay at their beginning unless the place is far to the right. */
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (self->buffer)), 0, TRUE, 0.8, 0.3);
}

void
sy_file_pane_show_line (SyFilePane *self, guint line)
{
  GtkTextIter start, end;

  g_return_if_fail (SY_IS_FILE_PANE (self));
  show_unseen (self);
  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (self->buffer), &start, line > 0 ? (int) line - 1 : 0);
  end = start;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  go_to (self, &end, &start);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

void
sy_file_pane_show_place (SyFilePane *self, guint line, guint column)
{
  GtkTextIter start, end;

  g_return_if_fail (SY_IS_FILE_PANE (self));
  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (self->buffer), &start, line > 0 ? (int) line - 1 : 0);
  for (guint i = 1; i < column && !gtk_text_iter_ends_line (&start); i++)
    gtk_text_iter_forward_char (&start);
  end = start;
  gtk_text_iter_forward_word_end (&end);
  if (gtk_text_iter_get_line (&end) != gtk_text_iter_get_line (&start))
    end = start;
  go_to (self, &end, &start);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

void
sy_file_pane_show_bytes (SyFilePane *self, gsize start, gsize end)
{
  GtkTextIter from, to;

  g_return_if_fail (SY_IS_FILE_PANE (self));
  if (self->sync == NULL)
    return;
  sy_file_edit_get_iter (self, start, &from);
  sy_file_edit_get_iter (self, end, &to);
  go_to (self, &to, &from);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* The task whose lines hold the cursor: its key is the last one above, and nothing further left stands between. */
static guint32
task_at_cursor (SyFilePane *self)
{
  const SyWorkflow *workflow = self->model != NULL ? sy_run_model_get_workflow (self->model) : NULL;
  GtkTextIter iter;
  guint32 found = SY_NO_TASK, line;
  guint indent;

  gtk_text_buffer_get_iter_at_mark (GTK_TEXT_BUFFER (self->buffer), &iter, gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (self->buffer)));
  line = (guint32) gtk_text_iter_get_line (&iter) + 1;
  for (guint32 i = 0; workflow != NULL && i < workflow->n_tasks; i++)
    if (workflow->tasks[i].line > 0 && workflow->tasks[i].line <= line
        && (found == SY_NO_TASK || workflow->tasks[i].line >= workflow->tasks[found].line))
      found = i;
  if (found == SY_NO_TASK)
    return found;
  indent = workflow->tasks[found].column - 1;
  for (; line > workflow->tasks[found].line; line--)
    {
      guint column = 0;

      gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (self->buffer), &iter, (int) line - 1);
      while (gtk_text_iter_get_char (&iter) == ' ' && gtk_text_iter_forward_char (&iter))
        column++;
      if (column <= indent && !gtk_text_iter_ends_line (&iter) && gtk_text_iter_get_char (&iter) != '#')
        return SY_NO_TASK;
    }
  return found;
}

static void
on_go_to_task (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyFilePane *self = data;
  guint32 task = task_at_cursor (self);

  if (task == SY_NO_TASK)
    return;
  sy_session_select (self->session, task, FALSE);
  sy_session_reveal (self->session, task);
  g_signal_emit (self, signals[SHOW_GRAPH], 0);
}

static void
on_fix (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_file_problems_fix (data);
}

static void
on_silence (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_file_problems_silence (data);
}

static const GActionEntry entries[] = {
  { .name = "fix", .activate = on_fix },
  { .name = "silence", .activate = on_silence },
  { .name = "go-to-task", .activate = on_go_to_task },
};

static void
enable (SyFilePane *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)), enabled);
}

void
sy_file_pane_update_actions (SyFilePane *self)
{
  const SyDesignProblem *problem = sy_file_problems_at_cursor (self, FALSE);

  enable (self, "fix", sy_file_problems_at_cursor (self, TRUE) != NULL);
  enable (self, "silence", problem != NULL && sy_problem_can_silence (problem));
  enable (self, "go-to-task", self->model != NULL && task_at_cursor (self) != SY_NO_TASK);
}

/* The cursor goes to the task that was chosen elsewhere. */
static void
follow_focus (SyFilePane *self)
{
  guint32 task = sy_session_get_focus (self->session);
  const SyWorkflow *workflow = self->model != NULL ? sy_run_model_get_workflow (self->model) : NULL;
  GtkTextIter iter;

  self->go_there = FALSE;
  if (workflow == NULL || task >= workflow->n_tasks || workflow->tasks[task].line == 0 || task_at_cursor (self) == task)
    return;
  gtk_text_buffer_get_iter_at_line_offset (GTK_TEXT_BUFFER (self->buffer), &iter, (int) workflow->tasks[task].line - 1, 0);
  gtk_text_iter_forward_chars (&iter, (int) workflow->tasks[task].column - 1);
  go_to (self, &iter, &iter);
}

static const char *
focused_id (SyFilePane *self)
{
  const SyWorkflow *workflow = self->model != NULL ? sy_run_model_get_workflow (self->model) : NULL;
  guint32 task = sy_session_get_focus (self->session);

  return workflow != NULL && task < workflow->n_tasks ? workflow->tasks[task].id : NULL;
}

static gboolean
on_forget (gpointer data)
{
  SyFilePane *self = data;

  self->forget_source = 0;
  if (focused_id (self) == NULL)
    g_clear_pointer (&self->followed, g_free);
  return G_SOURCE_REMOVE;
}

/* With every revision the focus goes and comes back: the cursor stays where somebody types. */
static void
on_focus (SyFilePane *self)
{
  const char *id = focused_id (self);

  if (id == NULL && self->forget_source == 0)
    self->forget_source = g_idle_add (on_forget, self);
  if (id == NULL || g_strcmp0 (id, self->followed) == 0)
    return;
  g_free (self->followed);
  self->followed = g_strdup (id);
  self->go_there = TRUE;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    follow_focus (self);
}

static void
sy_file_pane_map (GtkWidget *widget)
{
  SyFilePane *self = SY_FILE_PANE (widget);

  GTK_WIDGET_CLASS (sy_file_pane_parent_class)->map (widget);
  show_unseen (self);
  if (self->go_there)
    follow_focus (self);
}

/* --- what is shown --- */

static void
on_model (SyFilePane *self)
{
  SyRunModel *model = sy_session_get_model (self->session);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  if (model != NULL)
    g_signal_connect_swapped (model, "run-changed", G_CALLBACK (update_notice), self);
  update_notice (self);
  sy_file_pane_update_actions (self);
}

static GtkWidget *
notice_button (const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
build_notice (SyFilePane *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->notice_label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->notice_label, 0);
  gtk_label_set_ellipsize (self->notice_label, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->notice_label), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->notice_label));
  gtk_box_append (GTK_BOX (box), notice_button (_("Show the File"), "win.show-file"));
  gtk_box_append (GTK_BOX (box), notice_button (_("Edit"), "win.edit"));
  gtk_widget_add_css_class (box, "notice");
  self->notice = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->notice, box);
  return GTK_WIDGET (self->notice);
}

/* --- keys --- */

static gboolean
on_undo_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  SyFilePane *self = data;

  if (self->sync == NULL)
    return FALSE;
  sy_file_edit_undo (self);
  return TRUE;
}

static gboolean
on_redo_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  SyFilePane *self = data;

  if (self->sync == NULL)
    return FALSE;
  sy_file_edit_redo (self);
  return TRUE;
}

/* Never an accelerator's key: the window takes that first. */
static const struct { const char *trigger, *action; } named[] = {
  { "F8", "file.fix" },
  { "F12", "file.go-to-task" },
  { "<Shift>F8", "file.silence" },
};

static void
add_keys (SyFilePane *self)
{
  static const struct { const char *trigger; GtkShortcutFunc action; } calls[] = {
    { "<Control>z", on_undo_key }, { "<Control><Shift>z|<Control>y", on_redo_key },
  };
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                          gtk_shortcut_new (gtk_shortcut_trigger_parse_string (calls[i].trigger),
                                                            gtk_callback_action_new (calls[i].action, self, NULL)));
  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                          gtk_shortcut_new (gtk_shortcut_trigger_parse_string (named[i].trigger),
                                                            gtk_named_action_new (named[i].action)));
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
}

static void
add_focus (SyFilePane *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_swapped (focus, "leave", G_CALLBACK (sy_file_pane_flush), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), focus);
}

static void
append_item (GMenu *menu, const char *label, guint key)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, named[key].action);

  g_menu_item_set_attribute (item, "accel", "s", named[key].trigger);
  g_menu_append_item (menu, item);
}

static void
add_menu (SyFilePane *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  append_item (menu, _("Apply Fix"), 0);
  append_item (menu, _("Silence Hint"), 2);
  append_item (menu, _("Go to Task"), 1);
  gtk_text_view_set_extra_menu (GTK_TEXT_VIEW (self->view), G_MENU_MODEL (menu));
}

/* --- completion --- */

static GPtrArray *
complete (const char *text, gsize offset, gsize *start, gpointer data)
{
  SyFilePane *self = data;
  SyDesigner *designer = self->sync != NULL ? sy_design_get_designer (self->design) : NULL;

  if (designer == NULL)
    return NULL;
  return sy_complete_file (text, offset, offset, designer->get_table (designer, "file"), sy_run_model_get_workflow (self->model), start);
}

static void
add_completion (SyFilePane *self)
{
  GtkSourceCompletion *completion = gtk_source_view_get_completion (self->view);
  g_autoptr (SyCompletion) provider = sy_completion_new (complete, self);

  gtk_source_completion_add_provider (completion, GTK_SOURCE_COMPLETION_PROVIDER (provider));
  g_object_set (completion, "show-icons", FALSE, "page-size", 8, NULL);
}

/* --- life --- */

static void
sy_file_pane_dispose (GObject *object)
{
  SyFilePane *self = SY_FILE_PANE (object);
  GtkWidget *child;

  sy_file_edit_stop (self);
  g_clear_handle_id (&self->forget_source, g_source_remove);
  g_clear_pointer (&self->followed, g_free);
  g_clear_object (&self->design);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->unseen, g_bytes_unref);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (sy_file_pane_parent_class)->dispose (object);
}

static void
sy_file_pane_class_init (SyFilePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_file_pane_dispose;
  widget_class->map = sy_file_pane_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "filepane");
  signals[SHOW_GRAPH] = g_signal_new ("show-graph", SY_TYPE_FILE_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
build_view (SyFilePane *self)
{
  GtkTextView *view;

  self->view = GTK_SOURCE_VIEW (gtk_source_view_new ());
  view = GTK_TEXT_VIEW (self->view);
  gtk_text_view_set_editable (view, FALSE);
  gtk_text_view_set_monospace (view, TRUE);
  gtk_text_view_set_left_margin (view, 8);
  gtk_text_view_set_top_margin (view, 8);
  gtk_text_view_set_bottom_margin (view, 8);
  gtk_source_view_set_show_line_numbers (self->view, TRUE);
  gtk_source_view_set_tab_width (self->view, 2);
  gtk_source_view_set_indent_width (self->view, 2);
  gtk_source_view_set_insert_spaces_instead_of_tabs (self->view, TRUE);
  gtk_source_view_set_auto_indent (self->view, TRUE);
  gtk_source_view_set_smart_backspace (self->view, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Workflow File"), -1);
  sy_file_problems_add (self);
  add_keys (self);
  add_focus (self);
  add_menu (self);
  add_completion (self);
}

static void
sy_file_pane_init (SyFilePane *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "file", G_ACTION_GROUP (self->actions));
  build_view (self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_set_parent (build_notice (self), GTK_WIDGET (self));
  gtk_widget_set_parent (scrolled, GTK_WIDGET (self));
  set_buffer (self, "", 0);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (follow_style), self, G_CONNECT_SWAPPED);
}

GtkWidget *
sy_file_pane_new (SySession *session)
{
  SyFilePane *self = g_object_new (SY_TYPE_FILE_PANE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::design", G_CALLBACK (on_design), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::focus", G_CALLBACK (on_focus), self, G_CONNECT_SWAPPED);
  on_model (self);
  on_design (self);
  return GTK_WIDGET (self);
}
