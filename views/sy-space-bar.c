/* sy-space-bar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-space-bar.h"

#include "core/model/sy-words.h"

#include <glib/gi18n.h>

struct _SySpaceBar
{
  GtkWidget parent;
  GtkRevealer *revealer;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (SySpaceBar, sy_space_bar, GTK_TYPE_WIDGET)

void
sy_space_bar_set_free (SySpaceBar *self, gint64 bytes)
{
  gboolean low = bytes >= 0 && bytes < SY_SPACE_LOW;

  g_return_if_fail (SY_IS_SPACE_BAR (self));
  if (low)
    {
      g_autoptr (GString) size = g_string_new (NULL);
      g_autofree char *text = NULL;

      sy_words_size (size, (guint64) bytes);
      text = g_strdup_printf (_("Only %s are free where runs are kept"), size->str);
      gtk_label_set_text (self->label, text);
    }
  gtk_revealer_set_reveal_child (self->revealer, low);
  gtk_widget_set_visible (GTK_WIDGET (self), low);
}

static void
sy_space_bar_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (sy_space_bar_parent_class)->dispose (object);
}

static void
sy_space_bar_class_init (SySpaceBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_space_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "spacebar");
}

static void
sy_space_bar_init (SySpaceBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10), *button = gtk_button_new_with_label (_("Delete Old Runs…"));

  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "heading");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.clear-old-runs");
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  gtk_box_append (GTK_BOX (box), button);
  gtk_revealer_set_child (self->revealer, box);
  gtk_widget_set_parent (GTK_WIDGET (self->revealer), GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
sy_space_bar_new (void)
{
  return g_object_new (SY_TYPE_SPACE_BAR, NULL);
}
