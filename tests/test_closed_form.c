// Closed forms against enumeration, and the premises that are checked by machine.
#include "communication/closed_form.h"
#include "harness.h"

static void compare(const Problem *problem, const Params *p) {
    Split split;
    Counts closed, enumerated;
    ck_assert_ptr_null(split_init(&split, problem, p, problem->split));
    ck_assert_ptr_null(closed_form_admits(problem, p, &split));
    closed_form_init(&closed, problem, p, &split);
    ck_assert_ptr_null(counts_init(&enumerated, problem, p, &split, EXTENT_ALL));
    ck_assert_int_eq(mpz_cmp(closed.rows, enumerated.rows), 0);
    ck_assert_int_eq(mpz_cmp(closed.columns, enumerated.columns), 0);
    for (size_t i = 0; i < COUNT_KINDS; i++) {
        const Bound *a = &closed.bound[i], *b = &enumerated.bound[i];
        if (!a->attempted)
            continue;
        ck_assert_msg(b->attempted, "%s n=%zu: count %zu", problem->task->name, (size_t)p->n, i);
        ck_assert_int_le(mpz_cmp(a->lower, b->upper), 0);
        ck_assert_int_le(mpz_cmp(b->lower, a->upper), 0);
        if (bound_is_exact(b) && i != COUNT_DETERMINISTIC)
            ck_assert_msg(bound_is_exact(a) && mpz_cmp(a->lower, b->lower) == 0,
                          "%s n=%zu: count %zu", problem->task->name, (size_t)p->n, i);
    }
    counts_clear(&closed);
    counts_clear(&enumerated);
    split_clear(&split);
}

START_TEST(closed_forms_are_what_enumeration_finds)
{
    const Problem *pairs[] = { &problem_equality, &problem_disjointness, &problem_inner_product,
                               &problem_greater_than };
    for (size_t i = 0; i < 4; i++)
        for (uint64_t n = 1; n <= 4; n++) {
            Params p = params_default(n);
            compare(pairs[i], &p);
        }
    for (uint64_t n = 1; n <= 6; n++)
        for (uint64_t q = 2; q <= (n < 5 ? 4 : 2); q++) {
            Params p = params_default(n);
            p.alphabet = q;
            compare(&problem_index_lookup, &p);
        }
    for (uint64_t n = 2; n <= 8; n += 2)
        for (uint64_t b = 1; b <= (n < 6 ? 3 : 2); b++)
            for (uint64_t depth = 1; depth <= 4; depth++) {
                Params p = params_default(n);
                p.brackets = b;
                p.depth = depth;
                compare(&problem_dyck, &p);
            }
}
END_TEST

// The answer to the strings x and y as numbers, x_1 and y_1 leading.
static size_t answer_to(const Problem *problem, uint64_t n, size_t x, size_t y) {
    Params p = params_default(n);
    Token word[16];
    for (size_t i = 0; i < n; i++) {
        word[i] = x >> (n - 1 - i) & 1;
        word[n + i] = y >> (n - 1 - i) & 1;
    }
    word[2 * n] = 2;
    return problem->task->answer(&p, word);
}

// M_n as the answers say, and as the Kronecker product of M_(n-1) with M_1.
START_TEST(equality_and_disjointness_are_kronecker_powers_cell_by_cell)
{
    const Problem *products[] = { &problem_equality, &problem_disjointness };
    for (size_t i = 0; i < 2; i++)
        for (uint64_t n = 1; n <= 6; n++) {
            Params p = params_default(n);
            unsigned base;
            ck_assert(kronecker_base(&base, products[i]->task, &p));
            ck_assert_uint_eq(base, i == 0 ? 9 : 7);
            for (size_t x = 0; x < (size_t)1 << n; x++)
                for (size_t y = 0; y < (size_t)1 << n; y++) {
                    size_t bit = base >> (2 * (x & 1) + (y & 1)) & 1;
                    size_t rest = n == 1 ? 1 : answer_to(products[i], n - 1, x >> 1, y >> 1);
                    ck_assert_uint_eq(answer_to(products[i], n, x, y), rest & bit);
                }
        }
}
END_TEST

static void spoiled_domain(Domain *d, const Params *p, size_t index) {
    task_equality.domains->domain(d, p, index);
    if (index == 2)
        d->exception[0].set.mask ^= 1;
}

START_TEST(a_task_that_is_no_kronecker_power_is_told)
{
    Params p = params_default(4);
    unsigned base;
    Domains domains = *task_equality.domains;
    Task spoiled = task_equality;
    spoiled.domains = &domains;
    ck_assert(kronecker_base(&base, &spoiled, &p));
    domains.domain = spoiled_domain;
    ck_assert(!kronecker_base(&base, &spoiled, &p));
    ck_assert(!kronecker_base(&base, &task_index_lookup, &p));
    ck_assert(!kronecker_base(&base, problem_inner_product.task, &p));
}
END_TEST

START_TEST(inverses_of_bases_are_inverses)
{
    size_t invertible = 0;
    for (unsigned base = 0; base < 16; base++) {
        int a[2][2];
        for (unsigned i = 0; i < 4; i++)
            a[i / 2][i % 2] = base >> i & 1;
        int determinant = a[0][0] * a[1][1] - a[0][1] * a[1][0];
        ck_assert_int_eq(base_determinant(base), determinant);
        if (determinant == 0)
            continue;
        // x = B^-1 (1,1) by Cramer's rule; the sum of the entries is x_0 + x_1.
        int x0 = (a[1][1] - a[0][1]) * determinant, x1 = (a[0][0] - a[1][0]) * determinant;
        ck_assert_int_eq(base_inverse_sum(base), x0 + x1);
        invertible++;
    }
    ck_assert_uint_eq(invertible, 6);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        closed_forms_are_what_enumeration_finds,
        equality_and_disjointness_are_kronecker_powers_cell_by_cell,
        a_task_that_is_no_kronecker_power_is_told,
        inverses_of_bases_are_inverses,
    };
    return HARNESS_RUN("closed_form", tests);
}
