// model_read.c - docs/model-file.md, read in two passes: first every shape and name (model_plan.h),
// then the numbers.
#include "base/error.h"
#include "math/rational.h"
#include "net/model_file.h"
#include "net/model_plan.h"
#include <errno.h>
#include <string.h>

// Caps (docs/model-file.md#limits).
enum { FILE_LARGEST = 1 << 30, VALUES_LARGEST = 1 << 26 };

static int read_number(mpq_t r, const Node *n) {
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

// x[0 .. size-1] <- the list of numbers.
static int read_vector(mpq_t *x, const Node *list) {
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        Node number = node_element(list, i);
        if (read_number(x[i], &number) < 0)
            return -1;
    }
    return 0;
}

static int read_matrix(Matrix *m, const Node *rows) {
    for (size_t i = 0; i < m->rows; i++) {
        Node row = node_element(rows, i);
        if (read_vector(m->entry + i * m->columns, &row) < 0)
            return -1;
    }
    return 0;
}

// Vectors for tokens that cannot stand there are read as well, and forgotten.
static int read_position(Transformer *t, const Plan *plan, const Node *object, mpq_t *forgotten) {
    TokenRun run = t->task->tokens(&t->params, object->index);
    const char *name;
    json_t *value;
    json_object_foreach(object->value, name, value) {
        Node vector = node_member(object, name);
        Token token = (Token)json_integer_value(json_object_get(plan->tokens, name));
        mpq_t *x = forgotten;
        if (token >= run.first && token - run.first < run.count)
            x = t->embedding.entry + transformer_row(t, object->index, token) * t->width;
        if (read_vector(x, &vector) < 0)
            return -1;
    }
    return 0;
}

static int read_embedding(Transformer *t, const Plan *plan, const Node *root) {
    Node embedding = node_member(root, "embedding");
    mpq_t *forgotten = vector_init(t->width);
    int status = 0;
    for (size_t i = 0; i < t->length && status == 0; i++) {
        Node object = node_element(&embedding, i);
        status = read_position(t, plan, &object, forgotten);
    }
    vector_clear(forgotten, t->width);
    return status;
}

static int read_head(Layer *l, size_t width, const Node *head) {
    Node q = node_member(head, "Q"), k = node_member(head, "K"), v = node_member(head, "V"),
         o = node_member(head, "O");
    Head *h = layer_add_head(l, width, json_array_size(q.value), json_array_size(v.value));
    if (read_matrix(&h->q, &q) < 0 || read_matrix(&h->k, &k) < 0)
        return -1;
    return read_matrix(&h->v, &v) < 0 ? -1 : read_matrix(&h->o, &o);
}

static int read_mlp(Layer *l, size_t width, const Node *mlp) {
    if (mlp->value == NULL || json_is_null(mlp->value))
        return 0;
    Node w1 = node_member(mlp, "W1"), b1 = node_member(mlp, "b1"), w2 = node_member(mlp, "W2"),
         b2 = node_member(mlp, "b2");
    Mlp *m = layer_add_mlp(l, width, json_array_size(w1.value));
    if (read_matrix(&m->w1, &w1) < 0 || read_vector(m->b1.entry, &b1) < 0)
        return -1;
    return read_matrix(&m->w2, &w2) < 0 ? -1 : read_vector(m->b2.entry, &b2);
}

static int read_layers(Transformer *t, const Node *root) {
    Node layers = node_member(root, "layers");
    for (size_t l = 0; l < t->layers; l++) {
        Node layer = node_element(&layers, l), heads = node_member(&layer, "heads"),
             mlp = node_member(&layer, "mlp");
        for (size_t h = 0; h < json_array_size(heads.value); h++) {
            Node head = node_element(&heads, h);
            if (read_head(&t->layer[l], t->width, &head) < 0)
                return -1;
        }
        if (read_mlp(&t->layer[l], t->width, &mlp) < 0)
            return -1;
    }
    return 0;
}

// answers[row] <- the answer that the symbols name; each answer once.
static int read_symbols(Readout *r, const Task *task, const Params *p, const Node *symbols) {
    json_t *left = json_object();   // answers not yet named
    size_t rows = r->w.rows;
    Text name = { 0 };
    for (size_t answer = 0; answer < rows; answer++) {
        name.length = 0;
        task->name_answer(&name, p, answer);
        json_object_set_new(left, text_string(&name), json_integer((json_int_t)answer));
    }
    text_clear(&name);
    int status = 0;
    for (size_t row = 0; row < rows && status == 0; row++) {
        Node symbol = node_element(symbols, row);
        const char *s;
        status = node_string(&s, &symbol);
        if (status < 0)
            break;
        const json_t *answer = json_object_get(left, s);
        if (answer == NULL) {
            status =
                node_error(&symbol, "\"%.40s\", expected every answer of %s once", s, task->name);
            break;
        }
        r->answers[row] = (size_t)json_integer_value(answer);
        json_object_del(left, s);
    }
    json_decref(left);
    return status;
}

// Of the output, where there are several.
static int read_readout(Readout *r, const Task *task, const Params *p, const Node *root,
                        size_t output) {
    Node list = node_member(root, "readout"), readout = node_element(&list, output),
         b = node_member(&readout, "b");
    if (r->sign) {
        Node w = node_member(&readout, "w");
        return read_vector(r->w.entry, &w) < 0 ? -1 : read_number(r->b.entry[0], &b);
    }
    Node w = node_member(&readout, "W"), symbols = node_member(&readout, "symbols");
    if (read_matrix(&r->w, &w) < 0 || read_vector(r->b.entry, &b) < 0)
        return -1;
    return read_symbols(r, task, p, &symbols);
}

static int read_readouts(Transformer *t, const Node *root) {
    Node list = node_member(root, "readout");
    int status = 0;
    for (size_t o = 0; o < t->outputs && status == 0; o++) {
        Node readout = node_element(&list, o), position = node_member(&readout, "position");
        Readout *r = transformer_readout(t, o);
        status = node_integer(&r->position, &position, 0, t->length - 1);
        if (status == 0)
            status = read_readout(r, t->task, &t->params, root, o);
    }
    return status;
}

static int read_transformer(Transformer *t, const Plan *plan, const Node *root) {
    Node layers = node_member(root, "layers");
    transformer_init(t, plan->task, &plan->params, plan->width, json_array_size(layers.value),
                     plan->sign);
    t->base = plan->base;
    if (read_embedding(t, plan, root) == 0 && read_layers(t, root) == 0 &&
        read_readouts(t, root) == 0)
        return 0;
    transformer_clear(t);
    return -1;
}

// Column i of the file's U is for the i-th token of its alphabet.
static int read_inputs(Recurrent *r, const Plan *plan, const Node *root) {
    Node u = node_member(root, "U"), alphabet = node_member(root, "alphabet");
    mpq_t *row = vector_init(r->u.columns);
    int status = 0;
    for (size_t i = 0; i < r->width && status == 0; i++) {
        Node list = node_element(&u, i);
        status = read_vector(row, &list);
        for (size_t k = 0; k < r->u.columns; k++) {
            const char *name = json_string_value(json_array_get(alphabet.value, k));
            size_t token = (size_t)json_integer_value(json_object_get(plan->tokens, name));
            mpq_set(matrix_at(&r->u, i, token), row[k]);
        }
    }
    vector_clear(row, r->u.columns);
    return status;
}

static int read_recurrent(Recurrent *r, const Plan *plan, const Node *root) {
    Node w = node_member(root, "W"), b = node_member(root, "b"),
         initial = node_member(root, "initial");
    recurrent_init(r, plan->task, &plan->params, plan->width, plan->activation, plan->sign);
    if (read_matrix(&r->w, &w) == 0 && read_inputs(r, plan, root) == 0 &&
        read_vector(r->b.entry, &b) == 0 && read_vector(r->initial.entry, &initial) == 0 &&
        read_readout(&r->readout, r->task, &r->params, root, 0) == 0)
        return 0;
    recurrent_clear(r);
    return -1;
}

static int read_model(Model *m, const Plan *plan, const Node *root) {
    Model read = { .recurrent = plan->recurrent };
    int status = plan->recurrent ? read_recurrent(&read.network, plan, root)
                                 : read_transformer(&read.transformer, plan, root);
    if (status == 0)
        *m = read;
    return status;
}

int model_parse(Model *m, const char *name, const char *bytes, size_t length) {
    JsonInput in;
    if (json_input_parse(&in, name, bytes, length, VALUES_LARGEST) < 0)
        return -1;
    Node root = json_input_root(&in);
    Plan plan;
    int status = plan_read(&plan, &root);
    if (status == 0) {
        status = read_model(m, &plan, &root);
        plan_clear(&plan);
    }
    json_input_clear(&in);
    return status;
}

int model_read(Model *m, const char *file) {
    bool standard = strcmp(file, "-") == 0;
    const char *name = standard ? "<stdin>" : file;
    FILE *in = standard ? stdin : fopen(file, "rb");
    if (in == NULL)
        return error("%s: %s", name, strerror(errno));
    Text bytes = { 0 };
    int status = text_read(&bytes, in, FILE_LARGEST);
    if (status < 0 && errno == EFBIG)
        error("%s: the file is larger than 2^30 bytes", name);
    else if (status < 0)
        error("%s: %s", name, strerror(errno));
    else
        status = model_parse(m, name, text_string(&bytes), bytes.length);
    text_clear(&bytes);
    if (!standard)
        fclose(in);
    return status;
}

void model_clear(Model *m) {
    if (m->recurrent)
        recurrent_clear(&m->network);
    else
        transformer_clear(&m->transformer);
    *m = (Model){ 0 };
}

// Keeps the model if it is a transformer.
static int take_transformer(Transformer *t, Model *m, const char *name) {
    if (!m->recurrent) {
        *t = m->transformer;
        return 0;
    }
    model_clear(m);
    return error("%s: a recurrent model, expected a transformer", name);
}

int transformer_parse(Transformer *t, const char *name, const char *bytes, size_t length) {
    Model m;
    return model_parse(&m, name, bytes, length) < 0 ? -1 : take_transformer(t, &m, name);
}

int transformer_read(Transformer *t, const char *file) {
    Model m;
    return model_read(&m, file) < 0 ? -1 : take_transformer(t, &m, file);
}
