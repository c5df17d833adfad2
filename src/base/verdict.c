#include "base/verdict.h"

const char *verdict_name(Verdict v) {
    switch (v) {
    case PROVED:
        return "holds";
    case REFUTED:
        return "fails";
    case UNKNOWN:
        break;
    }
    return "undecided";
}

Verdict verdict_and(Verdict a, Verdict b) {
    if (a == REFUTED || b == REFUTED)
        return REFUTED;
    return a == PROVED && b == PROVED ? PROVED : UNKNOWN;
}

int verdict_exit_status(Verdict v) {
    switch (v) {
    case PROVED:
        return EXIT_HOLDS;
    case REFUTED:
        return EXIT_FAILS;
    case UNKNOWN:
        break;
    }
    return EXIT_UNDECIDED;
}
