/* sy-text-pane.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-pane-private.h"

#include "core/model/sy-words.h"
#include "views/sy-context-menu.h"
#include "views/sy-output-view.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (SyTextPane, sy_text_pane, GTK_TYPE_WIDGET)

enum { SAY, N_SIGNALS };
static guint signals[N_SIGNALS];

void
sy_text_pane_say (SyTextPane *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_signal_emit (self, signals[SAY], 0, text);
}

/* --- what is said of it --- */

static void
show_facts (SyTextPane *self)
{
  g_autoptr (GString) text = g_string_new (self->facts_text);
  guint64 n = self->model != NULL ? sy_text_model_get_n_lines (self->model) : 0;

  if (n > 0)
    {
      g_autofree char *lines = sy_words_counted ((gint64) n, "%s line", "%s lines");

      g_string_append (text, text->len > 0 ? " · " : "");
      sy_words_size (text, sy_text_model_get_total (self->model));
      g_string_append_printf (text, " · %s%s", lines, sy_text_model_is_counting (self->model) ? " …" : "");
    }
  gtk_label_set_text (self->facts, text->str);
}

void
sy_text_pane_show_page (SyTextPane *self)
{
  const GError *error = self->model != NULL ? sy_text_model_get_error (self->model) : NULL;
  guint64 n = self->model != NULL ? sy_text_model_get_n_lines (self->model) : 0;

  if (error != NULL && n == 0)
    gtk_label_set_text (GTK_LABEL (self->empty), error->message);
  gtk_widget_set_visible (self->empty, self->model == NULL || sy_text_model_is_loaded (self->model)); /* a stack shows no hidden page */
  gtk_stack_set_visible_child_name (self->stack, n == 0 ? "empty" : self->plain_shown ? "plain" : "text");
}

static void
show_count (SyTextPane *self)
{
  guint64 n, at;
  g_autoptr (GString) all = g_string_new (NULL), number = g_string_new (NULL);
  g_autofree char *text = NULL;
  gboolean searching = self->model != NULL && sy_text_model_is_searching (self->model);

  gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->entry), self->query_error);
  if (self->query_error != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  if (self->model == NULL || sy_text_model_get_query (self->model) == NULL)
    {
      gtk_label_set_text (self->count, self->query_error != NULL ? _("No pattern") : "");
      return;
    }
  n = sy_text_model_get_n_matches (self->model);
  at = sy_text_model_get_match_number (self->model, sy_output_view_get_marked (SY_OUTPUT_VIEW (self->view)));
  sy_words_count (all, (gint64) n);
  sy_words_count (number, (gint64) at);
  text = n == 0 ? g_strdup (searching ? _("Searching…") : _("Not found"))
                : at > 0 ? g_strdup_printf (_("%s of %s lines"), number->str, all->str)
                         : sy_words_counted ((gint64) n, "%s line", "%s lines");
  if (n == 0 && !searching)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  gtk_label_set_text (self->count, text);
}

/* --- following --- */

static void
set_state (SyTextPane *self, const char *name, gboolean state)
{
  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), name, g_variant_new_boolean (state));
}

static void
mark (SyTextPane *self, guint64 line)
{
  if (line != SY_NO_LINE)
    set_state (self, "follow", FALSE);
  sy_output_view_mark (SY_OUTPUT_VIEW (self->view), line);
  show_count (self);
}

static void
on_changed (SyTextPane *self)
{
  guint64 found;

  show_facts (self);
  sy_text_pane_show_page (self);
  if (self->wants_match && (found = sy_text_model_find_match (self->model, self->search_from, FALSE)) != SY_NO_LINE)
    {
      self->wants_match = FALSE;
      mark (self, found);
    }
  else if (self->follow)
    sy_output_view_scroll_to_end (SY_OUTPUT_VIEW (self->view));
  show_count (self);
}

static void
on_error_found (SyTextPane *self, guint64 line)
{
  if (line != SY_NO_LINE)
    {
      mark (self, line);
      return;
    }
  sy_text_pane_say (self, _("No line of this text reads like an error"));
  set_state (self, "follow", TRUE);
}

static void
on_scrolled (SyTextPane *self)
{
  set_state (self, "follow", sy_output_view_is_at_end (SY_OUTPUT_VIEW (self->view)) && self->follow);
}

/* --- search --- */

static void
search (SyTextPane *self)
{
  const char *pattern = gtk_editable_get_text (self->entry);
  SyTextQueryKind kind = gtk_toggle_button_get_active (self->regex) ? SY_TEXT_REGEX : SY_TEXT_LITERAL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SyTextQuery) query = NULL;

  if (*pattern != '\0')
    query = sy_text_query_new (kind, pattern, gtk_toggle_button_get_active (self->match_case), &error);
  g_free (self->query_error);
  self->query_error = error != NULL ? g_strdup (error->message) : NULL;
  if (error != NULL)
    sy_text_pane_say (self, _("No regular expression: %s"), error->message);
  self->wants_match = query != NULL;
  self->search_from = sy_output_view_get_top (SY_OUTPUT_VIEW (self->view)) - 1;
  if (self->model != NULL)
    sy_text_model_search (self->model, query);
  show_count (self);
}

static void
on_search_changed (SyTextPane *self)
{
  if (gtk_search_bar_get_search_mode (self->search_bar))
    search (self);
}

void
sy_text_pane_find_next (SyTextPane *self, gboolean backward)
{
  guint64 at = sy_output_view_get_marked (SY_OUTPUT_VIEW (self->view)), found;

  g_return_if_fail (SY_IS_TEXT_PANE (self));
  if (self->model == NULL || sy_text_model_get_query (self->model) == NULL)
    {
      sy_text_pane_find (self);
      return;
    }
  found = sy_text_model_find_match (self->model, at, backward);
  if (found != SY_NO_LINE)
    mark (self, found);
}

static void
on_search_next (SyTextPane *self)
{
  sy_text_pane_find_next (self, FALSE);
}

static void
on_search_previous (SyTextPane *self)
{
  sy_text_pane_find_next (self, TRUE);
}

static void
on_search_mode (SyTextPane *self)
{
  if (gtk_search_bar_get_search_mode (self->search_bar))
    search (self);
  else if (self->model != NULL)
    sy_text_model_search (self->model, NULL);
}

static void
on_stop_search (SyTextPane *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  gtk_widget_grab_focus (self->view);
}

void
sy_text_pane_find (SyTextPane *self)
{
  g_return_if_fail (SY_IS_TEXT_PANE (self));
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/* --- actions --- */

static void
on_follow_state (GSimpleAction *action, GVariant *value, gpointer data)
{
  SyTextPane *self = data;

  g_simple_action_set_state (action, value);
  self->follow = g_variant_get_boolean (value);
  if (self->follow)
    sy_output_view_scroll_to_end (SY_OUTPUT_VIEW (self->view));
}

static void
on_wrap_state (GSimpleAction *action, GVariant *value, gpointer data)
{
  SyTextPane *self = data;

  g_simple_action_set_state (action, value);
  sy_output_view_set_wrap (SY_OUTPUT_VIEW (self->view), g_variant_get_boolean (value));
  gtk_text_view_set_wrap_mode (self->plain, g_variant_get_boolean (value) ? GTK_WRAP_WORD_CHAR : GTK_WRAP_NONE);
}

static void
on_times_state (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_simple_action_set_state (action, value);
  sy_output_view_set_times (SY_OUTPUT_VIEW (((SyTextPane *) data)->view), g_variant_get_boolean (value));
}

static void
on_first_error (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_text_pane_go_to_error (data);
}

static void
on_find (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_text_pane_find (data);
}

static const GActionEntry entries[] = {
  { .name = "follow", .state = "false", .change_state = on_follow_state },
  { .name = "wrap", .state = "false", .change_state = on_wrap_state },
  { .name = "times", .state = "true", .change_state = on_times_state },
  { .name = "first-error", .activate = on_first_error },
  { .name = "find", .activate = on_find },
};

static GMenuModel *
make_menu (gboolean context)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) take = g_menu_new (), look = g_menu_new ();

  g_menu_append (take, _("Copy"), "text.copy");
  g_menu_append (take, _("Select All"), "text.select-all");
  g_menu_append (take, _("Save As…"), "text.save");
  g_menu_append (look, _("Output as Text"), "text.as-text");
  g_menu_append (look, _("Times"), "text.times");
  g_menu_append (look, _("Follow"), "text.follow");
  g_menu_append (look, _("Wrap"), "text.wrap");
  g_menu_append (look, _("First Error"), "text.first-error");
  if (context)
    g_menu_append (look, _("Search…"), "text.find");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (take));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (look));
  return G_MENU_MODEL (menu);
}

static void
on_menu (SyTextPane *self, double x, double y)
{
  g_autoptr (GMenuModel) model = NULL;

  if (self->menu == NULL)
    {
      model = make_menu (TRUE);
      self->menu = sy_context_menu_new (model, GTK_WIDGET (self->view_box));
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
    }
  sy_context_menu_open (self->menu, x, y);
}

/* --- what it shows --- */

void
sy_text_pane_set_model (SyTextPane *self, SyTextModel *model, gboolean follows)
{
  g_return_if_fail (SY_IS_TEXT_PANE (self));
  if (self->model != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->model, self);
      sy_text_model_close (self->model);
    }
  g_set_object (&self->model, model);
  self->plain_shown = self->wants_match = FALSE;
  sy_output_view_set_model (SY_OUTPUT_VIEW (self->view), model);
  set_state (self, "follow", follows);
  if (model != NULL)
    {
      g_signal_connect_swapped (model, "changed", G_CALLBACK (on_changed), self);
      g_signal_connect_swapped (model, "error-found", G_CALLBACK (on_error_found), self);
      if (gtk_search_bar_get_search_mode (self->search_bar))
        search (self);
    }
  show_facts (self);
  sy_text_pane_show_page (self);
  show_count (self);
}

SyTextModel *
sy_text_pane_get_model (SyTextPane *self)
{
  g_return_val_if_fail (SY_IS_TEXT_PANE (self), NULL);
  return self->model;
}

void
sy_text_pane_set_title (SyTextPane *self, const char *title, const char *facts)
{
  g_return_if_fail (SY_IS_TEXT_PANE (self));
  gtk_label_set_text (self->title, title);
  g_free (self->facts_text);
  self->facts_text = g_strdup (facts);
  show_facts (self);
}

void
sy_text_pane_set_empty (SyTextPane *self, const char *text)
{
  g_return_if_fail (SY_IS_TEXT_PANE (self));
  gtk_label_set_text (GTK_LABEL (self->empty), text);
}

void
sy_text_pane_set_name (SyTextPane *self, const char *name)
{
  g_return_if_fail (SY_IS_TEXT_PANE (self));
  g_free (self->name);
  self->name = g_strdup (name);
  if (name != NULL)
    g_strdelimit (self->name, "/", '-');
}

void
sy_text_pane_go_to_error (SyTextPane *self)
{
  g_return_if_fail (SY_IS_TEXT_PANE (self));
  if (self->model == NULL)
    return;
  set_state (self, "follow", FALSE);
  sy_text_model_find_error (self->model);
}

/* --- life --- */

static void
sy_text_pane_dispose (GObject *object)
{
  SyTextPane *self = SY_TEXT_PANE (object);

  if (self->model != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->model, self);
      sy_text_model_close (self->model);
    }
  g_clear_object (&self->model);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), SY_TYPE_TEXT_PANE);
  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL;)
    gtk_widget_unparent (child);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->facts_text, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->query_error, g_free);
  G_OBJECT_CLASS (sy_text_pane_parent_class)->dispose (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, SyTextPane, name)

static void
sy_text_pane_class_init (SyTextPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_text_pane_dispose;
  signals[SAY] = g_signal_new ("say", SY_TYPE_TEXT_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/switchyard/Switchyard/ui/text-pane.ui");
  BIND (title);
  BIND (facts);
  BIND (count);
  BIND (empty);
  BIND (search_bar);
  BIND (entry);
  BIND (match_case);
  BIND (regex);
  BIND (more);
  BIND (stack);
  BIND (view_box);
  BIND (plain);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_next);
  gtk_widget_class_bind_template_callback (widget_class, on_search_previous);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "outputpane");
}

static void
add_shortcuts (SyTextPane *self)
{
  static const struct { const char *keys, *action; } keys[] = {
    { "<Control>c", "text.copy" }, { "<Control>a", "text.select-all" }, { "<Control>Insert", "text.copy" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].keys),
                                                            gtk_named_action_new (keys[i].action)));
  gtk_widget_add_controller (self->view, controller);
}

static void
sy_text_pane_init (SyTextPane *self)
{
  g_autoptr (GMenuModel) menu = make_menu (FALSE);
  GtkWidget *bar;

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  sy_text_pane_add_take_actions (self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "text", G_ACTION_GROUP (self->actions));
  gtk_widget_init_template (GTK_WIDGET (self));
  self->view = sy_output_view_new ();
  bar = gtk_scrollbar_new (GTK_ORIENTATION_VERTICAL, sy_output_view_get_adjustment (SY_OUTPUT_VIEW (self->view)));
  gtk_box_append (self->view_box, self->view);
  gtk_box_append (self->view_box, bar);
  gtk_menu_button_set_menu_model (self->more, menu);
  gtk_search_bar_connect_entry (self->search_bar, self->entry);
  add_shortcuts (self);
  g_signal_connect_swapped (self->view, "scrolled", G_CALLBACK (on_scrolled), self);
  g_signal_connect_swapped (self->view, "menu", G_CALLBACK (on_menu), self);
  g_signal_connect_object (self->search_bar, "notify::search-mode-enabled", G_CALLBACK (on_search_mode), self, G_CONNECT_SWAPPED);
}

GtkWidget *
sy_text_pane_new (void)
{
  return g_object_new (SY_TYPE_TEXT_PANE, NULL);
}
