/* sy-request.c: requests to a runner and its replies
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-request.h"

#include "core/base/sy-json-writer.h"
#include "core/base/sy-error.h"
#include "core/model/sy-json.h"


static SyJson
begin_request (GString *out, const char *command)
{
  SyJson json = sy_json_on (out);

  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_json_string (&json, "command", command);
  return json;
}

char *
sy_request_new (const char *command, const char *key, const char *value)
{
  GString *out = g_string_new (NULL);
  SyJson json = begin_request (out, command);

  if (value != NULL)
    sy_json_string (&json, key, value);
  sy_json_end_object (&json);
  return g_string_free (out, FALSE);
}

char *
sy_request_mark (const char *task, const char *as, const char *note)
{
  GString *out = g_string_new (NULL);
  SyJson json = begin_request (out, "mark");

  sy_json_string (&json, "task", task);
  sy_json_string (&json, "as", as);
  sy_json_string (&json, "note", note);
  sy_json_end_object (&json);
  return g_string_free (out, FALSE);
}

char *
sy_request_with_kill (const char *command, const char *task, gboolean kill)
{
  GString *out = g_string_new (NULL);
  SyJson json = begin_request (out, command);

  if (task != NULL)
    sy_json_string (&json, "task", task);
  sy_json_bool (&json, "kill", kill);
  sy_json_end_object (&json);
  return g_string_free (out, FALSE);
}

char *
sy_request_rerun (const char *scope, const char *const *tasks, const char *running)
{
  GString *out = g_string_new (NULL);
  SyJson json = begin_request (out, "rerun");

  sy_json_string (&json, "scope", scope);
  sy_json_begin_array (&json, "tasks");
  for (; tasks != NULL && *tasks != NULL; tasks++)
    sy_json_string (&json, NULL, *tasks);
  sy_json_end_array (&json);
  sy_json_string (&json, "running", running);
  sy_json_end_object (&json);
  return g_string_free (out, FALSE);
}

static SyErrorCode
code_of_word (const char *word)
{
  static const struct { const char *word; SyErrorCode code; } words[] = {
    { "invalid", SY_ERROR_INVALID },     { "not_found", SY_ERROR_NOT_FOUND }, { "owned", SY_ERROR_OWNED },
    { "corrupt", SY_ERROR_CORRUPT },     { "no_space", SY_ERROR_NO_SPACE },   { "io", SY_ERROR_IO },
    { "internal", SY_ERROR_INTERNAL },   { "unsupported", SY_ERROR_UNSUPPORTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i].word) == 0)
      return words[i].code;
  return SY_ERROR_REFUSED;
}

gboolean
sy_reply_check (const char *reply, GError **error)
{
  g_autoptr (SyJsonNode) object = sy_json_parse (reply, NULL);
  const SyJsonNode *ok = sy_json_get (object, "ok");
  const char *text = sy_json_get_text (object, "error");

  if (!sy_json_is (object, SY_JSON_OBJECT))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INTERNAL, "the runner gave an answer that is no JSON object: %.80s", reply);
      return FALSE;
    }
  if (sy_json_is (ok, SY_JSON_BOOL) && ok->boolean)
    return TRUE;
  g_set_error_literal (error, SY_ERROR, code_of_word (sy_json_get_text (object, "code")),
                       text != NULL ? text : "the runner refused");
  return FALSE;
}
