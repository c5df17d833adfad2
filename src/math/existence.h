// existence.h - how long a code has to be, and how long it may be, by counting alone.
//
// Statements about N words of {-1,+1}^k with <T_i, T_j> <= eps k for i != j, that is with distance
// d(k) = ceil((1 - eps) k / 2) at least; 0 <= eps < 1.  Exact: integers in GMP, the exponential
// between two MPFR bounds until they decide.  docs/codes.md#existence.
//
// The first three give the least k >= 1 from which the argument proves that such a code exists
// (not every larger k need satisfy it: d(k) is rounded up, and every k is tried).
// 0: none up to EXISTENCE_LONGEST.
#pragma once
#include <gmp.h>
#include <stdint.h>

enum { EXISTENCE_LONGEST = 1 << 14 };

// Johnson-Lindenstrauss by the union bound over Hoeffding's inequality:
// C(N,2) exp(-k eps^2 / 2) < 1.  0 if eps = 0 and N >= 3.
uint64_t existence_johnson_lindenstrauss(uint64_t words, const mpq_t epsilon);

// The union bound with the exact tail: C(N,2) Pr[<X,Y> > eps k] < 1, X and Y uniform.
uint64_t existence_union(uint64_t words, const mpq_t epsilon);

// Gilbert-Varshamov: N sum_(i < d(k)) C(k,i) <= 2^k.
uint64_t existence_gilbert_varshamov(uint64_t words, const mpq_t epsilon);

// The least k >= 1 that the bound does not rule out: no code of N words is shorter.
// Plotkin:  d even, k < 2d: N <= 2 floor(d / (2d - k)); k = 2d: N <= 4d; for odd d the same of k+1
//           and d+1; and for k > 2d by shortening to 2d coordinates, N <= 2^(k-2d) 4d.
// Hamming:  N sum_(i <= (d-1)/2) C(k,i) <= 2^k.
uint64_t existence_plotkin(uint64_t words, const mpq_t epsilon);
uint64_t existence_hamming(uint64_t words, const mpq_t epsilon);
// The least k that neither rules out.
uint64_t existence_least_length(uint64_t words, const mpq_t epsilon);
