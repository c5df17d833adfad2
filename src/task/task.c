#include "task/task.h"
#include "base/alloc.h"
#include "registry.h"
#include <stdlib.h>
#include <string.h>

#define ENTRY(name) extern const Task task_##name;
TASKS
#undef ENTRY

const Task *const tasks[] = {
#define ENTRY(name) &task_##name,
    TASKS
#undef ENTRY
        NULL,
};

const Task *task_find(const char *name) {
    for (size_t i = 0; tasks[i] != NULL; i++)
        if (strcmp(tasks[i]->name, name) == 0)
            return tasks[i];
    return NULL;
}

size_t task_outputs(const Task *task, const Params *p) {
    return task->outputs ? task->outputs(p) : 1;
}

size_t task_output_position(const Task *task, const Params *p) {
    return task->length(p) - task_outputs(task, p) + p->output;
}

void task_count_words(mpz_t n, const Task *task, const Params *p) {
    mpz_set_ui(n, 1);
    for (size_t i = 0; i < task->length(p); i++)
        mpz_mul_ui(n, n, task->tokens(p, i).count);
}

void task_count_answered(mpz_t n, const Task *task, const Params *p) {
    if (task_has_promise(task))
        task->count_answered(n, p);
    else
        task_count_words(n, task, p);
}

static bool tokens_are_characters(const Task *task, const Params *p) {
    bool characters = true;
    Text name = { 0 };
    for (Token token = 0; token < task->symbols(p) && characters; token++) {
        name.length = 0;
        task->name_token(&name, p, token);
        characters = name.length == 1;
    }
    text_clear(&name);
    return characters;
}

void task_print_word(Text *t, const Task *task, const Params *p, const Token *word) {
    task_print_tokens(t, task, p, word, task->length(p));
}

void task_print_tokens(Text *t, const Task *task, const Params *p, const Token *token,
                       size_t count) {
    bool joined = tokens_are_characters(task, p);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && !joined)
            text_add(t, " ");
        task->name_token(t, p, token[i]);
    }
}

// The token of that position with that name; false if there is none.
static bool find_token(Token *token, const Task *task, const Params *p, size_t position,
                       const char *name, size_t length) {
    TokenRun run = task->tokens(p, position);
    bool found = false;
    Text t = { 0 };
    for (uint32_t k = 0; k < run.count && !found; k++) {
        t.length = 0;
        task->name_token(&t, p, run.first + k);
        found = t.length == length && memcmp(t.bytes, name, length) == 0;
        *token = run.first + k;
    }
    text_clear(&t);
    return found;
}

char *task_parse_word(Token *word, const Task *task, const Params *p, const char *s) {
    const char *blanks = " \t\n";
    bool joined = strpbrk(s, blanks) == NULL && tokens_are_characters(task, p);
    size_t length = task->length(p), i = 0;
    Text why = { 0 };
    for (s += strspn(s, blanks); *s && why.length == 0; i++) {
        size_t size = joined ? 1 : strcspn(s, blanks);
        if (i >= length)
            text_printf(&why, "more than %zu tokens", length);
        else if (!find_token(&word[i], task, p, i, s, size))
            text_printf(&why, "position %zu cannot hold '%.*s'", i, (int)size, s);
        s += size;
        s += strspn(s, blanks);
    }
    if (why.length == 0 && i < length)
        text_printf(&why, "%zu tokens where %zu are expected", i, length);
    return why.length ? text_take(&why) : NULL;
}
