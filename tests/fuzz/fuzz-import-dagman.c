/* fuzz-import-dagman.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#define FUZZ_FORMAT SY_FORMAT_DAGMAN
#include "tests/fuzz/fuzz-import.h"
