#include "verify/affine.h"
#include "base/alloc.h"
#include <stdlib.h>

void affine_init(Affine *a, const LastStage *s) {
    size_t ratios = 0;
    for (size_t h = 0; h < s->heads; h++)
        ratios += s->head[h].d_v;
    *a = (Affine){ .ratios = ratios, .f = vector_init(1 + ratios) };
}

void affine_clear(Affine *a) { vector_clear(a->f, 1 + a->ratios); }

void affine_from_row(Affine *a, const LastStage *s, const Matrix *m, size_t i) {
    mpq_t term;
    mpq_init(term);
    mpq_set(a->f[0], matrix_at(m, i, 0));
    for (size_t k = 0; k < s->rests; k++) {
        mpq_mul(term, matrix_at(m, i, 1 + k), s->rest[k]);
        mpq_add(a->f[0], a->f[0], term);
    }
    for (size_t c = 0; c < a->ratios; c++)
        mpq_set(a->f[1 + c], matrix_at(m, i, 1 + s->rests + c));
    mpq_clear(term);
}

void affine_add(Affine *a, const mpq_t factor, const Affine *b) {
    mpq_t term;
    mpq_init(term);
    for (size_t c = 0; c <= a->ratios; c++) {
        mpq_mul(term, factor, b->f[c]);
        mpq_add(a->f[c], a->f[c], term);
    }
    mpq_clear(term);
}

// ---- programs ----

// f[c] <- the coefficients of the ratios of the heads of that class, times *scale, for values as
// integers; 0 for other heads' ratios.  Whether any is not 0.
static bool integer_coefficients(mpz_t *f, mpz_t scale, const LastStage *s, const Affine *a,
                                 size_t class) {
    bool any = false;
    mpq_t x;
    mpq_init(x);
    mpz_set_ui(scale, 1);
    for (int pass = 0; pass < 2; pass++)   // the scale first
        for (size_t h = class; h < s->heads; h++) {
            const StageHead *head = &s->head[h];
            for (size_t v = 0; v < head->d_v && head->class == class; v++) {
                mpq_set_z(x, head->denominator);
                mpq_div(x, a->f[1 + head->first + v], x);
                any |= mpq_sgn(x) != 0;
                if (pass == 0)
                    mpz_lcm(scale, scale, mpq_denref(x));
                else
                    mpz_divexact(f[head->first + v], scale, mpq_denref(x));
                if (pass == 1)
                    mpz_mul(f[head->first + v], f[head->first + v], mpq_numref(x));
            }
        }
    mpq_clear(x);
    return any;
}

enum { BOUNDED_VARIANTS = 1 << GROUP_POSITIONS };

// The weight of the choice's k-th slot in a variant, whose bit k chooses between the ends.
static mpz_srcptr weight_in(const StageHead *h, size_t slot, size_t variant, size_t k) {
    return variant >> k & 1 ? h->high[h->weight[slot]] : h->low[h->weight[slot]];
}

// n <- sum F_c v_c at the slot, times the scale, over the heads of the class.
static void slot_value(mpz_t n, const LastStage *s, mpz_t *f, size_t class, size_t slot) {
    mpz_set_ui(n, 0);
    for (size_t h = class; h < s->heads; h++) {
        const StageHead *head = &s->head[h];
        for (size_t v = 0; v < head->d_v && head->class == class; v++)
            mpz_addmul(n, f[head->first + v], head->value[slot * head->d_v + v]);
    }
}

// The program of one class, for the coefficients f.
static void fill_program(Fractional *p, const LastStage *s, mpz_t *f, size_t class) {
    const Choices *c = s->choices;
    const StageHead *head = &s->head[class];
    mpz_t n;
    mpz_init(n);
    fractional_init(p, c, head->exact ? 1 : BOUNDED_VARIANTS);
    for (size_t choice = 0; choice < c->count; choice++)
        for (size_t k = 0; k < c->slot[choice + 1] - c->slot[choice]; k++) {
            size_t slot = c->slot[choice] + k;
            if (head->weight[slot] == NOT_SEEN)
                continue;
            slot_value(n, s, f, class, slot);
            for (size_t v = 0; v < p->variants; v++) {
                size_t i = choice * p->variants + v;
                mpz_srcptr weight = weight_in(head, slot, v, k);
                mpz_addmul(p->numerator[i], n, weight);
                mpz_add(p->denominator[i], p->denominator[i], weight);
            }
        }
    mpz_clear(n);
}

// 0 / 1 at every word with the stage's option.
static void fill_constant(Fractional *p, const LastStage *s) {
    fractional_init(p, s->choices, 1);
    mpz_set_ui(p->denominator[s->choices->first[s->pin.group] + s->pin.option], 1);
}

void programs_init(Programs *p, const LastStage *s, const Affine *a) {
    mpz_t *f = alloc_array(a->ratios, 1, sizeof *f);
    *p = (Programs){ .program = alloc_array(s->heads + 1, 1, sizeof *p->program),
                     .scale = alloc_array(s->heads + 1, 1, sizeof *p->scale) };
    mpq_init(p->constant);
    mpq_set(p->constant, a->f[0]);
    for (size_t c = 0; c < a->ratios; c++)
        mpz_init(f[c]);
    for (size_t class = 0; class < s->heads; class ++) {
        size_t k = p->count;
        mpz_init(p->scale[k]);
        if (s->head[class].class == class && integer_coefficients(f, p->scale[k], s, a, class))
            fill_program(&p->program[p->count++], s, f, class);
        else
            mpz_clear(p->scale[k]);
    }
    if (p->count == 0) {
        mpz_init_set_ui(p->scale[0], 1);
        fill_constant(&p->program[p->count++], s);
    }
    for (size_t c = 0; c < a->ratios; c++)
        mpz_clear(f[c]);
    free(f);
}

void programs_clear(Programs *p) {
    for (size_t k = 0; k < p->count; k++) {
        fractional_clear(&p->program[k]);
        mpz_clear(p->scale[k]);
    }
    mpq_clear(p->constant);
    free(p->program);
    free(p->scale);
    *p = (Programs){ 0 };
}

// sum <- sum + value / scale[k].
static void add_value(mpq_t sum, const Programs *p, size_t k, mpq_t value) {
    mpz_mul(mpq_denref(value), mpq_denref(value), p->scale[k]);
    mpq_canonicalize(value);
    mpq_add(sum, sum, value);
}

void programs_ends(mpq_t least, mpq_t most, const Programs *p, const size_t *option) {
    mpq_t low, high;
    mpq_inits(low, high, NULL);
    mpq_set(least, p->constant);
    mpq_set(most, p->constant);
    for (size_t k = 0; k < p->count; k++) {
        fractional_ends(low, high, &p->program[k], option);
        add_value(least, p, k, low);
        add_value(most, p, k, high);
    }
    mpq_clears(low, high, NULL);
}

bool programs_least(mpq_t least, size_t *option, const Programs *p, const Words *words) {
    bool any = true;
    mpq_t ratio;
    mpq_init(ratio);
    mpq_set(least, p->constant);
    for (size_t k = 0; k < p->count && any; k++) {
        size_t groups = p->program[k].choices->groups;
        any = fractional_minimize(ratio, option + k * groups, &p->program[k], words);
        if (any)
            add_value(least, p, k, ratio);
    }
    mpq_clear(ratio);
    return any;
}

// Whether factor times the function is shown to be >= 0 on all words with the stage's option.
static bool is_nonnegative(const LastStage *s, const Affine *a, long factor) {
    const Words words = { .answer = (size_t)ANY_ANSWER, .pins = 1, .pin = &s->pin };
    Affine b;
    Programs p;
    mpq_t least;
    mpq_init(least);
    mpq_set_si(least, factor, 1);
    affine_init(&b, s);
    affine_add(&b, least, a);
    programs_init(&p, s, &b);
    size_t *option = alloc_array(p.count, s->choices->groups, sizeof *option);
    bool is = programs_least(least, option, &p, &words) && mpq_sgn(least) >= 0;
    free(option);
    programs_clear(&p);
    affine_clear(&b);
    mpq_clear(least);
    return is;
}

int affine_sign(const LastStage *s, const Affine *a) {
    return is_nonnegative(s, a, 1) ? 1 : is_nonnegative(s, a, -1) ? -1 : 0;
}
