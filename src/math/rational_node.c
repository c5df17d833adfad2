#include "math/rational_node.h"
#include "math/rational.h"

int node_rational(mpq_t r, const Node *n) {
    const char *expected = "expected an integer or a string like \"-17/4\"";
    _Static_assert(sizeof(long) >= sizeof(json_int_t), "a JSON integer fits into GMP's long");
    if (n->value == NULL)
        return node_error(n, "\"%s\" is missing", n->key);
    if (json_is_integer(n->value)) {
        mpq_set_si(r, (long)json_integer_value(n->value), 1);
        return 0;
    }
    if (json_is_real(n->value))
        return node_error(n, "a decimal fraction, which may be inexact: %s", expected);
    if (!json_is_string(n->value))
        return node_error(n, "%s", expected);
    const char *s = json_string_value(n->value), *why = rational_parse(r, s);
    return why == NULL ? 0 : node_error(n, "\"%.40s\": %s", s, why);
}
