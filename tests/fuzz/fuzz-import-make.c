/* fuzz-import-make.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#define FUZZ_FORMAT SY_FORMAT_MAKE
#include "tests/fuzz/fuzz-import.h"
