// Threads take blocks of positions; every slot's stream after the heads lies between two ends, and
// slots of one class, alike in all but these ends, are settled together.
#include "base/alloc.h"
#include "base/interrupt.h"
#include "base/threads.h"
#include "verify/machine_ends.h"
#include "verify/machine_grid.h"
#include "verify/machine_kernel.h"
#include "verify/machine_mlp.h"
#include <stdlib.h>

enum { MOST_CLASSES = 1024, BLOCK = LANES };

typedef struct Class {
    size_t place, option;
    bool last;
    size_t slot;   // the one that stretched it last
    size_t state;
    Num *least, *most;
} Class;

typedef struct Job {
    States *states;
    const Machine *m;
    const size_t *option;       // NULL: all words
    uint16_t **least, **most;   // per coordinate of the heads' values: value numbers per position
    size_t ratios, positions;
    Turns turns;   // whose turn it is changes what follows
    size_t classes;
    Class *class;
    const char *why;
    Trouble trouble;
} Job;

// A slot at hand.
typedef struct Item {
    size_t slot, position, group, option, place;
    size_t lane;          // of the head at hand
    size_t *low, *high;   // per coordinate of that head: its sums
    Num *least, *most;    // the stream
    const char *why;      // NULL, or what may go wrong with it
    bool failing;         // that does, in every word with the slot
} Item;

typedef struct Worker {
    Job *job;
    size_t items, capacity;
    Item *item;
    Lane *lane;
    size_t lanes;
    Num *ratio;   // 2 d_v: the ends of the head's ratios
    Num *row;     // m, their ends
    Num *x;       // m
    Num *zero;    // one number
} Worker;

static void give_up(Job *job, const char *why, size_t slot, bool failing) {
    job->why = why;
    job->trouble = (Trouble){ .slot = slot, .what = why, .failing = failing };
}

// ---- what stands at the positions ----

static size_t slot_at(const Machine *m, size_t group, size_t option, size_t place) {
    const Choices *c = &m->choices;
    return c->slot[c->first[group] + option] + place;
}

// The least and most value of coordinate c of the head at every position, by number.
static void find_ends(Job *job, size_t ratio, const MachineHead *h, size_t c) {
    const Machine *m = job->m;
    for (size_t i = 0; i < m->t->length; i++) {
        size_t first = m->t->first_row[i], end = m->t->first_row[i + 1];
        if (job->option != NULL) {
            size_t group = m->choices.group_of[i];
            first =
                m->slot_row[slot_at(m, group, job->option[group], choices_place(&m->choices, i))];
            end = first + 1;
        }
        uint16_t low = h->value[first * h->d_v + c], high = low;
        for (size_t row = first + 1; row < end; row++) {
            uint16_t v = h->value[row * h->d_v + c];
            if (!nums_ordered(&h->palette[low], &h->palette[v], m->spec))
                low = v;
            if (!nums_ordered(&h->palette[v], &h->palette[high], m->spec))
                high = v;
        }
        job->least[ratio][i] = low;
        job->most[ratio][i] = high;
    }
}

static void job_init(Job *job, States *s, const Machine *m, const size_t *option) {
    *job = (Job){ .states = s,
                  .m = m,
                  .option = option,
                  .positions = transformer_sees(m->t, m->t->readout.position),
                  .class = alloc_array(MOST_CLASSES, 1, sizeof *job->class),
                  .trouble = { .slot = SIZE_MAX } };
    for (size_t h = 0; h < m->heads; h++)
        job->ratios += m->head[h].d_v;
    job->least = alloc_array(job->ratios, 1, sizeof *job->least);
    job->most = alloc_array(job->ratios, 1, sizeof *job->most);
    for (size_t h = 0, r = 0; h < m->heads; h++)
        for (size_t c = 0; c < m->head[h].d_v; c++, r++) {
            job->least[r] = alloc_array(m->t->length, 1, sizeof **job->least);
            job->most[r] = alloc_array(m->t->length, 1, sizeof **job->most);
            find_ends(job, r, &m->head[h], c);
        }
    turns_init(&job->turns);
}

static void job_clear(Job *job) {
    for (size_t r = 0; r < job->ratios; r++) {
        free(job->least[r]);
        free(job->most[r]);
    }
    free(job->least);
    free(job->most);
    for (size_t k = 0; k < job->classes; k++) {
        nums_clear(job->m->spec, job->class[k].least, job->m->t->width);
        nums_clear(job->m->spec, job->class[k].most, job->m->t->width);
    }
    free(job->class);
    turns_clear(&job->turns);
}

// ---- lanes and sums of a block ----

// The item's sum of coordinate c with those values elsewhere, a new one of its lane if need be.
static size_t add_sum(Worker *w, const Item *item, const MachineHead *h, size_t c,
                      const uint16_t *value) {
    const Machine *m = w->job->m;
    const Group *g = &m->choices.group[item->group];
    Lane *l = &w->lane[item->lane];
    Sum sum = { .value = value };
    for (size_t k = 0; k < g->positions; k++) {
        size_t row = m->slot_row[slot_at(m, item->group, item->option, k)];
        uint16_t v = h->value[row * h->d_v + c];
        if (value[g->position[k]] == v)
            continue;
        sum.override[sum.overrides].position = g->position[k];
        sum.override[sum.overrides++].value = v;
    }
    for (size_t s = 0; s < l->sums; s++) {
        bool same = l->sum[s].value == value && l->sum[s].overrides == sum.overrides;
        for (size_t k = 0; k < sum.overrides && same; k++)
            same = l->sum[s].override[k].position == sum.override[k].position &&
                   l->sum[s].override[k].value == sum.override[k].value;
        if (same)
            return s;
    }
    l->sum[l->sums] = sum;
    return l->sums++;
}

static void lane_init(Lane *l, const Machine *m, size_t head, const Item *item, size_t sums) {
    const Bounds *b = &m->bounds;
    *l = (Lane){ .position = item->position,
                 .row = m->slot_row[item->slot],
                 .sum = alloc_array(sums, 1, sizeof *l->sum),
                 .denominator = nums_init(m->spec, 1),
                 .numerator = nums_init(m->spec, sums) };
    if (m->spec->ar->bounded) {
        Num *bound = nums_init(m->spec, 1);
        m->spec->ar->set(bound, b->value[bounds_index(b, 0, head, item->position)]);
        l->bound = bound;
    }
}

static void lane_clear(Lane *l, const ArithSpec *spec, size_t sums) {
    if (l->bound != NULL)
        nums_clear(spec, (Num *)(uintptr_t)l->bound, 1);
    nums_clear(spec, l->denominator, 1);
    nums_clear(spec, l->numerator, sums);
    free(l->sum);
}

// The lane of the item: one of its position whose row has the same query and key.
static size_t find_lane(const Worker *w, const MachineHead *h, const Item *item) {
    size_t l = w->lanes;
    while (l > 0 && w->lane[l - 1].position == item->position)
        if (machine_head_alike(h, w->lane[--l].row, w->job->m->slot_row[item->slot]))
            return l;
    return w->lanes;
}

// The most sums that a lane of the block may have.
static size_t sums_of(const Worker *w, const MachineHead *h) {
    size_t options = 1;
    for (size_t k = 0; k < w->items; k++) {
        size_t count = w->job->m->choices.group[w->item[k].group].options;
        options = count > options ? count : options;
    }
    return 2 * h->d_v * options;
}

static void sum_block(Worker *w, size_t head, size_t first_ratio, size_t sums) {
    const Job *job = w->job;
    const MachineHead *h = &job->m->head[head];
    for (size_t k = 0; k < w->items; k++) {
        Item *item = &w->item[k];
        item->lane = find_lane(w, h, item);
        if (item->lane == w->lanes)
            lane_init(&w->lane[w->lanes++], job->m, head, item, sums);
        for (size_t c = 0; c < h->d_v; c++) {
            item->low[c] = add_sum(w, item, h, c, job->least[first_ratio + c]);
            item->high[c] = add_sum(w, item, h, c, job->most[first_ratio + c]);
        }
    }
    for (size_t l = 0; l < w->lanes; l += LANES)
        machine_head_sum(h, &w->lane[l], w->lanes - l < LANES ? w->lanes - l : LANES);
}

// ---- the stream of a slot ----

static bool is_fault(const Machine *m, const Num *x) {
    return m->spec->ar->fault != NULL && m->spec->ar->fault(x) != NULL;
}

// Adds what the head writes to the item's stream; NULL or what may go wrong.
static const char *add_head(Worker *w, Item *item, size_t head) {
    const Machine *m = w->job->m;
    const Arith *ar = m->spec->ar;
    const NumMatrix *o = &m->model.layer[0].head[head].o;
    const Lane *l = &w->lane[item->lane];
    for (size_t c = 0; c < m->head[head].d_v; c++) {
        const Num *low = &l->numerator[item->low[c]], *high = &l->numerator[item->high[c]];
        if (is_fault(m, low) || is_fault(m, high))
            return "the weighted sum may overflow";
        ar->div(&w->ratio[2 * c], low, l->denominator);
        ar->div(&w->ratio[2 * c + 1], high, l->denominator);
    }
    ends_apply(w->row, o, w->ratio, m->spec);
    for (size_t i = 0; i < m->t->width; i++) {
        if (!m->written[i])
            continue;
        ar->add(&item->least[i], &item->least[i], &w->row[2 * i]);
        ar->add(&item->most[i], &item->most[i], &w->row[2 * i + 1]);
        if (is_fault(m, &item->least[i]) || is_fault(m, &item->most[i]))
            return "what the head adds to the stream may overflow";
    }
    return NULL;
}

static const char *store_stream(const Machine *m, Item *item) {
    for (size_t c = 0; c < m->t->width && m->spec->ar->store != NULL; c++)
        if (m->written[c] && (m->spec->ar->store(&item->least[c], m->spec) != NULL ||
                              m->spec->ar->store(&item->most[c], m->spec) != NULL))
            return "the stream may overflow";
    return NULL;
}

// ---- classes and states ----

static bool fits(const Machine *m, const Class *k, const Item *item, size_t option) {
    if (k->place != item->place || k->option != option ||
        k->last != (item->position == m->t->readout.position))
        return false;
    for (size_t c = 0; c < m->t->width; c++)
        if (m->read[c] && !m->written[c] && !nums_equal(&k->least[c], &item->least[c], m->spec))
            return false;
    return true;
}

// The class of the item, stretched to hold it; false: there are too many.
static bool classify(Job *job, const Item *item) {
    const Machine *m = job->m;
    const Arith *ar = m->spec->ar;
    size_t k = 0, option = m->choices.group[item->group].options <= 64 ? item->option : 0;
    while (k < job->classes && !fits(m, &job->class[k], item, option))
        k++;
    if (k == MOST_CLASSES)
        return false;
    Class *class = &job->class[k];
    bool fresh = k == job->classes;
    if (fresh) {
        job->classes++;
        *class = (Class){ .place = item->place,
                          .option = option,
                          .last = item->position == m->t->readout.position,
                          .slot = item->slot,
                          .least = nums_init(m->spec, m->t->width),
                          .most = nums_init(m->spec, m->t->width) };
    }
    for (size_t c = 0; c < m->t->width; c++) {
        if (fresh || !nums_ordered(&class->least[c], &item->least[c], m->spec)) {
            ar->copy(&class->least[c], &item->least[c]);
            class->slot = m->read[c] ? item->slot : class->slot;
        }
        if (fresh || !nums_ordered(&item->most[c], &class->most[c], m->spec)) {
            ar->copy(&class->most[c], &item->most[c]);
            class->slot = m->read[c] ? item->slot : class->slot;
        }
    }
    job->states->slot[item->slot] = k;   // the class, for now
    return true;
}

// NULL, or why the item is in no class, or of one word, in no state.
static const char *settle_item(Worker *w, const Item *item) {
    Job *job = w->job;
    const Machine *m = job->m;
    static const char *const many = "the streams after layer 1 are too many";
    if (job->option == NULL)
        return classify(job, item) ? NULL : many;
    for (size_t c = 0; c < m->t->width; c++)
        m->spec->ar->copy(&w->x[c], w->zero);
    const char *why =
        machine_mlp(w->x, m, item->least, item->most, item->position == m->t->readout.position);
    if (why != NULL)
        return why;
    size_t state = states_number(job->states, m, w->x);
    job->states->slot[item->slot] = state;
    return state == SIZE_MAX ? many : NULL;
}

// After all positions: the states of the classes.
static void settle_classes(Job *job) {
    const Machine *m = job->m;
    States *s = job->states;
    Num *x = nums_init(m->spec, m->t->width), *zero = nums_init(m->spec, 1);
    for (size_t k = 0; k < job->classes && job->why == NULL; k++) {
        Class *class = &job->class[k];
        for (size_t c = 0; c < m->t->width; c++)
            m->spec->ar->copy(&x[c], zero);
        const char *why = machine_mlp(x, m, class->least, class->most, class->last);
        class->state = why == NULL ? states_number(s, m, x) : 0;
        if (why != NULL || class->state == SIZE_MAX)
            give_up(job, why ? why : "the streams after layer 1 are too many", class->slot, false);
    }
    for (size_t slot = 0; slot < m->choices.slots && job->why == NULL; slot++)
        if (s->slot[slot] != SIZE_MAX)
            s->slot[slot] = job->class[s->slot[slot]].state;
    nums_clear(m->spec, x, m->t->width);
    nums_clear(m->spec, zero, 1);
}

// ---- blocks ----

static void add_item(Worker *w, size_t position, size_t option) {
    const Machine *m = w->job->m;
    size_t group = m->choices.group_of[position], width = m->t->width, d_v = m->model.d_v;
    if (w->items == w->capacity) {
        w->capacity = 2 * w->capacity + 4 * BLOCK;
        Item *grown = alloc_array(w->capacity, 1, sizeof *grown);
        Lane *lanes = alloc_array(w->capacity, 1, sizeof *lanes);
        for (size_t k = 0; k < w->items; k++)
            grown[k] = w->item[k];
        for (size_t k = w->items; k < w->capacity; k++) {
            grown[k].least = nums_init(m->spec, width);
            grown[k].most = nums_init(m->spec, width);
            grown[k].low = alloc_array(d_v, 1, sizeof *grown[k].low);
            grown[k].high = alloc_array(d_v, 1, sizeof *grown[k].high);
        }
        free(w->item);
        free(w->lane);
        w->item = grown;
        w->lane = lanes;
    }
    Item *item = &w->item[w->items++];
    item->position = position;
    item->group = group;
    item->option = option;
    item->place = choices_place(&m->choices, position);
    item->why = NULL;
    item->failing = false;
    item->slot = slot_at(m, group, option, item->place);
    machine_embed(item->least, m, m->slot_row[item->slot]);
    for (size_t c = 0; c < width; c++)
        m->spec->ar->copy(&item->most[c], &item->least[c]);
}

static void run_head(Worker *w, size_t head, size_t first_ratio) {
    Job *job = w->job;
    size_t sums = sums_of(w, &job->m->head[head]);
    w->lanes = 0;
    sum_block(w, head, first_ratio, sums);
    for (size_t k = 0; k < w->items; k++) {
        Item *item = &w->item[k];
        bool failing = w->lane[item->lane].fault.why != NULL;
        if (item->why != NULL)
            continue;
        item->why = failing ? "a row may have no weights" : add_head(w, item, head);
        item->failing = item->why != NULL && (failing || job->option != NULL);
    }
    for (size_t l = 0; l < w->lanes; l++)
        lane_clear(&w->lane[l], job->m->spec, sums);
}

static void run_block(Worker *w, size_t begin, size_t end) {
    Job *job = w->job;
    const Choices *c = &job->m->choices;
    w->items = 0;
    for (size_t i = begin; i < end; i++) {
        size_t g = c->group_of[i];
        for (size_t o = 0; o < c->group[g].options; o++)
            if (job->option == NULL || job->option[g] == o)
                add_item(w, i, o);
    }
    for (size_t h = 0, r = 0; h < job->m->heads; r += job->m->head[h++].d_v)
        run_head(w, h, r);
    for (size_t k = 0; k < w->items; k++) {
        Item *item = &w->item[k];
        if (item->why == NULL)
            item->why = store_stream(job->m, item);
        // Of one word the ends are the stream.
        item->failing |= item->why != NULL && job->option != NULL;
    }
}

// The first item that fails for certain, or the first that is in trouble; NULL: none is.
static const Item *first_trouble(const Worker *w) {
    const Item *first = NULL;
    for (size_t k = 0; k < w->items; k++) {
        const Item *item = &w->item[k];
        if (item->why != NULL && (first == NULL || item->failing > first->failing))
            first = item;
    }
    return first;
}

static void hand_in(Worker *w) {
    const Item *trouble = first_trouble(w);
    if (trouble != NULL)
        give_up(w->job, trouble->why, trouble->slot, trouble->failing);
    for (size_t k = 0; k < w->items && w->job->why == NULL; k++) {
        const char *why = settle_item(w, &w->item[k]);
        if (why != NULL)
            give_up(w->job, why, w->item[k].slot, false);
    }
}

static void worker_clear(Worker *w) {
    const Machine *m = w->job->m;
    for (size_t k = 0; k < w->capacity; k++) {
        nums_clear(m->spec, w->item[k].least, m->t->width);
        nums_clear(m->spec, w->item[k].most, m->t->width);
        free(w->item[k].low);
        free(w->item[k].high);
    }
    free(w->item);
    free(w->lane);
    nums_clear(m->spec, w->ratio, 2 * m->model.d_v);
    nums_clear(m->spec, w->row, 2 * m->t->width);
    nums_clear(m->spec, w->zero, 1);
    nums_clear(m->spec, w->x, m->t->width);
}

static void work(Job *job) {
    const Machine *m = job->m;
    Worker w = { .job = job,
                 .ratio = nums_init(m->spec, 2 * m->model.d_v),
                 .row = nums_init(m->spec, 2 * m->t->width),
                 .zero = nums_init(m->spec, 1),
                 .x = nums_init(m->spec, m->t->width) };
    for (;;) {
        size_t block = turns_take(&job->turns), begin = block * BLOCK;
        if (block > (job->positions - 1) / BLOCK)
            break;
        bool stop = interrupted();
        if (!stop)
            run_block(&w, begin, begin + BLOCK < job->positions ? begin + BLOCK : job->positions);
        if (!turns_begin(&job->turns, block))
            break;
        if (stop)
            give_up(job, "interrupted", SIZE_MAX, false);
        else
            hand_in(&w);
        turns_end(&job->turns, job->why != NULL);
    }
    worker_clear(&w);
}

static void *work_in_thread(void *argument) {
    Job *job = argument;
    ArithState old;
    arith_enter(job->m->spec, &old);
    work(job);
    arith_leave(job->m->spec, &old);
    arith_end_thread();
    return NULL;
}

const char *states_init(States *s, const Machine *m, const size_t *option, Trouble *trouble) {
    Job job;
    *s = (States){ .slot = alloc_array(m->choices.slots, 1, sizeof *s->slot) };
    for (size_t slot = 0; slot < m->choices.slots; slot++)
        s->slot[slot] = SIZE_MAX;
    job_init(&job, s, m, option);
    threads_run(m->jobs, work_in_thread, &job);
    if (job.why == NULL && option == NULL)
        settle_classes(&job);
    const char *why = job.why;
    *trouble = job.trouble;
    job_clear(&job);
    return why;
}
