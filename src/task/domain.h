// domain.h - a task's words as a union of product domains with one right answer each.
//
// The positions fall into *groups*, whose tokens vary independently of one another; a group takes
// one of its *options*, which puts a token at each of its positions.  A *domain* restricts the
// options of each group, and all its words have the same right answer.  Every word that has one
// lies in a domain at least (docs/certificate.md#domains).
#pragma once
#include "task/params.h"
#include <stdbool.h>
#include <stddef.h>

typedef uint32_t Token;

enum { GROUP_POSITIONS = 2, DOMAIN_EXCEPTIONS = 2 };

typedef struct Group {
    size_t positions, options;          // both at least 1
    size_t position[GROUP_POSITIONS];   // ascending
} Group;

// A set of options of a group; never empty.
typedef struct OptionSet {
    enum { OPTIONS_ALL, OPTIONS_MASK, OPTIONS_ONE, OPTIONS_OUTSIDE, OPTIONS_WHERE } kind;
    uint64_t mask;   // OPTIONS_MASK: bit o for option o; only for groups of at most 64 options
    size_t one;      // OPTIONS_ONE
    size_t count;    // OPTIONS_OUTSIDE: all but the options one .. one + count - 1
    // OPTIONS_WHERE: the options with has(params, key, option).
    bool (*has)(const Params *p, uint64_t key, size_t option);
    const Params *params;
    uint64_t key;
} OptionSet;

typedef struct DomainException {
    size_t group;
    OptionSet set;
} DomainException;

// No group is an exception twice.
typedef struct Domain {
    size_t answer;
    OptionSet rest;     // of every group with more than one option that is no exception,
    size_t free_from;   // and, unless this is 0, comes before this one; later ones take any option
    size_t exceptions;
    DomainException exception[DOMAIN_EXCEPTIONS];
    size_t furthers;   // exceptions kept elsewhere
    const DomainException *further;
} Domain;

// All exceptions, in both places: e < exceptions + furthers.
static inline const DomainException *domain_exception(const Domain *d, size_t e) {
    return e < d->exceptions ? &d->exception[e] : &d->further[e - d->exceptions];
}

// How a task says so; index < count(p) for both lists.
typedef struct Domains {
    size_t (*groups)(const Params *p);
    void (*group)(Group *g, const Params *p, size_t index);
    // The token that the option puts at the group's k-th position.
    Token (*token)(const Params *p, size_t group, size_t option, size_t k);
    size_t (*count)(const Params *p);
    void (*domain)(Domain *d, const Params *p, size_t index);
} Domains;

bool option_set_has(const OptionSet *set, size_t option);

// Whether the sets are written alike; false says nothing.
bool option_sets_equal(const OptionSet *a, const OptionSet *b);

// What the domain allows the group, a group of `options` options; the same without exceptions.
OptionSet domain_allows(const Domain *d, size_t group, size_t options);
OptionSet domain_rest(const Domain *d, size_t group, size_t options);

// Whether both allow each group the same but for exceptions.
bool domains_share_rest(const Domain *a, const Domain *b);
