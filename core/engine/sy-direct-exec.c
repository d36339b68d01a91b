/* sy-direct-exec.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-direct-exec.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_SIZE 20 /* e_ident, e_type, e_machine */

/* One file that was looked into; valid as long as its stat data stay the same. */
typedef struct
{
  dev_t dev;
  ino_t ino;
  struct timespec ctime;
  gboolean fits;
} FileFact;

struct _SyDirectExec
{
  GHashTable *files; /* path (owned) -> FileFact (owned) */
  guint8 own_head[HEAD_SIZE];
  gboolean sh_is_dash;
};

/* Builtins and keywords of dash; `in`, `{`, `}` and `!` are only some of what the charset or position excludes already. */
static const char *const reserved[] = {
  ".", ":", "[", "alias", "bg", "break", "case", "cd", "chdir", "command", "continue", "do", "done", "echo",
  "elif", "else", "esac", "eval", "exec", "exit", "export", "false", "fc", "fg", "fi", "for", "getopts", "hash",
  "if", "in", "jobs", "kill", "local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "test",
  "then", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "until", "wait", "while",
};

static int
compare_words (const void *a, const void *b)
{
  return strcmp (a, *(const char *const *) b);
}

static gboolean
is_reserved (const char *word)
{
  return bsearch (word, reserved, G_N_ELEMENTS (reserved), sizeof *reserved, compare_words) != NULL;
}

static gboolean
is_plain (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("_./:=,@%+-", c) != NULL);
}

/* A first word that dash would take for an assignment, an option of `sh -c`, a builtin or a keyword does not fit. */
static gboolean
first_word_fits (char *const *words)
{
  const char *first = words[0];

  if (first == NULL || strchr (first, '=') != NULL || *first == '-' || *first == '+')
    return FALSE;
  if (words[1] == NULL && (strcmp (first, "true") == 0 || strcmp (first, "false") == 0))
    return TRUE;
  return !is_reserved (first);
}

char **
sy_direct_exec_words (const char *text)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  const char *p = text + strspn (text, " \t\n");

  while (*p != '\0' && *p != '\n')
    {
      const char *start = p;

      while (is_plain (*p))
        p++;
      if (p == start)
        return NULL;
      g_ptr_array_add (words, g_strndup (start, (gsize) (p - start)));
      p += strspn (p, " \t");
    }
  if (p[strspn (p, " \t\n")] != '\0')
    return NULL;
  g_ptr_array_add (words, NULL);
  if (!first_word_fits ((char **) words->pdata))
    return NULL;
  return (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

static gboolean
read_head (const char *path, guint8 head[HEAD_SIZE])
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  ssize_t n;

  if (fd < 0)
    return FALSE;
  memset (head, 0, HEAD_SIZE);
  n = read (fd, head, HEAD_SIZE);
  close (fd);
  return n >= 2;
}

/* Same class, byte order and machine as ourselves: another ELF may end in ENOEXEC, which dash takes for a script. */
static gboolean
head_fits (const SyDirectExec *self, const guint8 head[HEAD_SIZE])
{
  if (head[0] == '#' && head[1] == '!')
    return TRUE;
  return memcmp (head, ELFMAG, SELFMAG) == 0 && head[EI_CLASS] == self->own_head[EI_CLASS] &&
         head[EI_DATA] == self->own_head[EI_DATA] && memcmp (head + 18, self->own_head + 18, 2) == 0;
}

static gboolean
file_fits (SyDirectExec *self, const char *path, const struct stat *st)
{
  FileFact *fact = g_hash_table_lookup (self->files, path);
  guint8 head[HEAD_SIZE];

  if (fact == NULL)
    {
      fact = g_new0 (FileFact, 1);
      g_hash_table_insert (self->files, g_strdup (path), fact);
    }
  else if (fact->dev == st->st_dev && fact->ino == st->st_ino && fact->ctime.tv_sec == st->st_ctim.tv_sec &&
           fact->ctime.tv_nsec == st->st_ctim.tv_nsec)
    return fact->fits;

  fact->dev = st->st_dev;
  fact->ino = st->st_ino;
  fact->ctime = st->st_ctim;
  fact->fits = S_ISREG (st->st_mode) && access (path, X_OK) == 0 && read_head (path, head) && head_fits (self, head);
  return fact->fits;
}

/* @word has a slash: dash executes it as it stands, relative to the working folder. */
static gboolean
slashed_fits (SyDirectExec *self, const char *word, const char *dir)
{
  g_autofree char *absolute = *word == '/' ? g_strdup (word) : g_build_filename (dir, word, NULL);
  struct stat st;

  return stat (absolute, &st) == 0 && file_fits (self, absolute, &st);
}

/* The first file of that name in PATH; anything out of the ordinary on the way (relative or `%` entries, a file that
 * cannot be executed) is left to the shell. */
static gboolean
found_in_path (SyDirectExec *self, const char *word, const char *path)
{
  const char *p = path;

  if (path == NULL || strchr (path, '%') != NULL)
    return FALSE;
  for (;;)
    {
      gsize length = strcspn (p, ":");
      char full[4096];
      struct stat st;

      if (*p != '/' || length + strlen (word) + 2 > sizeof full)
        return FALSE;
      memcpy (full, p, length);
      full[length] = '/';
      strcpy (full + length + 1, word);
      if (stat (full, &st) == 0)
        return file_fits (self, full, &st);
      if (p[length] == '\0')
        return FALSE;
      p += length + 1;
    }
}

gboolean
sy_direct_exec_shell_fits (SyDirectExec *self, const char *const *shell, guint n)
{
  if (!self->sh_is_dash || n < 2 || n > 3 || strcmp (shell[0], "/bin/sh") != 0)
    return FALSE;
  return strcmp (shell[n - 1], "-c") == 0 && (n == 2 || strcmp (shell[1], "-e") == 0);
}

char **
sy_direct_exec_parse (SyDirectExec *self, const char *text, const char *path, const char *dir)
{
  g_auto (GStrv) words = sy_direct_exec_words (text);

  if (words == NULL)
    return NULL;
  if (strchr (words[0], '/') != NULL ? !slashed_fits (self, words[0], dir) : !found_in_path (self, words[0], path))
    return NULL;
  return g_steal_pointer (&words);
}

char *
sy_direct_exec_pwd (const char *inherited, const char *dir)
{
  struct stat a, b;

  if (inherited != NULL && *inherited == '/' && stat (inherited, &a) == 0 && stat (dir, &b) == 0 &&
      a.st_dev == b.st_dev && a.st_ino == b.st_ino)
    return g_strdup (inherited);
  return realpath (dir, NULL);
}

SyDirectExec *
sy_direct_exec_new (void)
{
  SyDirectExec *self = g_new0 (SyDirectExec, 1);
  g_autofree char *sh = realpath ("/bin/sh", NULL);
  g_autofree char *name = sh != NULL ? g_path_get_basename (sh) : NULL;

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->sh_is_dash = g_strcmp0 (name, "dash") == 0 && read_head ("/proc/self/exe", self->own_head);
  return self;
}

void
sy_direct_exec_free (SyDirectExec *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->files);
  g_free (self);
}
