// The task of a model file with its parameters: a size, counts, an automaton or a formula.
#include "base/alloc.h"
#include "base/error.h"
#include "net/model_plan_parts.h"
#include <string.h>

// A cap (docs/model-file.md#limits).
enum { N_LARGEST = 1 << 20 };

static int unknown_task(const Node *n, const char *name) {
    Text known = { 0 };
    for (size_t i = 0; tasks[i] != NULL; i++)
        text_printf(&known, "%s\"%s\"", i ? ", " : "", tasks[i]->name);
    node_error(n, "no task \"%.40s\", expected one of %s", name, text_string(&known));
    text_clear(&known);
    return -1;
}

const char *plan_admits(const Plan *plan) {
    return plan->recurrent ? recurrent_admits(plan->task, &plan->params)
                           : plan->task->admits(&plan->params);
}

// A count that the task has if `known`; *count stays as it is if the task has none.
static int read_count(uint64_t *count, const Plan *plan, const Node *root, const char *key,
                      bool known) {
    Node node = node_member(root, key);
    size_t number;
    if (!known)
        return node.value == NULL ? 0 : node_error(&node, "%s has no %s", plan->task->name, key);
    if (node_integer(&number, &node, 1, N_LARGEST) < 0)
        return -1;
    *count = number;
    return 0;
}

static int read_dimension(Plan *plan, const Node *root) {
    Node dimension = node_member(root, "dimension");
    bool known = plan->task->dimension != NULL;
    if (read_count(&plan->params.dimension, plan, root, "dimension", known) < 0)
        return -1;
    const char *why = known ? plan_admits(plan) : NULL;
    return why == NULL ? 0 : node_error(&dimension, "%s", why);
}

// names[i] <- the string, none twice.
static int read_names(char **names, const Node *list) {
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        Node element = node_element(list, i);
        const char *name;
        if (node_string(&name, &element) < 0)
            return -1;
        for (size_t k = 0; k < i; k++)
            if (strcmp(names[k], name) == 0)
                return node_error(&element, "\"%.40s\" a second time", name);
        names[i] = alloc_string(name);
    }
    return 0;
}

// *state <- the one of that name.
static int read_state(size_t *state, const Automaton *a, const Node *n) {
    const char *name;
    if (node_string(&name, n) < 0)
        return -1;
    for (*state = 0; *state < a->states; ++*state)
        if (strcmp(a->state[*state], name) == 0)
            return 0;
    return node_error(n, "no state \"%.40s\"", name);
}

static int read_transitions(Automaton *a, const Node *rows) {
    Extent states = { a->states, "one per state" }, symbols = { a->symbols, "one per token" };
    if (plan_check_count(rows, "rows", states) < 0)
        return -1;
    for (size_t i = 0; i < a->states; i++) {
        Node row = node_element(rows, i);
        if (plan_check_count(&row, "states", symbols) < 0)
            return -1;
        for (size_t k = 0; k < a->symbols; k++) {
            Node to = node_element(&row, k);
            if (read_state(&a->next[i * a->symbols + k], a, &to) < 0)
                return -1;
        }
    }
    return 0;
}

static int read_accepting(Automaton *a, const Node *list) {
    if (node_is_list(list) < 0)
        return -1;
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        Node element = node_element(list, i);
        size_t state;
        if (read_state(&state, a, &element) < 0)
            return -1;
        a->accepting[state] = true;
    }
    return 0;
}

// The automaton of a recurrent model for the task of that name; its alphabet is the file's.
static int read_automaton(Plan *plan, const Node *root) {
    Node object = node_member(root, "automaton"), alphabet = node_member(root, "alphabet");
    if (plan->task != &task_automaton)
        return object.value == NULL ? 0
                                    : node_error(&object, "%s has no automaton", plan->task->name);
    if (!plan->recurrent)
        return node_error(&alphabet, "transformers for the task automaton are not supported");
    if (node_has_only(&object, (const char *const[]){ "states", "start", "accepting", "transitions",
                                                      NULL }) < 0)
        return -1;
    Node states = node_member(&object, "states"), start = node_member(&object, "start"),
         accepting = node_member(&object, "accepting"),
         transitions = node_member(&object, "transitions");
    if (node_is_list(&states) < 0 || node_is_list(&alphabet) < 0 || node_is_list(&transitions) < 0)
        return -1;
    size_t count = json_array_size(states.value), symbols = json_array_size(alphabet.value);
    if (count == 0 || symbols == 0)
        return node_error(count == 0 ? &states : &alphabet, "is empty");
    if (count > TRANSITIONS_MOST / symbols)
        return node_error(&states, "more than 2^14 transitions");
    automaton_init(&plan->automaton, count, symbols);
    plan->params.automaton = &plan->automaton;
    if (read_names(plan->automaton.state, &states) < 0 ||
        read_names(plan->automaton.symbol, &alphabet) < 0 ||
        read_state(&plan->automaton.start, &plan->automaton, &start) < 0)
        return -1;
    return read_accepting(&plan->automaton, &accepting) < 0
               ? -1
               : read_transitions(&plan->automaton, &transitions);
}

// *literal <- the numbers of the list, DIMACS literals of the formula's variables.
static int read_clause(Formula *f, const Node *list) {
    int32_t literal[LITERALS_MOST];
    if (node_is_list(list) < 0)
        return -1;
    size_t count = json_array_size(list->value), low = f->variables;
    if (count > LITERALS_MOST)
        return node_error(list, "%zu literals, at most %d", count, LITERALS_MOST);
    for (size_t k = 0; k < count; k++) {
        Node number = node_element(list, k);
        json_int_t value = json_is_integer(number.value) ? json_integer_value(number.value) : 0;
        if (value == 0 || value > (json_int_t)low || value < -(json_int_t)low)
            return node_error(&number, "expected a literal, 1 to %zu or -1 to -%zu", low, low);
        literal[k] = (int32_t)value;
    }
    formula_add(f, literal, count);
    return 0;
}

// The formula of a transformer for the task that has one.
static int read_formula(Plan *plan, const Node *root) {
    Node object = node_member(root, "formula");
    size_t conjunctive;
    if (!plan->task->has_formula)
        return object.value == NULL ? 0
                                    : node_error(&object, "%s has no formula", plan->task->name);
    if (plan->recurrent)
        return node_error(root, "recurrent models for the task %s are not supported",
                          plan->task->name);
    if (node_is_object(&object) < 0 ||
        node_has_only(&object, (const char *const[]){ "kind", "clauses", NULL }) < 0)
        return -1;
    Node kind = node_member(&object, "kind"), clauses = node_member(&object, "clauses");
    if (plan_read_choice(&conjunctive, &kind, (const char *const[]){ "dnf", "cnf" }) < 0 ||
        node_is_list(&clauses) < 0)
        return -1;
    if (json_array_size(clauses.value) > CLAUSES_MOST)
        return node_error(&clauses, "more than 2^17 clauses");
    if (plan->params.n > VARIABLES_MOST)
        return node_error(&object, "more than 2^16 variables");
    formula_init(&plan->formula, conjunctive == 1, plan->params.n);
    plan->params.formula = &plan->formula;
    for (size_t i = 0; i < json_array_size(clauses.value); i++) {
        Node clause = node_element(&clauses, i);
        if (read_clause(&plan->formula, &clause) < 0)
            return -1;
    }
    return 0;
}

int plan_read_task(Plan *plan, const Node *root) {
    Node task = node_member(root, "task"), n = node_member(root, "n");
    const char *name;
    size_t size;
    if (node_string(&name, &task) < 0)
        return -1;
    plan->task = task_find(name);
    if (plan->task == NULL)
        return unknown_task(&task, name);
    if (node_integer(&size, &n, plan->recurrent && plan->task->endless ? 0 : 1, N_LARGEST) < 0)
        return -1;
    plan->params = params_default(size);
    const Task *of = plan->task;
    if (read_automaton(plan, root) < 0 || read_formula(plan, root) < 0 ||
        read_count(&plan->params.keys, plan, root, "keys", of->recalls) < 0 ||
        read_count(&plan->params.queries, plan, root, "queries", of->recalls) < 0)
        return -1;
    const char *why = plan_admits(plan);
    if (why != NULL)
        return node_error(&n, "%s", why);
    return read_count(&plan->params.depth, plan, root, "depth", of->nests) < 0
               ? -1
               : read_dimension(plan, root);
}
