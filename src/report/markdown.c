// markdown.c - a table as GitHub and Pandoc read it.
#include "report/view.h"
#include <string.h>

static void put(FILE *out, const char *s) {
    for (; *s; s++) {
        if (strchr("\\|`*_<>[]&~#", *s))
            fputc('\\', out);
        fputc(*s, out);
    }
}

static void write_row(FILE *out, const View *v, size_t r) {
    if (view_begins_section(v, r)) {
        fputs("| **", out);
        put(out, v->section[r]);
        fputs("** |", out);
        for (size_t c = 1; c < v->columns; c++)
            fputs("  |", out);
        fputc('\n', out);
    }
    for (size_t c = 0; c < v->columns; c++) {
        fputs(c ? " | " : "| ", out);
        put(out, v->cell[r * v->columns + c]);
    }
    fputs(" |\n", out);
}

static void write_meaning(FILE *out, const Column *column) {
    if (column->meaning == NULL)
        return;
    fputs("- **", out);
    put(out, column->heading);
    fputs("**: ", out);
    put(out, column->meaning);
    fputc('\n', out);
}

// Each line of the notes is a paragraph of its own.
static void write_notes(FILE *out, const char *notes) {
    while (*notes) {
        size_t length = strcspn(notes, "\n");
        Text line = { 0 };
        text_add_bytes(&line, notes, length);
        put(out, text_string(&line));
        fputs("\n\n", out);
        text_clear(&line);
        notes += length + (notes[length] == '\n');
    }
}

static void write(FILE *out, const Table *t) {
    View v;
    view_init(&v, t);
    fputs("**", out);
    put(out, t->title);
    fputs("**\n\n", out);
    if (*v.common) {
        put(out, v.common);
        fputs("\n\n", out);
    }
    for (size_t c = 0; c < v.columns; c++) {
        fputs(c ? " | " : "| ", out);
        put(out, v.column[c]->heading);
    }
    fputs(" |\n", out);
    for (size_t c = 0; c < v.columns; c++)
        fputs(v.column[c]->right ? "|---:" : "|---", out);
    fputs("|\n", out);
    for (size_t r = 0; r < v.rows; r++)
        write_row(out, &v, r);
    fputc('\n', out);
    write_notes(out, text_string(&t->notes));
    for (size_t c = 0; c < v.columns; c++)
        write_meaning(out, v.column[c]);
    for (size_t i = 0; i < v.mentions; i++)
        write_meaning(out, v.mentioned[i]);
    view_clear(&v);
}

const Format format_markdown = {
    .name = "markdown",
    .summary = "a Markdown table with a legend",
    .for_people = true,
    .write = write,
};
