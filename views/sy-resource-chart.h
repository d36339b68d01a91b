/* sy-resource-chart.h: CPU and memory of one attempt over time
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-controller.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_RESOURCE_CHART (sy_resource_chart_get_type ())
G_DECLARE_FINAL_TYPE (SyResourceChart, sy_resource_chart, SY, RESOURCE_CHART, GtkWidget)

GtkWidget *sy_resource_chart_new (void);
/* @samples: (nullable) (element-type SyResourceSample): copied */
void sy_resource_chart_set_samples (SyResourceChart *chart, GArray *samples);

/* Markup that says which line is which, in the colours of now; (transfer full) */
char *sy_resource_chart_dup_legend (void);

G_END_DECLS
