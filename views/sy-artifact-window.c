/* sy-artifact-window.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-artifact-window.h"

#include "core/base/sy-error.h"
#include "views/sy-text-pane.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define REFRESH_S 2
#define MOST_PIXELS 100e6       /* of a picture that is decoded */
#define MOST_SIDE 4096          /* it is shown with */

#define SY_TYPE_ARTIFACT_WINDOW (sy_artifact_window_get_type ())
G_DECLARE_FINAL_TYPE (SyArtifactWindow, sy_artifact_window, SY, ARTIFACT_WINDOW, AdwWindow)

struct _SyArtifactWindow
{
  AdwWindow parent;

  char *path;
  guint timer;
  GCancellable *cancel; /* (owned) of the picture */
  AdwToastOverlay *toasts;
  GtkRevealer *news;
  GtkLabel *news_text;
  GtkWidget *reload;
  SyTextPane *pane;     /* (nullable) */
};

G_DEFINE_FINAL_TYPE (SyArtifactWindow, sy_artifact_window, ADW_TYPE_WINDOW)

enum { RELOAD, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- other programs --- */

static void
on_chosen (GtkDialog *dialog, int response, gpointer data)
{
  g_autoptr (GAppInfo) app = response == GTK_RESPONSE_OK ? gtk_app_chooser_get_app_info (GTK_APP_CHOOSER (dialog)) : NULL;
  g_autoptr (GFile) file = gtk_app_chooser_dialog_get_widget (GTK_APP_CHOOSER_DIALOG (dialog)) != NULL
                             ? g_object_ref (g_object_get_data (G_OBJECT (dialog), "file")) : NULL;
  GList files = { .data = file };

  if (app != NULL)
    g_app_info_launch (app, &files, NULL, NULL);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

void
sy_artifact_open_with (GtkWindow *parent, const char *path)
{
  GFile *file = g_file_new_for_path (path);
  GtkWidget *dialog = gtk_app_chooser_dialog_new (parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, file);

  g_object_set_data_full (G_OBJECT (dialog), "file", file, g_object_unref);
  g_signal_connect (dialog, "response", G_CALLBACK (on_chosen), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_open_with (SyArtifactWindow *self)
{
  sy_artifact_open_with (GTK_WINDOW (self), self->path);
}

/* --- a text --- */

static void
show_news (SyArtifactWindow *self, const char *text, gboolean may_reload)
{
  if (text != NULL)
    gtk_label_set_text (self->news_text, text);
  gtk_widget_set_visible (self->reload, may_reload);
  gtk_revealer_set_reveal_child (self->news, text != NULL);
}

static void
on_changed (SyArtifactWindow *self)
{
  SyTextModel *model = sy_text_pane_get_model (self->pane);
  const GError *error = sy_text_model_get_error (model);

  if (error != NULL)
    show_news (self, sy_text_model_get_n_lines (model) > 0 ? error->message : NULL, FALSE);
  else
    show_news (self, sy_text_model_is_stale (model) ? _("The file was written anew since it was opened.") : NULL, TRUE);
}

static gboolean
on_timer (gpointer data)
{
  SyArtifactWindow *self = data;

  sy_text_model_refresh (sy_text_pane_get_model (self->pane));
  return G_SOURCE_CONTINUE;
}

static void
on_say (SyArtifactWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static GtkWidget *
make_text (SyArtifactWindow *self, const SyArtifact *artifact, SyTextSource *source)
{
  g_autoptr (SyTextModel) model = sy_text_model_new (source);
  g_autofree char *name = g_path_get_basename (artifact->path);

  self->pane = SY_TEXT_PANE (sy_text_pane_new ());
  sy_text_pane_set_title (self->pane, artifact->name, NULL);
  sy_text_pane_set_name (self->pane, name);
  sy_text_pane_set_empty (self->pane, _("The file is empty."));
  sy_text_pane_set_model (self->pane, model, FALSE);
  g_signal_connect_swapped (self->pane, "say", G_CALLBACK (on_say), self);
  g_signal_connect_object (model, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  self->timer = g_timeout_add_seconds (REFRESH_S, on_timer, self);
  return GTK_WIDGET (self->pane);
}

/* --- a picture --- */

static void
load_picture (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *path = data;
  GError *error = NULL;
  int width = 0, height = 0;
  GdkPixbuf *pixbuf = NULL;

  if (gdk_pixbuf_get_file_info (path, &width, &height) == NULL)
    error = g_error_new (SY_ERROR, SY_ERROR_INVALID, _("This is no picture that can be shown here."));
  else if ((double) width * height > MOST_PIXELS)
    error = g_error_new (SY_ERROR, SY_ERROR_REFUSED, _("The picture has %d × %d points: too many to be shown here."), width, height);
  else if (MAX (width, height) > MOST_SIDE)
    pixbuf = gdk_pixbuf_new_from_file_at_scale (path, MOST_SIDE, MOST_SIDE, TRUE, &error);
  else
    pixbuf = gdk_pixbuf_new_from_file (path, &error);
  if (pixbuf != NULL)
    g_task_return_pointer (task, pixbuf, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_picture (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = g_task_propagate_pointer (G_TASK (result), &error);
  GtkStack *stack = GTK_STACK (source);
  GtkWidget *picture = gtk_stack_get_child_by_name (stack, "picture");

  if (pixbuf != NULL)
    {
      g_autoptr (GdkTexture) texture = gdk_texture_new_for_pixbuf (pixbuf);

      gtk_picture_set_paintable (GTK_PICTURE (picture), GDK_PAINTABLE (texture));
      gtk_stack_set_visible_child (stack, picture);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      adw_status_page_set_description (ADW_STATUS_PAGE (gtk_stack_get_child_by_name (stack, "problem")), error->message);
      gtk_stack_set_visible_child_name (stack, "problem");
    }
}

static GtkWidget *
make_picture (SyArtifactWindow *self, const SyArtifact *artifact)
{
  GtkWidget *stack = gtk_stack_new (), *picture = gtk_picture_new (), *spinner = gtk_spinner_new (), *problem = adw_status_page_new ();
  g_autoptr (GTask) task = NULL;

  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), artifact->name);
  gtk_spinner_start (GTK_SPINNER (spinner));
  adw_status_page_set_title (ADW_STATUS_PAGE (problem), _("Not Shown"));
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (problem), "image-x-generic-symbolic");
  gtk_stack_add_named (GTK_STACK (stack), spinner, "loading");
  gtk_stack_add_named (GTK_STACK (stack), picture, "picture");
  gtk_stack_add_named (GTK_STACK (stack), problem, "problem");
  gtk_widget_set_vexpand (stack, TRUE);
  self->cancel = g_cancellable_new ();
  task = g_task_new (stack, self->cancel, on_picture, NULL);
  g_task_set_task_data (task, g_strdup (artifact->path), g_free);
  g_task_run_in_thread (task, load_picture);
  return stack;
}

/* --- life --- */

static void
sy_artifact_window_dispose (GObject *object)
{
  SyArtifactWindow *self = SY_ARTIFACT_WINDOW (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->cancel != NULL)
    g_cancellable_cancel (self->cancel);
  g_clear_object (&self->cancel);
  g_clear_pointer (&self->path, g_free);
  G_OBJECT_CLASS (sy_artifact_window_parent_class)->dispose (object);
}

static void
act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyArtifactWindow *self = SY_ARTIFACT_WINDOW (widget);

  if (g_str_equal (name, "artifact.close"))
    gtk_window_close (GTK_WINDOW (self));
  else if (g_str_equal (name, "artifact.open-with"))
    on_open_with (self);
  else if (self->pane != NULL && g_str_equal (name, "artifact.find"))
    sy_text_pane_find (self->pane);
  else if (self->pane != NULL && g_str_equal (name, "artifact.find-next"))
    sy_text_pane_find_next (self->pane, FALSE);
  else if (self->pane != NULL && g_str_equal (name, "artifact.as-text"))
    sy_text_pane_toggle_plain (self->pane);
}

static void
sy_artifact_window_class_init (SyArtifactWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const struct { const char *action; guint key; GdkModifierType state; } keys[] = {
    { "artifact.close", GDK_KEY_Escape, 0 },           { "artifact.close", GDK_KEY_w, GDK_CONTROL_MASK },
    { "artifact.find", GDK_KEY_f, GDK_CONTROL_MASK },  { "artifact.find-next", GDK_KEY_g, GDK_CONTROL_MASK },
    { "artifact.as-text", GDK_KEY_F7, 0 },
  };

  G_OBJECT_CLASS (klass)->dispose = sy_artifact_window_dispose;
  signals[RELOAD] = g_signal_new ("reload", SY_TYPE_ARTIFACT_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "artifact.open-with", NULL, act);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gtk_widget_class_install_action (widget_class, keys[i].action, NULL, act);
      gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].state, keys[i].action, NULL);
    }
}

static void
sy_artifact_window_init (SyArtifactWindow *self)
{
}

static void
on_reload (SyArtifactWindow *self)
{
  g_signal_emit (self, signals[RELOAD], 0);
  gtk_window_close (GTK_WINDOW (self));
}

static GtkWidget *
make_news (SyArtifactWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->news = GTK_REVEALER (gtk_revealer_new ());
  self->news_text = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->news_text, TRUE);
  gtk_label_set_xalign (self->news_text, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->news_text), TRUE);
  self->reload = gtk_button_new_with_label (_("Reload"));
  g_signal_connect_swapped (self->reload, "clicked", G_CALLBACK (on_reload), self);
  gtk_widget_set_valign (self->reload, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (box, "toolbar");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->news_text));
  gtk_box_append (GTK_BOX (box), self->reload);
  gtk_revealer_set_child (self->news, box);
  return GTK_WIDGET (self->news);
}

static GtkWidget *
make_header (SyArtifactWindow *self, const SyArtifact *artifact)
{
  GtkWidget *header = adw_header_bar_new (), *open = gtk_button_new_with_label (_("Open With…"));
  g_autofree char *folder = g_path_get_dirname (artifact->path);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (open), "artifact.open-with");
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), open);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), adw_window_title_new (artifact->name, folder));
  return header;
}

GtkWidget *
sy_artifact_window_open (GtkWindow *parent, const SyArtifact *artifact, SyTextSource *source)
{
  SyArtifactWindow *self = g_object_new (SY_TYPE_ARTIFACT_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE, "default-width", 900,
                                         "default-height", 640, "title", artifact->name, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *content;

  self->path = g_strdup (artifact->path);
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  gtk_box_append (GTK_BOX (box), make_header (self, artifact));
  gtk_box_append (GTK_BOX (box), make_news (self));
  content = source != NULL ? make_text (self, artifact, source) : make_picture (self, artifact);
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), content);
  adw_toast_overlay_set_child (self->toasts, box);
  adw_window_set_content (ADW_WINDOW (self), GTK_WIDGET (self->toasts));
  gtk_window_present (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}
