// The proof splits the interval until each piece is settled in one of three ways: by enclosures
// that are single numbers; because no operation rounds on the piece, so that the program is affine,
// and its coefficient is 0; or because all that is left depends on one later node, which takes the
// input's place.  A piece of one number is always settled by its enclosures.
#include "verify/machine_program.h"
#include "base/alloc.h"
#include "base/error.h"
#include "verify/machine_grid.h"
#include <limits.h>
#include <stdlib.h>

typedef enum Operation { CONSTANT, INPUT, ADD, MUL, RELU, STORE } Operation;

enum { MOST_NODES = 512, NO_UNIT = LONG_MAX };

typedef struct Node {
    Operation operation;
    size_t a, b;
    Num *least, *most;   // an array of two
    bool live;           // varies, and an output depends on it
    // While no operation rounds: a multiple of 2^unit, and affine in the variable at hand.
    long unit;
    mpq_t slope;
} Node;

struct Program {
    const ArithSpec *spec;
    size_t count;
    Node *node;
    Num *work;   // 4 numbers
    const size_t *output;
    size_t outputs;
    Num *value;
    bool any;    // value is known
    bool full;   // nodes are missing: nothing is proved
    size_t budget;
};

Program *program_new(const ArithSpec *spec) {
    Program *p = alloc_array(1, 1, sizeof *p);
    *p = (Program){ .spec = spec,
                    .node = alloc_array(MOST_NODES, 1, sizeof *p->node),
                    .work = nums_init(spec, 4) };
    return p;
}

void program_free(Program *p) {
    for (size_t i = 0; i < p->count; i++) {
        nums_clear(p->spec, p->node[i].least, 2);
        mpq_clear(p->node[i].slope);
    }
    nums_clear(p->spec, p->work, 4);
    free(p->node);
    free(p);
}

static bool is_point(const Program *p, size_t i) {
    return nums_equal(p->node[i].least, p->node[i].most, p->spec);
}

static bool is_constant(const Program *p, size_t i) { return p->node[i].operation == CONSTANT; }

// ---- enclosures ----

// least, most <- those of the product: among the four products of ends.
static void enclose_product(Program *p, Node *n) {
    const Arith *ar = p->spec->ar;
    const Num *x[2] = { p->node[n->a].least, p->node[n->a].most };
    const Num *y[2] = { p->node[n->b].least, p->node[n->b].most };
    for (size_t k = 0; k < 4; k++) {
        ar->mul(&p->work[0], x[k / 2], y[k % 2]);
        if (k == 0 || !nums_ordered(n->least, &p->work[0], p->spec))
            ar->copy(n->least, &p->work[0]);
        if (k == 0 || !nums_ordered(&p->work[0], n->most, p->spec))
            ar->copy(n->most, &p->work[0]);
    }
}

// Every operation is monotone, and so are their roundings.
static void enclose(Program *p, size_t i) {
    const Arith *ar = p->spec->ar;
    Node *n = &p->node[i];
    const Node *a = &p->node[n->a], *b = &p->node[n->b];
    switch (n->operation) {
    case ADD:
        ar->add(n->least, a->least, b->least);
        ar->add(n->most, a->most, b->most);
        break;
    case MUL:
        enclose_product(p, n);
        break;
    case RELU:
        ar->relu(n->least, a->least);
        ar->relu(n->most, a->most);
        break;
    case STORE:
        ar->copy(n->least, a->least);
        ar->copy(n->most, a->most);
        if (ar->store != NULL) {   // what does not fit stays out of range: the caller looks
            ar->store(n->least, p->spec);
            ar->store(n->most, p->spec);
        }
        break;
    case CONSTANT:
    case INPUT:
        break;
    }
}

// ---- making nodes ----

static size_t make(Program *p, Operation operation, size_t a, size_t b) {
    for (size_t i = 0; i < p->count && operation > INPUT; i++)
        if (p->node[i].operation == operation && p->node[i].a == a && p->node[i].b == b)
            return i;
    if (p->count == MOST_NODES) {
        p->full = true;
        return 0;
    }
    Node *n = &p->node[p->count];
    *n = (Node){ .operation = operation, .a = a, .b = b, .least = nums_init(p->spec, 2) };
    n->most = n->least + 1;
    mpq_init(n->slope);
    enclose(p, p->count);
    return p->count++;
}

size_t program_constant(Program *p, const Num *x) {
    for (size_t i = 0; i < p->count; i++)
        if (is_constant(p, i) && nums_equal(p->node[i].least, x, p->spec))
            return i;
    size_t i = make(p, CONSTANT, 0, 0);
    p->spec->ar->copy(p->node[i].least, x);
    p->spec->ar->copy(p->node[i].most, x);
    return i;
}

size_t program_input(Program *p, const Num *least, const Num *most) {
    size_t i = make(p, INPUT, 0, 0);
    p->spec->ar->copy(p->node[i].least, least);
    p->spec->ar->copy(p->node[i].most, most);
    return i;
}

// An operation on constants is a constant.
static size_t settle(Program *p, Operation operation, size_t a, size_t b) {
    size_t i = make(p, operation, a, b);
    if (!is_constant(p, a) || !is_constant(p, b))
        return i;
    p->spec->ar->copy(&p->work[1], p->node[i].least);
    return program_constant(p, &p->work[1]);
}

static bool is_zero(const Program *p, size_t i) {
    return is_constant(p, i) && p->spec->ar->is_zero(p->node[i].least);
}

static bool is_one(Program *p, size_t i) {
    mpq_t one;
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    p->spec->ar->set(&p->work[2], one);
    mpq_clear(one);
    return is_constant(p, i) && nums_equal(p->node[i].least, &p->work[2], p->spec);
}

size_t program_add(Program *p, size_t a, size_t b) {
    if (is_zero(p, a))
        return b;
    if (is_zero(p, b))
        return a;
    return a < b ? settle(p, ADD, a, b) : settle(p, ADD, b, a);
}

size_t program_mul(Program *p, size_t a, size_t b) {
    if (is_zero(p, a) || is_one(p, b))
        return a;
    if (is_zero(p, b) || is_one(p, a))
        return b;
    return a < b ? settle(p, MUL, a, b) : settle(p, MUL, b, a);
}

size_t program_relu(Program *p, size_t a) { return settle(p, RELU, a, a); }
size_t program_store(Program *p, size_t a) { return settle(p, STORE, a, a); }

const Num *program_least(const Program *p, size_t node) { return p->node[node].least; }
const Num *program_most(const Program *p, size_t node) { return p->node[node].most; }

// ---- the proof ----

// Encloses all nodes after the variable, which lies in [least, most].
static void enclose_from(Program *p, size_t variable, const Num *least, const Num *most) {
    p->spec->ar->copy(p->node[variable].least, least);
    p->spec->ar->copy(p->node[variable].most, most);
    for (size_t i = variable + 1; i < p->count; i++)
        enclose(p, i);
}

// Whether the enclosures of the outputs are numbers, the same as on the pieces before.
static bool outputs_settled(Program *p) {
    const Arith *ar = p->spec->ar;
    bool same = true;
    for (size_t k = 0; k < p->outputs && same; k++) {
        const Node *n = &p->node[p->output[k]];
        if (!p->any)
            ar->copy(&p->value[k], n->least);
        same = is_point(p, p->output[k]) && nums_equal(n->least, &p->value[k], p->spec);
    }
    p->any |= same;
    return same;
}

static void mark_live(Program *p, size_t variable) {
    for (size_t i = 0; i < p->count; i++)
        p->node[i].live = false;
    for (size_t k = 0; k < p->outputs; k++)
        p->node[p->output[k]].live = !is_point(p, p->output[k]);
    for (size_t i = p->count; i-- > variable + 1;) {
        const Node *n = &p->node[i];
        if (!n->live || n->operation <= INPUT)
            continue;
        p->node[n->a].live |= !is_point(p, n->a);
        p->node[n->b].live |= !is_point(p, n->b);
    }
}

// The only live node that reads the variable; 0: there are several, or the variable is an output.
static size_t only_reader(const Program *p, size_t variable) {
    size_t reader = 0;
    for (size_t k = 0; k < p->outputs; k++)
        if (p->output[k] == variable)
            return 0;
    for (size_t i = variable + 1; i < p->count; i++) {
        const Node *n = &p->node[i];
        if (!n->live || n->operation <= INPUT || (n->a != variable && n->b != variable))
            continue;
        if (reader != 0)
            return 0;
        reader = i;
    }
    return reader;
}

// The largest e such that the float is a multiple of 2^e.
static long unit_of(const mpfr_t x) {
    if (mpfr_zero_p(x))
        return NO_UNIT;
    mpz_t z;
    mpz_init(z);
    long e = mpfr_get_z_2exp(z, x);
    e += (long)mpz_scan1(z, 0);
    mpz_clear(z);
    return e;
}

// The largest e such that all floats in the interval, which does not hold 0, are multiples of 2^e.
static bool unit_of_interval(long *unit, const Node *n, const ArithSpec *spec) {
    const mpfr_t *smaller = mpfr_cmpabs(n->least->f, n->most->f) < 0 ? &n->least->f : &n->most->f;
    if (mpfr_sgn(n->least->f) * mpfr_sgn(n->most->f) <= 0)
        return false;
    long e = mpfr_get_exp(*smaller) - 1;
    *unit = (e > spec->emin ? e : spec->emin) - spec->precision + 1;
    return true;
}

static long operand_unit(const Program *p, size_t i) {
    return p->node[i].live ? p->node[i].unit : unit_of(p->node[i].least->f);
}

// Whether a multiple of 2^unit in the node's enclosure is a number of the format: then what comes
// to it does not round.
static bool is_representable(const Node *n, long unit, const ArithSpec *spec) {
    if (unit < spec->emin - spec->precision + 1 || !mpfr_number_p(n->least->f) ||
        !mpfr_number_p(n->most->f))
        return false;
    mpfr_t end;
    mpfr_init2(end, 2);
    mpfr_set_ui_2exp(end, 1, unit + spec->precision, MPFR_RNDD);
    // Strictly: the ends are rounded, and what is rounded to less than 2^(unit+p) was less.
    bool small = mpfr_cmpabs(n->least->f, end) < 0 && mpfr_cmpabs(n->most->f, end) < 0;
    mpfr_clear(end);
    return small;
}

// Whether the operation is exact on the whole piece, given that its operands are.
static bool is_exact(Program *p, Node *n) {
    if (p->spec->ar->exact)
        return n->operation != STORE;
    if (n->operation == RELU || n->operation == STORE) {
        n->unit = operand_unit(p, n->a);
        return true;
    }
    long a = operand_unit(p, n->a), b = operand_unit(p, n->b);
    if (n->operation == ADD)
        n->unit = a < b ? a : b;
    else
        n->unit = a + b;
    return is_representable(n, n->unit, p->spec);
}

static const mpq_t *slope_of(const Program *p, size_t i, const mpq_t *zero) {
    return p->node[i].live ? (const mpq_t *)&p->node[i].slope : zero;
}

// The slope of a live node; false if it is not affine.
static bool find_slope(Program *p, Node *n, mpq_t term, const mpq_t *zero) {
    const Node *a = &p->node[n->a], *b = &p->node[n->b];
    mpq_t same;
    mpq_init(same);
    bool affine = true;
    if (n->operation == ADD) {
        mpq_add(n->slope, *slope_of(p, n->a, zero), *slope_of(p, n->b, zero));
    } else if (n->operation == MUL) {
        affine =
            (!a->live || !b->live) && p->spec->ar->ends(term, same, a->live ? b->least : a->least);
        if (affine)
            mpq_mul(n->slope, a->live ? a->slope : b->slope, term);
    } else {   // relu of what is >= 0, for else it would be a point or change its branch
        affine = n->operation == STORE || nums_ordered(n->least, a->least, p->spec);
        mpq_set(n->slope, a->slope);
    }
    mpq_clear(same);
    return affine;
}

// Whether nothing rounds on the piece and no output depends on the variable.
static bool slopes_vanish(Program *p, size_t variable) {
    Node *v = &p->node[variable];
    mpq_t term, zero;
    if (!p->spec->ar->exact && !unit_of_interval(&v->unit, v, p->spec))
        return false;
    mpq_inits(term, zero, NULL);
    mpq_set_ui(v->slope, 1, 1);
    bool vanish = true;
    for (size_t i = variable + 1; i < p->count && vanish; i++) {
        Node *n = &p->node[i];
        if (n->live)
            vanish = n->operation > INPUT && find_slope(p, n, term, (const mpq_t *)&zero) &&
                     (is_exact(p, n) || (p->spec->ar->exact && mpq_sgn(n->slope) == 0));
    }
    for (size_t k = 0; k < p->outputs && vanish; k++)
        vanish = !p->node[p->output[k]].live || mpq_sgn(p->node[p->output[k]].slope) == 0;
    mpq_clears(term, zero, NULL);
    return vanish;
}

static bool prove(Program *p, size_t variable, const mpz_t least, const mpz_t most);

// The proof for a reader in the variable's place: it takes no other numbers of the machine than
// those of its enclosure.
static bool prove_reader(Program *p, size_t reader) {
    mpz_t least, most;
    if (p->spec->ar->exact && p->node[reader].operation != STORE)
        return false;   // no register
    const Node *n = &p->node[reader];
    if (!p->spec->ar->exact && (!mpfr_number_p(n->least->f) || !mpfr_number_p(n->most->f)))
        return false;
    mpz_inits(least, most, NULL);
    grid_rank(least, n->least, p->spec);
    grid_rank(most, n->most, p->spec);
    bool proved = prove(p, reader, least, most);
    mpz_clears(least, most, NULL);
    return proved;
}

static bool prove_halves(Program *p, size_t variable, const mpz_t least, const mpz_t most) {
    mpz_t middle;
    mpz_init(middle);
    mpz_add(middle, least, most);
    mpz_fdiv_q_2exp(middle, middle, 1);
    bool proved = prove(p, variable, least, middle);
    mpz_add_ui(middle, middle, 1);
    proved = proved && prove(p, variable, middle, most);
    mpz_clear(middle);
    return proved;
}

static bool prove_piece(Program *p, size_t variable, const mpz_t least, const mpz_t most,
                        Num *ends) {
    enclose_from(p, variable, &ends[0], &ends[1]);
    if (outputs_settled(p))
        return true;
    if (mpz_cmp(least, most) == 0)
        return false;
    mark_live(p, variable);
    if (slopes_vanish(p, variable)) {   // so one number tells for all
        enclose_from(p, variable, &ends[0], &ends[0]);
        return outputs_settled(p);
    }
    size_t reader = only_reader(p, variable);
    bool any = p->any;
    if (reader != 0 && prove_reader(p, reader))
        return true;
    p->any = any;   // what was met may have come of a number that the reader never is
    return prove_halves(p, variable, least, most);
}

static bool prove(Program *p, size_t variable, const mpz_t least, const mpz_t most) {
    if (p->budget == 0)
        return false;
    p->budget--;
    Num *ends = nums_init(p->spec, 2);
    grid_number(&ends[0], least, p->spec);
    grid_number(&ends[1], most, p->spec);
    bool proved = prove_piece(p, variable, least, most, ends);
    nums_clear(p->spec, ends, 2);
    return proved;
}

// The input; count if there is none.  *several: there are more.
static size_t find_input(const Program *p, bool *several) {
    size_t input = p->count;
    *several = false;
    for (size_t i = p->count; i-- > 0;)
        if (p->node[i].operation == INPUT) {
            *several = input != p->count;
            input = i;
        }
    return input;
}

bool program_is_constant(Program *p, Num *value, const size_t *output, size_t count,
                         size_t budget) {
    bool several;
    size_t input = find_input(p, &several);
    p->output = output;
    p->outputs = count;
    p->value = value;
    p->any = false;
    p->budget = budget;
    if (p->full)
        return false;
    if (input == p->count || several)
        return outputs_settled(p);
    mpz_t least, most;
    mpz_inits(least, most, NULL);
    grid_rank(least, p->node[input].least, p->spec);
    grid_rank(most, p->node[input].most, p->spec);
    bool proved = mpz_cmp(least, most) <= 0 && prove(p, input, least, most);
    mpz_clears(least, most, NULL);
    return proved;
}
