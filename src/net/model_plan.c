#include "net/model_plan.h"
#include "base/alloc.h"
#include "base/error.h"
#include "net/model_plan_parts.h"
#include <string.h>

// Caps (docs/model-file.md#limits).
enum {
    WIDTH_LARGEST = 1 << 16,
    LAYERS_LARGEST = 1 << 12,
    HEADS_LARGEST = 1 << 12,
};

int plan_check_count(const Node *list, const char *what, Extent e) {
    if (node_is_list(list) < 0)
        return -1;
    size_t count = json_array_size(list->value);
    if (e.from == NULL || count == e.count)
        return 0;
    return node_error(list, "%zu %s, expected %zu (%s)", count, what, e.count, e.from);
}

static int check_vector(const Node *list, Extent e) { return plan_check_count(list, "numbers", e); }

static int check_matrix(const Node *m, Extent rows, Extent columns) {
    if (plan_check_count(m, "rows", rows) < 0)
        return -1;
    for (size_t i = 0; i < json_array_size(m->value); i++) {
        Node row = node_element(m, i);
        if (check_vector(&row, columns) < 0)
            return -1;
    }
    return 0;
}

int plan_read_choice(size_t *which, const Node *n, const char *const names[2]) {
    const char *s;
    if (node_string(&s, n) < 0)
        return -1;
    for (*which = 0; *which < 2; ++*which)
        if (strcmp(s, names[*which]) == 0)
            return 0;
    return node_error(n, "\"%.40s\", expected \"%s\" or \"%s\"", s, names[0], names[1]);
}

static int check_format(Plan *plan, const Node *root) {
    const char *s;
    if (node_is_object(root) < 0)
        return -1;
    Node format = node_member(root, "format"), kind = node_member(root, "kind");
    if (node_string(&s, &format) < 0)
        return -1;
    if (strcmp(s, "chasm-model-1") != 0)
        return node_error(&format, "\"%.40s\", expected \"chasm-model-1\"", s);
    size_t which;
    if (plan_read_choice(&which, &kind, (const char *const[]){ "transformer", "recurrent" }) < 0)
        return -1;
    plan->recurrent = which == 1;
    if (plan->recurrent)
        return node_has_only(root, (const char *const[]){ "format", "kind", "task", "n", "depth",
                                                          "dimension", "automaton", "alphabet",
                                                          "width", "activation", "W", "U", "b",
                                                          "initial", "readout", NULL });
    return node_has_only(root, (const char *const[]){ "format", "kind", "task", "n", "depth",
                                                      "dimension", "formula", "keys", "queries",
                                                      "alphabet", "base", "mask", "width",
                                                      "embedding", "layers", "readout", NULL });
}

static int read_width(Plan *plan, const Node *root) {
    Node width = node_member(root, "width");
    return node_integer(&plan->width, &width, 1, WIDTH_LARGEST);
}

static int read_choices(Plan *plan, const Node *root) {
    Node base = node_member(root, "base"), mask = node_member(root, "mask");
    size_t b, m;
    if (plan_read_choice(&b, &base, (const char *const[]){ "2", "e" }) < 0 ||
        plan_read_choice(&m, &mask, (const char *const[]){ "causal", "full" }) < 0)
        return -1;
    plan->base = b == 0 ? BASE_2 : BASE_E;
    plan->params.mask = m == 0 ? MASK_CAUSAL : MASK_FULL;
    return read_width(plan, root);
}

static void name_tokens(Plan *plan) {
    Text name = { 0 };
    for (Token token = 0; token < plan->task->symbols(&plan->params); token++) {
        name.length = 0;
        plan->task->name_token(&name, &plan->params, token);
        if (json_object_set_new(plan->tokens, text_string(&name), json_integer(token)) < 0)
            die("out of memory: %u tokens", token);
    }
    text_clear(&name);
}

// The alphabet is the task's, in any order.  How many symbols a task has beside those that n gives
// (the symbols of index lookup) follows from its length.
static int read_alphabet(Plan *plan, const Node *root) {
    Node alphabet = node_member(root, "alphabet");
    if (node_is_list(&alphabet) < 0)
        return -1;
    size_t count = json_array_size(alphabet.value);
    if (plan->task->fit != NULL)
        plan->task->fit(&plan->params, count);
    const char *why = plan_admits(plan);
    if (why != NULL)
        return node_error(&alphabet, "%s", why);
    size_t symbols = plan->task->symbols(&plan->params);
    if (count != symbols)
        return node_error(&alphabet, "%zu tokens, expected %zu of %s with n = %llu", count, symbols,
                          plan->task->name, (unsigned long long)plan->params.n);
    name_tokens(plan);
    json_t *seen = json_object();
    int status = 0;
    for (size_t i = 0; i < count && status == 0; i++) {
        Node token = node_element(&alphabet, i);
        const char *name;
        status = node_string(&name, &token);
        if (status == 0 && json_object_get(plan->tokens, name) == NULL)
            status = node_error(&token, "\"%.40s\" is no token of %s, which reads: %s", name,
                                plan->task->name, plan->task->words);
        else if (status == 0 && json_object_get(seen, name) != NULL)
            status = node_error(&token, "\"%.40s\" a second time", name);
        else if (status == 0 && json_object_set_new(seen, name, json_true()) < 0)
            die("out of memory: %zu tokens", count);
    }
    json_decref(seen);
    return status;
}

// That the object holds a vector for every token that the position can take, others only for
// tokens of the alphabet.
static int check_position(const Plan *plan, const Node *object, TokenRun run) {
    if (node_is_object(object) < 0)
        return -1;
    const char *name;
    json_t *value;
    json_object_foreach(object->value, name, value) {
        Node vector = node_member(object, name);
        if (json_object_get(plan->tokens, name) == NULL)
            return node_error(&vector, "no token of the alphabet");
        if (check_vector(&vector, (Extent){ plan->width, "the width" }) < 0)
            return -1;
    }
    int status = 0;
    Text token = { 0 };
    for (uint32_t k = 0; k < run.count && status == 0; k++) {
        token.length = 0;
        plan->task->name_token(&token, &plan->params, run.first + k);
        if (json_object_get(object->value, text_string(&token)) == NULL)
            status = node_error(object, "no vector for \"%s\", which can stand at position %zu",
                                text_string(&token), object->index);
    }
    text_clear(&token);
    return status;
}

static int check_embedding(const Plan *plan, const Node *root) {
    Node embedding = node_member(root, "embedding");
    size_t length = plan->task->length(&plan->params);
    if (plan_check_count(&embedding, "objects", (Extent){ length, "one per position" }) < 0)
        return -1;
    for (size_t i = 0; i < length; i++) {
        Node object = node_element(&embedding, i);
        if (check_position(plan, &object, plan->task->tokens(&plan->params, i)) < 0)
            return -1;
    }
    return 0;
}

static int check_head(const Plan *plan, const Node *head) {
    if (node_has_only(head, (const char *const[]){ "Q", "K", "V", "O", NULL }) < 0)
        return -1;
    Node q = node_member(head, "Q"), k = node_member(head, "K"), v = node_member(head, "V"),
         o = node_member(head, "O");
    Extent width = { plan->width, "the width" }, any = { 0, NULL };
    if (check_matrix(&q, any, width) < 0)
        return -1;
    if (check_matrix(&k, (Extent){ json_array_size(q.value), "as many as Q" }, width) < 0)
        return -1;
    if (check_matrix(&v, any, width) < 0)
        return -1;
    return check_matrix(&o, width, (Extent){ json_array_size(v.value), "the rows of V" });
}

static int check_mlp(const Plan *plan, const Node *mlp) {
    if (mlp->value == NULL || json_is_null(mlp->value))
        return 0;
    if (node_has_only(mlp, (const char *const[]){ "W1", "b1", "W2", "b2", NULL }) < 0)
        return -1;
    Node w1 = node_member(mlp, "W1"), b1 = node_member(mlp, "b1"), w2 = node_member(mlp, "W2"),
         b2 = node_member(mlp, "b2");
    Extent width = { plan->width, "the width" }, any = { 0, NULL };
    if (check_matrix(&w1, any, width) < 0)
        return -1;
    Extent hidden = { json_array_size(w1.value), "the rows of W1" };
    if (check_vector(&b1, hidden) < 0 || check_matrix(&w2, width, hidden) < 0)
        return -1;
    return check_vector(&b2, width);
}

static int check_few(const Node *list, const char *what, size_t most) {
    if (node_is_list(list) < 0)
        return -1;
    size_t count = json_array_size(list->value);
    return count <= most ? 0 : node_error(list, "%zu %s, at most %zu", count, what, most);
}

static int check_layer(const Plan *plan, const Node *layer) {
    if (node_has_only(layer, (const char *const[]){ "heads", "mlp", NULL }) < 0)
        return -1;
    Node heads = node_member(layer, "heads"), mlp = node_member(layer, "mlp");
    if (check_few(&heads, "heads", HEADS_LARGEST) < 0)
        return -1;
    for (size_t h = 0; h < json_array_size(heads.value); h++) {
        Node head = node_element(&heads, h);
        if (check_head(plan, &head) < 0)
            return -1;
    }
    return check_mlp(plan, &mlp);
}

static int check_layers(const Plan *plan, const Node *root) {
    Node layers = node_member(root, "layers");
    if (check_few(&layers, "layers", LAYERS_LARGEST) < 0)
        return -1;
    for (size_t l = 0; l < json_array_size(layers.value); l++) {
        Node layer = node_element(&layers, l);
        if (check_layer(plan, &layer) < 0)
            return -1;
    }
    return 0;
}

// The keys of a readout, without the position for a recurrent model.
static int check_readout_keys(const Plan *plan, const Node *readout) {
    const char *keys[] = { "kind", "b", plan->sign ? "w" : "W", "position", "symbols", NULL };
    if (plan->sign)
        keys[4] = NULL;
    if (plan->recurrent)
        keys[3] = plan->sign ? NULL : "symbols";
    return node_has_only(readout, keys);
}

static int check_readout(Plan *plan, const Node *list, size_t output) {
    Node readout = node_element(list, output);
    if (node_is_object(&readout) < 0)
        return -1;
    Node kind = node_member(&readout, "kind"), b = node_member(&readout, "b");
    size_t which, answers = plan->task->answers(&plan->params);
    if (plan_read_choice(&which, &kind, (const char *const[]){ "sign", "argmax" }) < 0)
        return -1;
    if (output > 0 && plan->sign != (which == 0))
        return node_error(&kind, "another kind than that of readout[0]");
    plan->sign = which == 0;
    Extent width = { plan->width, "the width" }, rows = { answers, "one per answer" };
    if (plan->sign) {
        Node w = node_member(&readout, "w");
        if (!plan->task->boolean)
            return node_error(&kind, "\"sign\" is for Boolean tasks, expected \"argmax\"");
        return check_readout_keys(plan, &readout) < 0 ? -1 : check_vector(&w, width);
    }
    Node w = node_member(&readout, "W"), symbols = node_member(&readout, "symbols");
    if (check_readout_keys(plan, &readout) < 0 || check_matrix(&w, rows, width) < 0 ||
        check_vector(&b, rows) < 0)
        return -1;
    return plan_check_count(&symbols, "symbols", rows);
}

static int check_readouts(Plan *plan, const Node *root) {
    Node list = node_member(root, "readout");
    Extent outputs = { task_outputs(plan->task, &plan->params), "one per answered position" };
    if (outputs.count == 1)
        outputs.from = "exactly one";
    int status = plan_check_count(&list, "readouts", outputs);
    for (size_t o = 0; o < outputs.count && status == 0; o++)
        status = check_readout(plan, &list, o);
    return status;
}

static int check_recurrent(Plan *plan, const Node *root) {
    Node activation = node_member(root, "activation"), w = node_member(root, "W"),
         u = node_member(root, "U"), b = node_member(root, "b"),
         initial = node_member(root, "initial");
    size_t which;
    if (plan_read_choice(&which, &activation, (const char *const[]){ "relu", "clamp" }) < 0)
        return -1;
    plan->activation = which == 0 ? ACTIVATION_RELU : ACTIVATION_CLAMP;
    Extent width = { plan->width, "the width" };
    Extent tokens = { plan->task->symbols(&plan->params), "one per token of the alphabet" };
    if (check_matrix(&w, width, width) < 0 || check_matrix(&u, width, tokens) < 0)
        return -1;
    return check_vector(&b, width) < 0 ? -1 : check_vector(&initial, width);
}

static int check_transformer(const Plan *plan, const Node *root) {
    return check_embedding(plan, root) < 0 ? -1 : check_layers(plan, root);
}

static int read_shapes(Plan *plan, const Node *root) {
    if (check_format(plan, root) < 0 || plan_read_task(plan, root) < 0)
        return -1;
    if ((plan->recurrent ? read_width(plan, root) : read_choices(plan, root)) < 0 ||
        read_alphabet(plan, root) < 0)
        return -1;
    if ((plan->recurrent ? check_recurrent(plan, root) : check_transformer(plan, root)) < 0)
        return -1;
    return check_readouts(plan, root);
}

int plan_read(Plan *plan, const Node *root) {
    *plan = (Plan){ .tokens = json_object() };
    int status = read_shapes(plan, root);
    if (status < 0)
        plan_clear(plan);
    return status;
}

void plan_clear(Plan *plan) {
    json_decref(plan->tokens);
    automaton_clear(&plan->automaton);
    formula_clear(&plan->formula);
    *plan = (Plan){ 0 };
}
