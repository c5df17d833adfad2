// forms.h - one affine map, relu, another affine map: what happens at a position after attention.
//
//     h = relu(A (1, r)),  y = B (1, r, h)
//
// with r the attention ratios U/D of all heads.  Over a common denominator P_0 > 0 of the ratios
// every step is linear in (P_0, P_1, ..) = P_0 (1, r), since relu(c v) = c relu(v) for c > 0: so
// the same map runs on integers, without a division, and without overflow where a bound shows so.
#pragma once
#include "math/matrix.h"
#include "verify/wide.h"

typedef struct Forms {
    size_t inputs, hidden, outputs;
    Matrix a;   // hidden x (1 + inputs)
    Matrix b;   // outputs x (1 + inputs + hidden)
} Forms;

// Zero maps of that shape.  Undo with forms_clear.
void forms_init(Forms *f, size_t inputs, size_t hidden, size_t outputs);
void forms_clear(Forms *f);

// y <- the outputs at r; y of f->outputs entries, r of f->inputs.
void forms_eval(mpq_t *y, const Forms *f, mpq_t *r);

// The same over integers: P = (P_0, .., P_inputs), y_o = wide_forms_eval_o / (scale P_0).
typedef struct WideForms {
    size_t inputs, hidden, outputs;
    Wide *a, *b;    // as in Forms, scaled to integers
    Wide scale;     // > 0
    Wide largest;   // no output exceeds it in magnitude, for P within the bounds
} WideForms;

// scale <- the least common denominator that the outputs of wide forms of f need.
void forms_scale(mpz_t scale, const Forms *f);

// The wide forms with that scale, a multiple of what forms_scale gives, for |P_c| <= bound[c].
// false, and w empty, if an intermediate value or scale P_0 could leave a Wide.  Undo with
// wide_forms_clear.
bool wide_forms_init(WideForms *w, const Forms *f, const mpz_t scale, mpz_t *bound);
void wide_forms_clear(WideForms *w);

// y[o] <- scale P_0 y_o.  unit: room for `hidden` numbers.
void wide_forms_eval(Wide *y, const WideForms *f, const Wide *p, Wide *unit);
