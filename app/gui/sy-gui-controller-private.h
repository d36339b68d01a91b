/* sy-gui-controller-private.h: what the controller's files share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/gui/sy-gui-controller.h"
#include "app/gui/sy-gui-history.h"
#include "app/sy-run-view.h"
#include "core/model/sy-history.h"
#include "core/store/sy-output-reader.h"

G_BEGIN_DECLS

/*
 * Main thread, but for what is marked. Jobs run on two pools of one thread each, so that answers of one kind come in the
 * order of the calls and a slow runner does not hold up what is read. A job keeps the controller's memory alive.
 */
struct _SyGuiController
{
  SyController base;
  gatomicrefcount ref_count;
  gboolean closed;
  char *uuid, *path;
  GBytes *text;                 /* (nullable) that a new run runs */
  GThreadPool *commands, *readings;
  SyGuiHistory *history;        /* (owned) of all runs of the workflow */

  /* the thread of readings */
  char *output_key;
  SyStateDir *output_dir;
  SyRunDir *output_run;
  SyOutputReader *output;
  SyRunView *past_view; /* (nullable) whose events the history has */
  SyHistory *past;
  char *past_uuid;
};

typedef struct _Job SyGuiJob;
struct _Job
{
  SyGuiController *controller;  /* (owned) */
  void (*work) (SyGuiJob *job);      /* on the pool's thread */
  void (*done) (SyGuiJob *job);      /* on the main thread */
  char *uuid, *path, *json;
  GStrv params;
  char *only;
  gboolean alone;
  GBytes *text;
  guint32 task, attempt;
  gboolean errors;
  guint64 offset;
  gsize length;
  gint64 wall_us, end_us;
  guint n;
  SyWorkflow *workflow; /* (owned) (nullable) */
  char *values;         /* (owned) (nullable) */
  union { SyControllerArtifacts artifacts; SyControllerReply reply; SyControllerOutput output; SyControllerAttempts attempts; SyControllerSamples samples;
          SyControllerState state; SyControllerUsage usage; SyControllerChanges changes; } call;
  gpointer data;

  /* results */
  GError *error;
  char *reply;
  GArray *rows;
  SyOutputChunk chunk;
  SyRunState *state;
  SyUsage *usage;
  GPtrArray *changes;
};

/* @work: on the pool's thread; @done: on the main thread, unless the controller was freed */
SyGuiJob *sy_gui_job_new (SyGuiController *self, void (*work) (SyGuiJob *), void (*done) (SyGuiJob *), gpointer data);
/* (transfer full) (nullable): job->error says why not. *dir (out) (transfer full) (nullable) must outlive it. */
SyRunDir *sy_gui_job_open_run (SyGuiJob *job, SyStateDir **dir);
void sy_gui_controller_forget_past (SyGuiController *self);

/* Fill in the functions of a kind. */
void sy_gui_controller_add_requests (SyController *base); /* sy-gui-requests.c: what changes runs */
void sy_gui_controller_add_readings (SyController *base); /* sy-gui-readings.c: what a run's log and files say */

G_END_DECLS
