/* sy-export-private.h: what the exporters share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-export.h"
#include "core/model/sy-attempt.h"

G_BEGIN_DECLS

void sy_export_dot (const SyExportSource *source, GString *out);
void sy_export_mermaid (const SyExportSource *source, GString *out);
void sy_export_csv (const SyExportSource *source, GString *out);
void sy_export_junit (const SyExportSource *source, GString *out);
void sy_export_trace (const SyExportSource *source, GString *out);
void sy_export_wfformat (const SyExportSource *source, GString *out);
void sy_export_html (const SyExportSource *source, GString *out);

/* State of the task at @index; NULL without a run */
const SyTaskState *sy_export_state (const SyExportSource *source, guint32 index);
/* Attempts of a task within source->attempts: first one and how many */
const SyAttempt *sy_export_attempts (const SyExportSource *source, guint32 index, guint *n);
/* What is shown of a task: its label, else its id */
const char *sy_export_label (const SyTask *task);

G_END_DECLS
