/* sy-window-private.h: the window's parts, shared by its files
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/gui/sy-gui-controller.h"
#include "app/gui/sy-run-reader.h"
#include "app/gui/sy-window.h"
#include "views/sy-session.h"

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* What follows when a document has been saved */
typedef enum { SY_THEN_NOTHING, SY_THEN_RUN, SY_THEN_DONE, SY_THEN_CLOSE } SySaveThen;

struct _SyWindow
{
  AdwApplicationWindow parent;

  SyGuiController *controller;  /* (owned) */
  SySession *session;           /* (owned) */
  SyRunReader *reader;          /* (owned) (nullable) of the run shown */
  SyRunModel *model;            /* (owned) (nullable) whose signals are connected */
  char *path;                   /* (nullable) real path of the workflow */
  char *shown_path;             /* (nullable) of what is shown: another file may be being opened */
  gboolean broken;              /* the file cannot be read: what is shown is an older graph of it, or what can be made of it */
  GBytes *text;                 /* (owned) (nullable) the file shown */
  GBytes *file;                 /* (owned) (nullable) the file as it lies on the disk */
  GFileMonitor *file_monitor;   /* (owned) (nullable) */
  GtkWidget *run_menu;          /* (nullable) of a run in sidebar or history */
  GActionMap *run_actions;      /* (owned) */
  char *wanted_task;            /* (nullable) to be shown when the run is there */
  guint opening;                /* number of the newest opening: older answers are dropped */
  gboolean busy;                /* a runner is being started */
  gboolean planned;             /* a preview is shown */
  gboolean output_aside;        /* until it ends: there is no room for both */
  GActionMap *branch_actions;   /* (owned) */
  guint status_shown;           /* what was told last of its status; 0 = nothing */
  guint inhibition;             /* cookie; 0 = none */
  gboolean go_to;               /* the search ends with the first task gone to */
  GMenu *recent_menu;
  gboolean may_close;           /* asked already */
  SySaveThen save_then;
  struct
  {
    gboolean ask;               /* with the form of parameters */
    gboolean dry;               /* what would run is told instead */
    gboolean alone;             /* without what @only needs */
    char *only;                 /* (nullable) tasks with commas between */
  } run_how;                    /* the run asked for last */
  gboolean run_waits;           /* for what was asked of the document before */
  gboolean document_trusted;    /* the document edited was trusted, or is new: what is done to it here is, too */
  GCancellable *list_cancel;    /* (owned) of the listing of runs */
  guint list_timer;
  GFileMonitor *list_monitor;   /* (owned) (nullable) */

  /* template */
  AdwToastOverlay *toasts;
  AdwHeaderBar *header;
  AdwViewSwitcherTitle *switcher;
  GtkWidget *switcher_bar;
  AdwViewStack *views;
  GtkStack *pages;
  GtkSpinner *spinner;
  AdwFlap *sidebar_flap, *inspector_flap;
  GtkWidget *sidebar_slot, *inspector_slot;
  GtkBox *run_box;
  GtkWidget *run_bar_slot, *banner_slot, *preview_slot;
  GtkOverlay *canvas_overlay;
  GtkPaned *paned;
  GtkWidget *output_slot, *outline_slot, *timeline_slot, *history_slot;
  GtkWidget *run_button, *pause_button, *stop_button, *inspector_toggle;
  GtkWidget *find_bar, *find_entry, *sandbox_note;
  GtkLabel *status;
  AdwStatusPage *problem_page;
  GtkTextView *problem_text;
  GtkWidget *file_slot;

  GtkWidget *sidebar, *inspector, *output, *canvas, *history, *space, *file_pane, *form, *broken_bar;
};

/* sy-window-desktop.c */
/* Of a run that has ended, where the window is not in front */
void sy_window_notify (SyWindow *self, const SyRunState *state);
void sy_window_notify_goes_on (SyWindow *self); /* the window closes, the run does not end */
gboolean sy_window_is_sandboxed (void);
void sy_window_update_inhibition (SyWindow *self);
void sy_window_fill_recent (SyWindow *self);

/* sy-window-file.c */
/* The file as it is, though it has runs. */
void sy_window_show_file (SyWindow *self);
/* Says of a run whether its file has changed since; a document follows its file. */
void sy_window_watch_file (SyWindow *self);

/* sy-window-broken.c */
GtkWidget *sy_window_make_broken_bar (SyWindow *self);
/* @last: shown, dimmed, where the window has no graph of that file; @note: what that is; @revision: text and problems */
void sy_window_show_broken (SyWindow *self, const char *path, SyWorkflow *last, const char *note, const SyDesignRevision *revision);
void sy_window_forget_broken (SyWindow *self);

/* sy-window-panes.c */
/* Closes it where the window is narrow, and opens it again, if it was open, where there is room. */
void sy_window_settle_pane (AdwFlap *flap);
void sy_window_update_page (SyWindow *self); /* another page is shown */
void sy_window_update_plan (SyWindow *self); /* a preview began, changed or ended */

/* sy-window-open.c */
void sy_window_show_run (SyWindow *self, const char *uuid);
/* Lists the runs again soon, for the sidebar. */
void sy_window_refresh_runs (SyWindow *self);
void sy_window_start_listing (SyWindow *self);
void sy_window_stop_listing (SyWindow *self);

/* sy-window-history.c */
void sy_window_add_history (SyWindow *self);
/* Shows a run, at that task. @task: (nullable) */
void sy_window_show_run_at (SyWindow *self, const char *uuid, const char *task);
void sy_window_reveal_wanted (SyWindow *self);
void sy_window_drop_run_menu (SyWindow *self);
/* What the file became since the run shown began */
void sy_window_compare_file (SyWindow *self);

/* sy-window-retention.c */
void sy_window_clear_old_runs (SyWindow *self);

/* sy-window-runs.c: pin, note, delete */
void sy_window_add_run_actions (SyWindow *self);

/* sy-window.c */
void sy_window_set_model (SyWindow *self, SyRunModel *model, const char *path, GBytes *text);
void sy_window_show_text (SyWindow *self, GBytes *text);
void sy_window_show_problem (SyWindow *self, const char *title, const char *text);
void sy_window_toast (SyWindow *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void sy_window_update_actions (SyWindow *self);
void sy_window_show_output (SyWindow *self, gboolean shown);
void sy_window_show_inspector (SyWindow *self, gboolean shown);
void sy_window_find_next (SyWindow *self);
/* In the File view; from 1 */
void sy_window_show_line (SyWindow *self, guint line);

/* sy-window-actions.c */
void sy_window_add_actions (SyWindow *self);
/* Sends a request; an error becomes a toast. */
void sy_window_request (SyWindow *self, const char *json, const char *done);
void sy_window_stop_run (SyWindow *self);

/* (nullable) the fold shown; NULL where the window shows no run */
const SyRunState *sy_window_get_run_state (SyWindow *self);
/* A question with Cancel and one answer; (transfer none), to be presented. */
GtkWidget *sy_window_ask (SyWindow *self, const char *heading, const char *body, const char *id, const char *answer,
                          AdwResponseAppearance appearance);

/* sy-window-branch.c */
void sy_window_add_branch_actions (SyWindow *self);
void sy_window_update_branch_actions (SyWindow *self);

/* sy-window-design.c */
void sy_window_add_design_actions (SyWindow *self);
void sy_window_update_design_actions (SyWindow *self);
/* The file as a document that is edited; a new one */
void sy_window_edit (SyWindow *self);
void sy_window_edit_new (SyWindow *self);
void sy_window_stop_editing (SyWindow *self, gboolean discard);
void sy_window_save (SyWindow *self, SySaveThen then);
/* The document that is edited runs as it is; one without a file is saved first. */
void sy_window_run_document (SyWindow *self);
/* A run of the document begins: it is shown, and what is not saved waits as a draft. */
void sy_window_stop_editing_for_run (SyWindow *self);
/* TRUE: something is not saved, and a dialog asks; what is to follow is done after the answer. */
gboolean sy_window_ask_unsaved (SyWindow *self, SySaveThen then);

/* sy-window-import.c: of a file that is another tool's */
gboolean sy_window_is_import (SyWindow *self);
void sy_window_say_import (SyWindow *self);
void sy_window_save_as_workflow (SyWindow *self);

/* sy-window-conflict.c: Reload, Keep Mine or Compare */
void sy_window_ask_conflict (SyWindow *self, const char *message);

/* sy-window-export.c */
void sy_window_export_image (SyWindow *self);

/* sy-window-task.c */
void sy_window_add_task_actions (SyWindow *self);
void sy_window_update_task_actions (SyWindow *self);

void sy_window_stop_task (SyWindow *self, const char *id);

/* sy-window-run.c: trust, parameters, start */
/* How is in run_how. */
void sy_window_run_workflow (SyWindow *self);
void sy_window_add_start_actions (SyWindow *self);
void sy_window_update_start_actions (SyWindow *self, gboolean may_run);

G_END_DECLS
