/* fuzz-import-pmc.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#define FUZZ_FORMAT SY_FORMAT_PMC
#include "tests/fuzz/fuzz-import.h"
