#include "cli/help.h"
#include "registry.h"
#include <string.h>

enum { WIDTH = 80, INDENT = 24 };

static const char *const about =
    "chasm builds small transformers with exact rational weights, tries every input, and prints "
    "the "
    "worst-case margin, as an exact number. What it says to hold was computed without rounding.\n"
    "\n"
    "Results go to standard output, or with --output to a file that is written whole or not at "
    "all; "
    "everything else goes to standard error.";

static const struct {
    int status;
    const char *meaning;
} statuses[] = {
    { EXIT_HOLDS, "everything asked for holds" },
    { EXIT_FAILS, "something fails; the counterexample is printed" },
    { EXIT_USAGE, "wrong usage, unreadable input or a failed write; no result" },
    { EXIT_UNDECIDED, "undecided: a stated cap was reached, or the check was interrupted" },
};
enum { STATUSES = sizeof statuses / sizeof *statuses };

static const Example examples[] = {
    { "chasm verify", "check every claim at its default sizes" },
    { "chasm verify 'equality/*' -n 2..8 -f json",
      "the same for some claims and sizes, to a script" },
    { "chasm model equality -n 3 -o equality.json", "write an explicit model" },
    { "chasm model check equality.json", "check a model, anybody's" },
    { 0 },
};

// A term and its meaning in two columns.
static void item(FILE *out, const char *term, const char *meaning) {
    Text t = { 0 };
    text_printf(&t, "  %-*s", INDENT - 2, term);
    if (strlen(term) > INDENT - 4)
        text_printf(&t, "\n%*s", INDENT, "");
    text_wrap(&t, meaning, INDENT, INDENT, WIDTH);
    fprintf(out, "%s\n", text_string(&t));
    text_clear(&t);
}

static void paragraphs(FILE *out, const char *s) {
    Text t = { 0 };
    text_wrap(&t, s, 0, 0, WIDTH);
    fprintf(out, "\n%s\n", text_string(&t));
    text_clear(&t);
}

// Calls for each of the forms separated by '|' would need a callback; this walks them: false at the
// end, else *form is the next one, of that length.
static bool next_form(const char **form, size_t *length) {
    const char *s = *form + *length;
    if (*length > 0 && *s == '\0')
        return false;
    *form = s + (*s == '|');
    *length = strcspn(*form, "|");
    return true;
}

static void usage(FILE *out, const Command *command) {
    const char *form = command->arguments;
    size_t length = 0;
    if (*form == '\0')
        fprintf(out, "usage: chasm %s [OPTION]...\n", command->name);
    for (const char *lead = "usage:"; *form && next_form(&form, &length); lead = "      ")
        fprintf(out, "%s chasm %s [OPTION]... %.*s\n", lead, command->name, (int)length, form);
}

// "-n, --size RANGE"
static void print_option(Text *t, const OptionText *option) {
    if (option->letter)
        text_printf(t, "-%c, ", option->letter);
    text_printf(t, "--%s%s%s", option->name, option->argument ? " " : "",
                option->argument ? option->argument : "");
}

static void list_options(FILE *out, uint64_t options) {
    fputs("\nOptions\n", out);
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!(options >> i & 1))
            continue;
        Text t = { 0 };
        text_add(&t, option_texts[i].letter ? "" : "    ");
        print_option(&t, &option_texts[i]);
        item(out, text_string(&t), option_texts[i].meaning);
        text_clear(&t);
    }
}

static void list_examples(FILE *out, const Example *example) {
    fputs("\nExamples\n", out);
    for (; example->line; example++)
        fprintf(out, "  %s\n      %s\n", example->line, example->what);
}

static void list_statuses(FILE *out) {
    fputs("\nExit status\n", out);
    for (size_t i = 0; i < STATUSES; i++)
        fprintf(out, "  %d  %s\n", statuses[i].status, statuses[i].meaning);
}

void help_print(FILE *out, const Command *command) {
    if (command != NULL) {
        usage(out, command);
        paragraphs(out, command->description);
        list_options(out, command->options);
    } else {
        fputs("usage: chasm COMMAND [OPTION]... [ARGUMENT]...\n", out);
        paragraphs(out, about);
        fputs("\nCommands\n", out);
        for (size_t i = 0; commands[i] != NULL; i++)
            item(out, commands[i]->name, commands[i]->summary);
        fputs("\n  chasm COMMAND --help    tells about a command\n"
              "  chasm --version         tells the version\n",
              out);
    }
    list_examples(out, command ? command->examples : examples);
    list_statuses(out);
}

// Text for roff: backslashes and hyphens escaped, no line that begins with a control character.
static void roff(FILE *out, const char *s, size_t length) {
    bool at_start = true;
    for (size_t i = 0; i < length; i++) {
        if (at_start && (s[i] == '.' || s[i] == '\''))
            fputs("\\&", out);
        if (s[i] == '\\')
            fputs("\\e", out);
        else if (s[i] == '-')
            fputs("\\-", out);
        else if (s[i] == '\'')
            fputs("\\(aq", out);
        else if (s[i] == '\n' && s[i + 1] == '\n')
            fputs("\n.PP", out);
        else
            fputc(s[i], out);
        at_start = s[i] == '\n';
    }
    fputc('\n', out);
}

static void roff_line(FILE *out, const char *s) { roff(out, s, strlen(s)); }

static void roff_item(FILE *out, const char *term, const char *meaning) {
    fputs(".TP\n.B ", out);
    roff_line(out, term);
    roff_line(out, meaning);
}

static void roff_name(FILE *out, const Command *command) {
    fprintf(out, ".TH CHASM%s%s 1 \"\" \"chasm %s\" \"chasm manual\"\n", command ? "\\-" : "",
            command ? command->name : "", VERSION);
    fputs(".SH NAME\n", out);
    fprintf(out, "chasm%s%s \\- ", command ? "\\-" : "", command ? command->name : "");
    roff_line(out, command ? command->summary
                           : "verify explicit transformers in exact rational arithmetic");
    fputs(".SH SYNOPSIS\n", out);
    if (command == NULL) {
        fputs(".B chasm\n.I COMMAND\n[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n", out);
        return;
    }
    const char *form = command->arguments;
    size_t length = 0;
    if (*form == '\0')
        fprintf(out, ".B chasm %s\n[\\fIOPTION\\fR]...\n", command->name);
    for (const char *lead = ""; *form && next_form(&form, &length); lead = ".br\n") {
        fprintf(out, "%s.B chasm %s\n[\\fIOPTION\\fR]... ", lead, command->name);
        roff(out, form, length);
    }
}

static void roff_options(FILE *out, uint64_t options) {
    fputs(".SH OPTIONS\n", out);
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!(options >> i & 1))
            continue;
        Text t = { 0 };
        print_option(&t, &option_texts[i]);
        roff_item(out, text_string(&t), option_texts[i].meaning);
        text_clear(&t);
    }
}

void man_print(FILE *out, const Command *command) {
    roff_name(out, command);
    fputs(".SH DESCRIPTION\n", out);
    roff_line(out, command ? command->description : about);
    if (command != NULL) {
        roff_options(out, command->options);
    } else {
        fputs(".SH COMMANDS\n", out);
        for (size_t i = 0; commands[i] != NULL; i++)
            roff_item(out, commands[i]->name, commands[i]->summary);
    }
    fputs(".SH EXAMPLES\n", out);
    for (const Example *e = command ? command->examples : examples; e->line; e++)
        roff_item(out, e->line, e->what);
    fputs(".SH EXIT STATUS\n", out);
    for (size_t i = 0; i < STATUSES; i++)
        fprintf(out, ".TP\n.B %d\n%s\n", statuses[i].status, statuses[i].meaning);
    fputs(".SH SEE ALSO\n", out);
    if (command != NULL)
        fputs(".BR chasm (1)\n", out);
    for (size_t i = 0; command == NULL && commands[i] != NULL; i++)
        fprintf(out, ".BR chasm\\-%s (1)%s\n", commands[i]->name, commands[i + 1] ? "," : "");
}
