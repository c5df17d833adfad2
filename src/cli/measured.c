#include "cli/measured.h"
#include "base/error.h"
#include "math/rational.h"
#include "math/rational_node.h"
#include <string.h>

enum { DIGITS = 4, LONGEST_EXACT = 40 };   // of a margin in a message

const char *const quantity_names[QUANTITIES] = {
    [WIDTH] = "width",
    [PRECISION] = "precision",
    [BITS] = "bits",
    [LOWER_BOUND] = "lower_bound",
};

bool quantity_more_is_better(Quantity q) { return q == LOWER_BOUND; }

void measured_init(Measured *m) {
    *m = (Measured){ 0 };
    mpq_init(m->margin);
}

void measured_clear(Measured *m) {
    mpq_clear(m->margin);
    *m = (Measured){ 0 };
}

// Whether the member is there, and not null.
static bool is_given(const Node *n) { return n->value != NULL && !json_is_null(n->value); }

int node_verdict(Verdict *v, const Node *n) {
    static const Verdict all[] = { PROVED, REFUTED, UNKNOWN };
    const char *s;
    if (node_string(&s, n) < 0)
        return -1;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(s, verdict_name(all[i])) == 0) {
            *v = all[i];
            return 0;
        }
    return node_error(n, "\"%.40s\", expected holds, fails or undecided", s);
}

static int read_margin(Measured *m, const Node *object) {
    Node margin = node_member(object, "margin"), kind = node_member(object, "margin_kind");
    const char *s = "exact";
    if (!is_given(&margin))
        return 0;
    if (node_rational(m->margin, &margin) < 0 || (is_given(&kind) && node_string(&s, &kind) < 0))
        return -1;
    m->bounded = strcmp(s, "lower") == 0;
    m->has_margin = true;
    if (!m->bounded && strcmp(s, "exact") != 0)
        return node_error(&kind, "\"%.40s\", expected exact or lower", s);
    return 0;
}

static int read_quantity(Measured *m, const Node *object, Quantity q) {
    Node n = node_member(object, quantity_names[q]), outer = n;
    size_t z;
    if (is_given(&n) && q == LOWER_BOUND) {
        if (node_is_object(&outer) < 0)
            return -1;
        n = node_member(&outer, "bits");
    }
    if (!is_given(&outer))
        return 0;
    if (node_integer(&z, &n, 0, (size_t)1 << 53) < 0)
        return -1;
    m->has[q] = true;
    m->value[q] = z;
    return 0;
}

int measured_read(Measured *m, const Node *object) {
    Node verdict = node_member(object, "verdict");
    if (node_verdict(&m->verdict, &verdict) < 0 || read_margin(m, object) < 0)
        return -1;
    m->has_verdict = true;
    for (Quantity q = 0; q < QUANTITIES; q++)
        if (read_quantity(m, object, q) < 0)
            return -1;
    return 0;
}

void measured_merge(Measured *m, const Measured *other) {
    m->has_verdict &= other->has_verdict && other->verdict == m->verdict;
    m->has_margin &= other->has_margin;
    m->bounded |= other->bounded;
    if (m->has_margin && mpq_cmp(other->margin, m->margin) < 0)
        mpq_set(m->margin, other->margin);
    for (Quantity q = 0; q < QUANTITIES; q++) {
        m->has[q] &= other->has[q];
        if (quantity_more_is_better(q) ? other->value[q] < m->value[q]
                                       : other->value[q] > m->value[q])
            m->value[q] = other->value[q];
    }
}

static void append(json_t *list, Text *s) {
    if (json_array_append_new(list, json_string(text_string(s))) < 0)
        die("out of memory");
    text_clear(s);
}

// In full, or where that is long as a decimal rounded down.
static void print_margin(Text *t, const mpq_t margin) {
    Text exact = { 0 };
    rational_print(&exact, margin);
    if (exact.length <= LONGEST_EXACT)
        text_add(t, text_string(&exact));
    else
        rational_print_decimal(t, margin, DIGITS, DOWN);
    text_clear(&exact);
}

static Verdict meets_verdict(json_t *unmet, const Measured *found, Verdict expected) {
    Text why = { 0 };
    if (found->has_verdict && found->verdict == expected)
        return PROVED;
    text_printf(&why, "verdict %s, %s is expected", verdict_name(found->verdict),
                verdict_name(expected));
    append(unmet, &why);
    return found->verdict == UNKNOWN ? UNKNOWN : REFUTED;
}

static Verdict meets_margin(json_t *unmet, const Measured *found, const mpq_t expected) {
    Text why = { 0 };
    if (found->has_margin && mpq_cmp(found->margin, expected) >= 0)
        return PROVED;
    bool positive = mpq_sgn(expected) > 0, fails = found->verdict == REFUTED;
    Verdict answer = found->has_margin && !found->bounded ? REFUTED : UNKNOWN;
    if (fails && positive)   // then the margin is at most 0, however little is known of it
        answer = REFUTED;
    if (found->has_margin) {
        text_add(&why, "margin ");
        print_margin(&why, found->margin);
        text_add(&why, found->bounded ? ", a certified lower bound" : "");
    } else {
        text_add(&why, "the margin is not known");
    }
    text_add(&why, ", at least ");
    print_margin(&why, expected);
    text_add(&why, " is expected");
    append(unmet, &why);
    return answer;
}

static Verdict meets_quantity(json_t *unmet, const Measured *found, Quantity q, uint64_t expected) {
    Text why = { 0 };
    uint64_t value = found->value[q];
    bool least = quantity_more_is_better(q);
    if (found->has[q] && (least ? value >= expected : value <= expected))
        return PROVED;
    if (found->has[q])
        text_printf(&why, "%s %llu", quantity_names[q], (unsigned long long)value);
    else
        text_printf(&why, "the verdict has no %s", quantity_names[q]);
    text_printf(&why, ", at %s %llu is expected", least ? "least" : "most",
                (unsigned long long)expected);
    append(unmet, &why);
    return found->has[q] ? REFUTED : UNKNOWN;
}

Verdict measured_meets(json_t *unmet, const Measured *found, const Measured *expected) {
    Verdict all = PROVED;
    require(expected->has_verdict);
    all = verdict_and(all, meets_verdict(unmet, found, expected->verdict));
    if (expected->has_margin)
        all = verdict_and(all, meets_margin(unmet, found, expected->margin));
    for (Quantity q = 0; q < QUANTITIES; q++)
        if (expected->has[q])
            all = verdict_and(all, meets_quantity(unmet, found, q, expected->value[q]));
    return all;
}
