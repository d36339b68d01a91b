/* sy-resource-chart.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-resource-chart.h"

#include "core/model/sy-words.h"
#include "views/sy-theme.h"

#include <glib/gi18n.h>

#define HEIGHT 64
#define PAD 4.0

struct _SyResourceChart
{
  GtkWidget parent;
  GArray *samples;      /* (owned) SyResourceSample */
};

G_DEFINE_FINAL_TYPE (SyResourceChart, sy_resource_chart, GTK_TYPE_WIDGET)

/* CPUs in use between a sample and the one before it */
static double
cpu_at (const GArray *samples, guint i)
{
  const SyResourceSample *now = &g_array_index (samples, SyResourceSample, i);
  const SyResourceSample *before = &g_array_index (samples, SyResourceSample, MAX (i, 1) - 1);

  return now->mono_us > before->mono_us ? (double) (now->cpu_us - before->cpu_us) / (double) (now->mono_us - before->mono_us) : 0;
}

static double
value_at (const GArray *samples, guint i, gboolean memory)
{
  return memory ? (double) g_array_index (samples, SyResourceSample, i).rss : cpu_at (samples, i);
}

static void
draw_line (SyResourceChart *self, cairo_t *cr, int width, int height, gboolean memory)
{
  const SyStyle *style = sy_theme_get_style ();
  const SyColour *colour = &style->state[memory ? SY_STATE_WAITING : SY_STATE_RUNNING];
  const GArray *samples = self->samples;
  gint64 start = g_array_index (samples, SyResourceSample, 0).mono_us;
  gint64 span = MAX (1, g_array_index (samples, SyResourceSample, samples->len - 1).mono_us - start);
  double top = memory ? 1 : 0.1;
  static const double dash[] = { 4, 3 };

  for (guint i = 0; i < samples->len; i++)
    top = MAX (top, value_at (samples, i, memory));
  for (guint i = 0; i < samples->len; i++)
    {
      double x = PAD + (double) (g_array_index (samples, SyResourceSample, i).mono_us - start) / (double) span * (width - 2 * PAD);
      double y = height - PAD - value_at (samples, i, memory) / top * (height - 2 * PAD);

      cairo_line_to (cr, x, y);
    }
  cairo_set_source_rgb (cr, colour->r, colour->g, colour->b);
  cairo_set_line_width (cr, 1.8);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, dash, memory ? 2 : 0, 0);
  cairo_stroke (cr);
}

static void
sy_resource_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SyResourceChart *self = SY_RESOURCE_CHART (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  cairo_t *cr;

  if (self->samples->len < 2)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  draw_line (self, cr, width, height, TRUE);
  draw_line (self, cr, width, height, FALSE);
  cairo_destroy (cr);
}

static void
sy_resource_chart_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 100;
}

static void
describe (SyResourceChart *self)
{
  g_autofree char *text = NULL, *size = NULL;
  double cpu = 0;
  gint64 rss = 0;

  for (guint i = 0; i < self->samples->len; i++)
    {
      cpu = MAX (cpu, cpu_at (self->samples, i));
      rss = MAX (rss, g_array_index (self->samples, SyResourceSample, i).rss);
    }
  size = sy_words_dup_size ((guint64) rss);
  text = g_strdup_printf (_("Chart of CPU and memory: at most %.0f %% CPU, %s"), cpu * 100, size);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
sy_resource_chart_finalize (GObject *object)
{
  g_array_unref (SY_RESOURCE_CHART (object)->samples);
  G_OBJECT_CLASS (sy_resource_chart_parent_class)->finalize (object);
}

static void
sy_resource_chart_class_init (SyResourceChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sy_resource_chart_finalize;
  widget_class->snapshot = sy_resource_chart_snapshot;
  widget_class->measure = sy_resource_chart_measure;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
sy_resource_chart_init (SyResourceChart *self)
{
  self->samples = g_array_new (FALSE, FALSE, sizeof (SyResourceSample));
  sy_theme_watch (self, (void (*) (gpointer)) gtk_widget_queue_draw);
}

GtkWidget *
sy_resource_chart_new (void)
{
  return g_object_new (SY_TYPE_RESOURCE_CHART, NULL);
}

void
sy_resource_chart_set_samples (SyResourceChart *self, GArray *samples)
{
  g_return_if_fail (SY_IS_RESOURCE_CHART (self));
  g_array_set_size (self->samples, 0);
  if (samples != NULL)
    g_array_append_vals (self->samples, samples->data, samples->len);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

char *
sy_resource_chart_dup_legend (void)
{
  const SyStyle *style = sy_theme_get_style ();
  const SyColour *cpu = &style->state[SY_STATE_RUNNING], *memory = &style->state[SY_STATE_WAITING];

  return g_strdup_printf ("<span color='#%02x%02x%02x'>━</span> %s    <span color='#%02x%02x%02x'>┅</span> %s",
                          (guint) (cpu->r * 255), (guint) (cpu->g * 255), (guint) (cpu->b * 255), _("CPU"), (guint) (memory->r * 255),
                          (guint) (memory->g * 255), (guint) (memory->b * 255), _("Memory"));
}
