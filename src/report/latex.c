// latex.c - a booktabs table with caption, notes and legend, to be put into a paper by \input.
#include "report/view.h"
#include <string.h>

static void put_character(FILE *out, char c) {
    switch (c) {
    case '\\':
        fputs("\\textbackslash{}", out);
        return;
    case '^':
        fputs("\\textasciicircum{}", out);
        return;
    case '~':
        fputs("\\textasciitilde{}", out);
        return;
    case '<':
    case '>':
    case '|':
        fprintf(out, "$%c$", c);   // other glyphs in LaTeX's default encoding
        return;
    case '[':
    case '*':
        fprintf(out, "{%c}", c);   // behind the \\ of the row before, they would belong to it
        return;
    case '"':
        fputs("\\textquotedbl{}", out);
        return;
    case '\n':
        fputs("\\\\\n", out);
        return;
    default:
        if (strchr("&%$#_{}", c))
            fputc('\\', out);
        fputc(c, out);
    }
}

static void put(FILE *out, const char *s) {
    for (; *s; s++)
        put_character(out, *s);
}

static void write_row(FILE *out, const View *v, size_t r) {
    if (view_begins_section(v, r)) {
        fprintf(out, "%s\\multicolumn{%zu}{l}{\\textbf{", r ? "\\midrule\n" : "", v->columns);
        put(out, v->section[r]);
        fputs("}} \\\\\n", out);
    }
    for (size_t c = 0; c < v->columns; c++) {
        fputs(c ? " & " : "", out);
        put(out, v->cell[r * v->columns + c]);
    }
    fputs(" \\\\\n", out);
}

static void write_meaning(FILE *out, const Column *column) {
    if (column->meaning == NULL)
        return;
    fputs("\\textbf{", out);
    put(out, column->heading);
    fputs("}: ", out);
    put(out, column->meaning);
    fputs("\\\\\n", out);
}

static void write_tabular(FILE *out, const View *v) {
    fputs("\\begin{tabular}{", out);
    for (size_t c = 0; c < v->columns; c++)
        fputc(v->column[c]->right ? 'r' : 'l', out);
    fputs("}\n\\toprule\n", out);
    for (size_t c = 0; c < v->columns; c++) {
        fputs(c ? " & " : "", out);
        put(out, v->column[c]->heading);
    }
    fputs(" \\\\\n\\midrule\n", out);
    for (size_t r = 0; r < v->rows; r++)
        write_row(out, v, r);
    fputs("\\bottomrule\n\\end{tabular}\n", out);
}

static void write(FILE *out, const Table *t) {
    View v;
    view_init(&v, t);
    fputs("% needs \\usepackage[T1]{fontenc} and \\usepackage{booktabs}\n"
          "\\begin{table}\n\\centering\n\\caption{",
          out);
    put(out, t->title);
    if (*v.common) {
        fputs(". Throughout: ", out);
        put(out, v.common);
    }
    fputs(".}\n", out);
    write_tabular(out, &v);
    fputs("\\begin{flushleft}\\footnotesize\n", out);
    put(out, text_string(&t->notes));
    for (size_t c = 0; c < v.columns; c++)
        write_meaning(out, v.column[c]);
    for (size_t i = 0; i < v.mentions; i++)
        write_meaning(out, v.mentioned[i]);
    fputs("\\end{flushleft}\n\\end{table}\n", out);
    view_clear(&v);
}

const Format format_latex = {
    .name = "latex",
    .summary = "a LaTeX table with a legend, for the package booktabs",
    .for_people = true,
    .write = write,
};
