/* sy-manuscript.c: the text and its history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-manuscript-private.h"

#include "core/base/sy-error.h"

#include <string.h>

#define HISTORY_BYTES (64 * 1024 * 1024)

static void
step_free (gpointer data)
{
  SyManuscriptStep *step = data;

  g_free (step->name);
  g_clear_pointer (&step->was, g_bytes_unref);
  g_clear_pointer (&step->now, g_bytes_unref);
  g_clear_pointer (&step->edit, sy_edit_free);
  g_clear_pointer (&step->moves, g_array_unref);
  g_free (step);
}

SyManuscript *
sy_manuscript_new (const char *path, GBytes *disk, GBytes *text)
{
  SyManuscript *self = g_new0 (SyManuscript, 1);

  self->path = g_strdup (path);
  self->disk = disk != NULL ? g_bytes_ref (disk) : NULL;
  self->text = text != NULL ? g_bytes_ref (text) : disk != NULL ? g_bytes_ref (disk) : g_bytes_new_static ("", 0);
  self->steps = g_ptr_array_new_with_free_func (step_free);
  self->saved = text == NULL ? 0 : -1;
  self->places = sy_places_new ();
  return self;
}

void
sy_manuscript_free (SyManuscript *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->disk, g_bytes_unref);
  g_bytes_unref (self->text);
  g_clear_pointer (&self->tree, sy_document_unref);
  g_clear_pointer (&self->named, sy_document_unref);
  g_ptr_array_unref (self->steps);
  sy_places_unref (self->places);
  g_clear_pointer (&self->last, sy_design_revision_unref);
  g_free (self->path);
  g_free (self);
}

GBytes *
sy_manuscript_get_text (const SyManuscript *self)
{
  return self->text;
}

const char *
sy_manuscript_get_path (const SyManuscript *self)
{
  return self->path;
}

SyPlaces *
sy_manuscript_get_places (const SyManuscript *self)
{
  return self->places;
}

void
sy_manuscript_set_places (SyManuscript *self, SyPlaces *places)
{
  sy_places_ref (places);
  sy_places_unref (self->places);
  self->places = places;
}

gboolean
sy_manuscript_is_saved (const SyManuscript *self)
{
  return self->disk != NULL && g_bytes_equal (self->disk, self->text);
}

void
sy_manuscript_set_text (SyManuscript *self, GBytes *text, SyDocument *tree)
{
  if (text == self->text)
    return;
  g_bytes_ref (text);
  g_bytes_unref (self->text);
  self->text = text;
  g_clear_pointer (&self->tree, sy_document_unref);
  self->tree = tree != NULL ? sy_document_ref (tree) : NULL;
}

/* --- history --- */

static gsize
step_size (const SyManuscriptStep *step)
{
  gsize moves = step->moves != NULL ? step->moves->len * (sizeof (SyPlaceMove) + 32) : 0;

  return sizeof *step + g_bytes_get_size (step->was) + g_bytes_get_size (step->now) + moves;
}

static gboolean
inside_character (const char *text, gsize length, gsize at)
{
  return at > 0 && at < length && ((guchar) text[at] & 0xc0) == 0x80;
}

/* What differs between two texts: the bytes between what is the same at their starts and ends, whole characters */
static void
find_difference (GBytes *before, GBytes *after, gsize *start, gsize *was, gsize *now)
{
  gsize n, m, head = 0, tail = 0;
  const char *a = g_bytes_get_data (before, &n), *b = g_bytes_get_data (after, &m);

  while (head < MIN (n, m) && a[head] == b[head])
    head++;
  while (inside_character (a, n, head) || inside_character (b, m, head))
    head--;
  while (tail < MIN (n, m) - head && a[n - 1 - tail] == b[m - 1 - tail])
    tail++;
  while (tail > 0 && inside_character (a, n, n - tail))
    tail--;
  *start = head;
  *was = n - head - tail;
  *now = m - head - tail;
}

static void
drop_step (SyManuscript *self, guint index)
{
  self->bytes -= step_size (g_ptr_array_index (self->steps, index));
  g_ptr_array_remove_index (self->steps, index);
}

/* What was undone cannot be done again once something else was done. */
static void
drop_undone (SyManuscript *self)
{
  while (self->steps->len > self->done)
    drop_step (self, self->steps->len - 1);
  if (self->saved > (gint) self->done)
    self->saved = -1;
}

static void
drop_oldest (SyManuscript *self)
{
  while (self->bytes > HISTORY_BYTES && self->done > 1)
    {
      drop_step (self, 0);
      self->done--;
      self->saved = self->saved > 0 ? self->saved - 1 : -1;
    }
}

static GBytes *
splice (GBytes *text, gsize start, gsize length, GBytes *by)
{
  gsize n, m;
  const char *a = g_bytes_get_data (text, &n), *b = g_bytes_get_data (by, &m);
  char *out = g_malloc (MAX (n - length + m, 1));

  memcpy (out, a, start);
  if (m > 0)
    memcpy (out + start, b, m);
  memcpy (out + start + m, a + start + length, n - start - length);
  return g_bytes_new_take (out, n - length + m);
}

static gboolean
is_text (const SyManuscriptStep *step)
{
  return g_bytes_get_size (step->was) + g_bytes_get_size (step->now) > 0;
}

/* The same tasks moved on: one step. @self: has the places after both */
static gboolean
merge_moves (SyManuscript *self, SyManuscriptStep *last, const SyManuscriptStep *next)
{
  g_autoptr (SyPlaces) between = sy_places_apply (self->places, next->moves, TRUE);
  g_autoptr (SyPlaces) before = sy_places_apply (between, last->moves, TRUE);
  GArray *moves = sy_places_diff (before, self->places);

  if (moves == NULL)
    return FALSE;
  self->bytes -= step_size (last);
  g_array_unref (last->moves);
  last->moves = moves;
  self->bytes += step_size (last);
  return TRUE;
}

/* Typing goes on where it was, or deletes backwards from there: one step */
static gboolean
merge_step (SyManuscript *self, const SyManuscriptStep *next)
{
  SyManuscriptStep *last = self->done > 0 ? g_ptr_array_index (self->steps, self->done - 1) : NULL;
  gsize written, removed = g_bytes_get_size (next->was);

  if (last == NULL || !last->merges || !next->merges || strcmp (last->name, next->name) != 0 || self->saved == (gint) self->done)
    return FALSE;
  if (last->moves != NULL || next->moves != NULL)
    return last->moves != NULL && next->moves != NULL && !is_text (last) && !is_text (next) && merge_moves (self, last, next);
  written = g_bytes_get_size (last->now);
  self->bytes -= step_size (last);
  if (next->start >= last->start && next->start + removed <= last->start + written)
    {
      GBytes *now = splice (last->now, next->start - last->start, removed, next->now);

      g_bytes_unref (last->now);
      last->now = now;
    }
  else if (next->start + removed == last->start)
    {
      g_autoptr (GBytes) was = last->was, now = last->now;

      last->was = splice (was, 0, 0, next->was);
      last->now = splice (now, 0, 0, next->now);
      last->start = next->start;
    }
  else
    {
      self->bytes += step_size (last);
      return FALSE;
    }
  self->bytes += step_size (last);
  return TRUE;
}

void
sy_manuscript_add_step (SyManuscript *self, const char *name, gboolean merges, GBytes *text, SyDocument *tree, SyEdit *edit,
                        SyPlaces *places)
{
  g_autoptr (GArray) moves = places != NULL ? sy_places_diff (self->places, places) : NULL;
  gboolean same = g_bytes_equal (text, self->text);
  SyManuscriptStep *step;
  gsize was, now;

  if (same && moves == NULL)
    {
      g_clear_pointer (&edit, sy_edit_free);
      return;
    }
  drop_undone (self);
  step = g_new0 (SyManuscriptStep, 1);
  step->name = g_strdup (name);
  step->merges = merges;
  step->edit = edit;
  step->moves = g_steal_pointer (&moves);
  find_difference (self->text, text, &step->start, &was, &now);
  /* copies: a part would keep the whole text alive */
  step->was = g_bytes_new ((const char *) g_bytes_get_data (self->text, NULL) + step->start, was);
  step->now = g_bytes_new ((const char *) g_bytes_get_data (text, NULL) + step->start, now);
  if (!same)
    sy_manuscript_set_text (self, text, tree);
  if (places != NULL)
    sy_manuscript_set_places (self, places);
  if (merge_step (self, step))
    {
      step_free (step);
      return;
    }
  g_ptr_array_add (self->steps, step);
  self->done++;
  self->bytes += step_size (step);
  drop_oldest (self);
}

static gboolean
travel (SyManuscript *self, gboolean back, GError **error)
{
  SyManuscriptStep *step;
  g_autoptr (GBytes) text = NULL;

  if (back ? self->done == 0 : self->done == self->steps->len)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, back ? "there is nothing to undo" : "there is nothing to do again");
      return FALSE;
    }
  step = g_ptr_array_index (self->steps, back ? self->done - 1 : self->done);
  self->done += back ? -1 : 1;
  if (step->moves != NULL)
    {
      g_autoptr (SyPlaces) places = sy_places_apply (self->places, step->moves, back);

      sy_manuscript_set_places (self, places);
    }
  if (!is_text (step))
    return TRUE;
  text = back ? splice (self->text, step->start, g_bytes_get_size (step->now), step->was)
              : splice (self->text, step->start, g_bytes_get_size (step->was), step->now);
  sy_manuscript_set_text (self, text, NULL);
  return TRUE;
}

gboolean
sy_manuscript_undo (SyManuscript *self, GError **error)
{
  return travel (self, TRUE, error);
}

gboolean
sy_manuscript_redo (SyManuscript *self, GError **error)
{
  return travel (self, FALSE, error);
}

/* --- changes --- */

static GBytes *
text_of (SyDocument *tree)
{
  return sy_source_get_bytes (sy_document_get_source (tree));
}

static gboolean
replace_bytes (GBytes **text, const SyChangeStep *step, GError **error)
{
  gsize length = g_bytes_get_size (*text);
  g_autoptr (GBytes) by = g_bytes_new (step->other, strlen (step->other));
  GBytes *result;

  if (step->start > step->end || step->end > length)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "the text has changed meanwhile");
      return FALSE;
    }
  result = splice (*text, step->start, step->end - step->start, by);
  g_bytes_unref (*text);
  *text = result;
  return TRUE;
}

/* What closes a cycle is refused, not left to the checks. */
static gboolean
check_cycle (SyDocument *tree, const SyChangeStep *step, GError **error)
{
  const SyNode *tasks = sy_document_find (tree, "tasks", NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);

  for (const SyNode *key = tasks != NULL && tasks->kind == SY_NODE_MAPPING ? tasks->first : NULL; key != NULL; key = key->next->next)
    g_hash_table_insert (keys, (gpointer) key->text, key->next);
  g_ptr_array_add (open, step->other);
  while (open->len > 0)
    {
      const char *id = g_ptr_array_steal_index (open, open->len - 1);
      const SyNode *task = g_hash_table_lookup (keys, id);
      const SyNode *needs = sy_node_get (task, "needs");

      if (strcmp (id, step->task) == 0)
        {
          g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "“%s” comes after “%s”: that would be a cycle", step->other, step->task);
          return FALSE;
        }
      for (const SyNode *item = needs != NULL && needs->kind == SY_NODE_SEQUENCE ? needs->first : needs; item != NULL;
           item = needs->kind == SY_NODE_SEQUENCE ? item->next : NULL)
        {
          const SyNode *name = item->kind == SY_NODE_MAPPING ? sy_node_get (item, "task") : item;

          if (name != NULL && name->kind == SY_NODE_SCALAR && g_hash_table_add (seen, (gpointer) name->text))
            g_ptr_array_add (open, (gpointer) name->text);
        }
    }
  return TRUE;
}

static gboolean
edit_step (SyDocument **tree, const SyChangeStep *step, SyEdit *all, GError **error)
{
  g_autoptr (SyEdit) edit = sy_edit_new ();
  SyDocument *result;

  if (step->kind == SY_STEP_ADD_NEED && !check_cycle (*tree, step, error))
    return FALSE;
  if (!sy_manuscript_record_step (edit, step, *tree, error))
    return FALSE;
  result = sy_edit_apply_to (edit, *tree, error);
  if (result == NULL)
    return FALSE;
  sy_document_unref (*tree);
  *tree = result;
  if (all != NULL)
    sy_edit_take_over (all, edit);
  return TRUE;
}

/* Tasks that go together go at once, where that can be: so many steps are done. 0: they go one by one. */
static guint
remove_together (SyDocument **tree, const SyChange *change, guint first)
{
  const SyChangeStep *step = g_ptr_array_index (change->steps, first);
  g_autoptr (SyEdit) edit = sy_edit_new ();
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  SyDocument *result;
  guint n;

  for (n = first; n < change->steps->len; n++)
    {
      const SyChangeStep *next = g_ptr_array_index (change->steps, n);

      if (next->kind != SY_STEP_REMOVE_TASK || next->edges != step->edges)
        break;
      g_ptr_array_add (ids, next->task);
    }
  if (ids->len < 2)
    return 0;
  g_ptr_array_add (ids, NULL);
  sy_edit_remove_tasks (edit, (const char *const *) ids->pdata, (SyEditEdges) step->edges);
  result = sy_edit_apply_to (edit, *tree, NULL);
  if (result == NULL)
    return 0;
  sy_document_unref (*tree);
  *tree = result;
  return n - first;
}

/* Places follow their tasks' names. @places: (inout) (nullable): NULL = as they are */
static void
move_step (SyManuscript *self, SyPlaces **places, const SyChangeStep *step)
{
  if (step->kind != SY_STEP_PLACE && step->kind != SY_STEP_RENAME_TASK)
    return;
  if (*places == NULL)
    *places = sy_places_copy (self->places);
  if (step->kind == SY_STEP_RENAME_TASK)
    sy_places_rename (*places, step->task, step->other);
  else if (step->pinned)
    sy_places_set (*places, step->task, step->place);
  else
    sy_places_remove (*places, step->task);
}

gboolean
sy_manuscript_apply (SyManuscript *self, const SyChange *change, GError **error)
{
  g_autoptr (SyPlaces) places = NULL;
  g_autoptr (GBytes) text = g_bytes_ref (self->text);
  g_autoptr (SyDocument) tree = self->tree != NULL ? sy_document_ref (self->tree) : NULL;
  g_autoptr (SyEdit) edit = sy_edit_new ();

  for (guint i = 0; i < change->steps->len; i++)
    {
      const SyChangeStep *step = g_ptr_array_index (change->steps, i);
      guint together;

      move_step (self, &places, step);
      if (step->kind == SY_STEP_PLACE)
        continue;
      if (step->kind == SY_STEP_REPLACE_BYTES)
        {
          if (!replace_bytes (&text, step, error))
            return FALSE;
          g_clear_pointer (&tree, sy_document_unref);
          g_clear_pointer (&edit, sy_edit_free);
          continue;
        }
      if (tree == NULL && (tree = sy_edit_parse (text, self->path, error)) == NULL)
        {
          g_prefix_error (error, "the text has an error that must be mended first: ");
          return FALSE;
        }
      if (step->kind == SY_STEP_REMOVE_TASK && (together = remove_together (&tree, change, i)) > 0)
        {
          i += together - 1;
          g_clear_pointer (&edit, sy_edit_free);
        }
      else if (!edit_step (&tree, step, edit, error))
        return FALSE;
      g_bytes_unref (text);
      text = g_bytes_ref (text_of (tree));
    }
  sy_manuscript_add_step (self, change->name, change->merges, text, tree, g_steal_pointer (&edit), places);
  return TRUE;
}
