// flint.h - Arb, which is a part of FLINT since its version 3.
#pragma once
#if __has_include(<flint/arb.h>)
#include <flint/arb.h>
#else
#include <arb.h>
#endif
