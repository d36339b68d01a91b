/* test-clock.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-clock.h"
#include "core/base/sy-error.h"

#include <errno.h>

static void
test_fake_clock (void)
{
  SyFakeClock clock;
  SyTime t;

  sy_fake_clock_init (&clock, 1000, 10);
  sy_fake_clock_advance (&clock, 5);
  t = sy_clock_now (&clock.base);
  g_assert_cmpint (t.wall_us, ==, 1005);
  g_assert_cmpint (t.boot_us, ==, 15);
}

static void
test_real_clock_goes_on (void)
{
  SyTime a = sy_clock_now (sy_clock_real ());
  SyTime b = sy_clock_now (sy_clock_real ());

  g_assert_cmpint (b.boot_us, >=, a.boot_us);
  g_assert_cmpint (a.wall_us, >, G_GINT64_CONSTANT (1577836800000000));
}

static void
test_errno_codes (void)
{
  static const struct { int errnum; SyErrorCode code; } cases[] = {
    { ENOSPC, SY_ERROR_NO_SPACE }, { EDQUOT, SY_ERROR_NO_SPACE }, { ENOENT, SY_ERROR_NOT_FOUND }, { EIO, SY_ERROR_IO },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      sy_error_set_errno (&error, cases[i].errnum, "open “%s”", "x");
      g_assert_error (error, SY_ERROR, (int) cases[i].code);
      g_assert_true (g_str_has_prefix (error->message, "open “x”: "));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/clock/fake", test_fake_clock);
  g_test_add_func ("/base/clock/real", test_real_clock_goes_on);
  g_test_add_func ("/base/error/errno", test_errno_codes);
  return g_test_run ();
}
