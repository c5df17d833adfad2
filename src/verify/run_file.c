#include "verify/run_file.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/input.h"
#include "net/model_file.h"
#include "verify/run_record.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BITS = 30, VALUES_LARGEST = 1 << 24 };

Span run_part(const RunRequest *request, uint64_t total) {
    unsigned __int128 words = total;
    return (Span){ (uint64_t)(words * (request->part - 1) / request->parts),
                   (uint64_t)(words * request->part / request->parts) };
}

// ---- lines ----

// Appends the line of the object, which follows the line of digest *last; *last <- its own.
static void print_line(Text *t, Digest *last, json_t *object, bool first) {
    char *body = json_dumps(object, 0);
    if (body == NULL)
        die("out of memory");
    *last = digest_of(last->hex, first ? 0 : DIGEST_LENGTH, body, strlen(body));
    text_printf(t, "[\"%s\", %s]\n", last->hex, body);
    free(body);
}

// A file's complete lines, one after the other.
typedef struct Reader {
    const char *name;
    const char *bytes;
    size_t length, at;   // the next line begins at `at`
    size_t line;         // number of the line at hand, from 1
    Digest last;
    JsonInput in;   // its object
} Reader;

// The bytes up to the last end of a line.
static size_t complete_length(const Text *t) {
    size_t length = t->length;
    while (length > 0 && t->bytes[length - 1] != '\n')
        length--;
    return length;
}

// Reads the next line's object into r->in (json_input_clear).  -1 after an error.
static int next_line(Reader *r) {
    enum { LEAD = 2, BETWEEN = 3 };   // [" and ",
    const char *line = r->bytes + r->at;
    const char *end = memchr(line, '\n', r->length - r->at);
    require(end != NULL);
    size_t length = (size_t)(end - line), body = LEAD + DIGEST_LENGTH + BETWEEN;
    r->line++;
    bool shaped = length > body + 1 && memcmp(line, "[\"", LEAD) == 0 && end[-1] == ']' &&
                  memcmp(line + LEAD + DIGEST_LENGTH, "\", ", BETWEEN) == 0;
    if (!shaped)
        return error("%s:%zu: no line of a run file, expected [\"DIGEST\", {..}]", r->name,
                     r->line);
    length -= body + 1;
    r->last = digest_of(r->last.hex, r->line == 1 ? 0 : DIGEST_LENGTH, line + body, length);
    if (memcmp(line + LEAD, r->last.hex, DIGEST_LENGTH) != 0)
        return error("%s:%zu: the digest does not fit: a line was changed, or one before it is "
                     "missing",
                     r->name, r->line);
    r->at = (size_t)(end + 1 - r->bytes);
    if (json_input_parse_at(&r->in, r->name, r->line, line + body, length, VALUES_LARGEST) < 0)
        return -1;
    if (json_is_object(r->in.root))
        return 0;
    error("%s:%zu: expected an object", r->name, r->line);
    json_input_clear(&r->in);
    return -1;
}

// ---- the first line ----

static Digest model_digest(const Transformer *t) {
    char *bytes = NULL;
    size_t length = 0;
    FILE *text = open_memstream(&bytes, &length);
    if (text == NULL)
        die("out of memory: the text of a model");
    transformer_write(text, t);
    if (fclose(text) != 0)
        die("out of memory: the text of a model");
    Digest d = digest_of(NULL, 0, bytes, length);
    free(bytes);
    return d;
}

static json_t *order_of(const RunCheck *c) {
    json_t *order = json_array();
    for (size_t i = 0; c->order != NULL && i < c->check->t->length; i++)
        json_array_append_new(order, json_integer((json_int_t)c->order[i]));
    return order;
}

static json_t *header_of(const RunCheck *c) {
    const RunRequest *request = c->request;
    Text arithmetic = { 0 };
    Digest model = model_digest(c->check->t);
    arith_print(&arithmetic, c->check->arithmetic);
    json_t *h = json_pack("{ss ss sO sI ss ss so ss s[II]}", "format", "chasm-run-1", "claim",
                          request->claim, "options", request->options, "inputs",
                          (json_int_t)c->check->total, "arithmetic", text_string(&arithmetic),
                          "evaluator", c->evaluator, "order", order_of(c), "model", model.hex,
                          "part", (json_int_t)request->part, (json_int_t)request->parts);
    if (h == NULL)
        die("out of memory");
    text_clear(&arithmetic);
    return h;
}

// -1 after an error: a member differs from what it must be; parts may if any_part.
static int compare_headers(const Reader *r, json_t *expected, bool any_part) {
    const char *key;
    json_t *value;
    Node found = json_input_root(&r->in);
    json_object_foreach(expected, key, value) {
        Node n = node_member(&found, key);
        if ((any_part && strcmp(key, "part") == 0) || json_equal(n.value, value))
            continue;
        char *text = json_dumps(value, JSON_ENCODE_ANY);
        node_error(&n, "expected %.200s: the file belongs to another check", text ? text : "");
        free(text);
        return -1;
    }
    return json_object_size(r->in.root) == json_object_size(expected)
               ? 0
               : node_error(&found, "unknown keys: the file belongs to another check");
}

// ---- reading ----

// Adds all records behind the first line.
static int read_records(Reader *r, Ranges *covered, Worst *worst, const RunCheck *c, Span part) {
    int status = 0;
    RecordReader records;
    record_reader_init(&records, c->check, part);
    while (status == 0 && r->at < r->length) {
        status = next_line(r);
        if (status < 0)
            break;
        Node object = json_input_root(&r->in);
        status = record_read(&records, covered, worst, &object);
        json_input_clear(&r->in);
    }
    record_reader_clear(&records);
    return status;
}

// The same of a whole file; r holds its bytes.
static int read_file(Reader *r, Ranges *covered, Worst *worst, const RunCheck *c) {
    json_t *expected = header_of(c);
    int status = next_line(r);
    if (status == 0) {
        status = compare_headers(r, expected, false);
        json_input_clear(&r->in);
    }
    json_decref(expected);
    return status < 0 ? -1
                      : read_records(r, covered, worst, c, run_part(c->request, c->check->total));
}

// ---- the file ----

static int cannot(const RunFile *r, const char *what) {
    return error("%s: cannot be %s: %s", r->name, what, strerror(errno));
}

// Appends the bytes; on the disk afterwards.  -1 after an error, with the file as it was.
static int put(RunFile *r, const Text *t) {
    for (size_t written = 0; written < t->length;) {
        ssize_t some = write(r->descriptor, t->bytes + written, t->length - written);
        if (some < 0 && errno == EINTR)
            continue;
        if (some < 0) {
            cannot(r, "written");
            if (ftruncate(r->descriptor, (off_t)r->length) < 0)
                return -1;   // then the next to open it drops what is left of the line
            return -1;
        }
        written += (size_t)some;
    }
    if (fsync(r->descriptor) < 0)
        return cannot(r, "written");
    r->length += t->length;
    return 0;
}

// The name of a new file is on the disk only if its directory is.
static int keep_name(const RunFile *r) {
    const char *slash = strrchr(r->name, '/');
    Text directory = { 0 };
    text_add_bytes(&directory, r->name, slash ? (size_t)(slash + 1 - r->name) : 0);
    int descriptor = open(directory.length ? text_string(&directory) : ".", O_RDONLY);
    text_clear(&directory);
    if (descriptor < 0)
        return cannot(r, "written");
    fsync(descriptor);   // not every file system can
    close(descriptor);
    return 0;
}

static int begin_file(RunFile *r, const Text *header) {
    r->length = 0;
    if (ftruncate(r->descriptor, 0) < 0)
        return cannot(r, "written");
    return put(r, header) < 0 ? -1 : keep_name(r);
}

// Locked, for reading and appending.
static int open_locked(RunFile *r) {
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct stat s;
    r->descriptor = open(r->name, O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0666);
    if (r->descriptor < 0)
        return cannot(r, "opened");
    int status = 0;
    if (fstat(r->descriptor, &s) < 0 || !S_ISREG(s.st_mode))
        status = error("%s: is no regular file", r->name);
    else if (fcntl(r->descriptor, F_SETLK, &lock) < 0)
        status = error("%s: another process is writing it", r->name);
    if (status < 0)
        close(r->descriptor);
    return status;
}

// t <- the bytes of the file.  Not by opening it again: closing that would end the lock.
static int read_bytes(const RunFile *r, Text *t) {
    char bytes[1 << 14];
    for (;;) {
        ssize_t some = pread(r->descriptor, bytes, sizeof bytes, (off_t)t->length);
        if (some < 0 && errno == EINTR)
            continue;
        if (some < 0)
            return cannot(r, "read");
        if (some == 0)
            return 0;
        if (t->length + (size_t)some > (size_t)1 << FILE_BITS)
            return error("%s: the file is larger than 2^%d bytes", r->name, FILE_BITS);
        text_add_bytes(t, bytes, (size_t)some);
    }
}

// What the file holds, or a part of the first line that a crash left: then it is begun anew.
static int take_up(RunFile *r, Ranges *covered, Worst *worst, const RunCheck *c) {
    Text bytes = { 0 }, header = { 0 };
    Digest first = { 0 };
    json_t *object = header_of(c);
    print_line(&header, &first, object, true);
    json_decref(object);
    int status = read_bytes(r, &bytes);
    bool begun = bytes.length >= header.length || bytes.length == 0 ||
                 memcmp(bytes.bytes, header.bytes, bytes.length) != 0;
    if (status == 0 && (bytes.length == 0 || !begun)) {
        r->last = first;
        status = begin_file(r, &header);
    } else if (status == 0) {
        r->length = complete_length(&bytes);
        Reader reader = { .name = r->name, .bytes = text_string(&bytes), .length = r->length };
        status = r->length == 0 ? error("%s:1: no line of a run file", r->name)
                                : read_file(&reader, covered, worst, c);
        r->last = reader.last;
        if (status == 0 && r->length < bytes.length &&
            ftruncate(r->descriptor, (off_t)r->length) < 0)
            status = cannot(r, "written");
    }
    text_clear(&bytes);
    text_clear(&header);
    return status;
}

int run_file_open(RunFile *r, Ranges *covered, Worst *worst, const RunCheck *c) {
    *r = (RunFile){ .name = c->request->file };
    if (open_locked(r) < 0)
        return -1;
    if (take_up(r, covered, worst, c) == 0)
        return 0;
    run_file_close(r);
    return -1;
}

int run_file_append(RunFile *r, const RunCheck *c, const Ranges *ranges, const Worst *worst) {
    Text line = { 0 };
    Digest last = r->last;
    json_t *object = record_of(c->check, ranges, worst);
    print_line(&line, &last, object, false);
    int status = put(r, &line);
    if (status == 0)
        r->last = last;
    json_decref(object);
    text_clear(&line);
    return status;
}

void run_file_close(RunFile *r) {
    close(r->descriptor);
    *r = (RunFile){ 0 };
}

// ---- joining ----

// The span that the file's part covers; -1 after an error.
static int part_of(Span *span, const Node *header, uint64_t total) {
    Node part = node_member(header, "part");
    size_t index, parts;
    if (node_is_list(&part) < 0)
        return -1;
    if (json_array_size(part.value) != 2)
        return node_error(&part, "expected the part and the number of parts");
    Node first = node_element(&part, 0), second = node_element(&part, 1);
    if (node_integer(&parts, &second, 1, total) < 0 || node_integer(&index, &first, 1, parts) < 0)
        return -1;
    *span = run_part(&(RunRequest){ .part = index, .parts = parts }, total);
    return 0;
}

static int join_one(Ranges *covered, Worst *worst, const RunCheck *c, const char *file,
                    json_t *expected) {
    Text bytes = { 0 };
    Span part;
    if (input_read(&bytes, file, FILE_BITS) < 0) {
        text_clear(&bytes);
        return -1;
    }
    Reader r = { .name = input_name(file),
                 .bytes = text_string(&bytes),
                 .length = complete_length(&bytes) };
    int status = r.length == 0 ? error("%s:1: no line of a run file", r.name) : next_line(&r);
    if (status == 0) {
        Node header = json_input_root(&r.in);
        status = compare_headers(&r, expected, true);
        if (status == 0)
            status = part_of(&part, &header, c->check->total);
        json_input_clear(&r.in);
    }
    if (status == 0)
        status = read_records(&r, covered, worst, c, part);
    text_clear(&bytes);
    return status;
}

int run_files_join(Ranges *covered, Worst *worst, const RunCheck *c) {
    const RunRequest *request = c->request;
    uint64_t total = c->check->total;
    json_t *expected = header_of(c);
    int status = 0;
    for (size_t i = 0; i < request->joins && status == 0; i++)
        status = join_one(covered, worst, c, request->joined[i], expected);
    json_decref(expected);
    if (status < 0 || ranges_size(covered) == total)
        return status;
    Ranges gaps = { 0 };
    ranges_gaps(&gaps, covered, (Span){ 0, total });
    error("%llu of %llu inputs are in none of the files, the first ranks %llu to %llu",
          (unsigned long long)(total - ranges_size(covered)), (unsigned long long)total,
          (unsigned long long)gaps.span[0].begin, (unsigned long long)gaps.span[0].end - 1);
    ranges_clear(&gaps);
    return -1;
}

int run_file_claim(char **claim, json_t **options, const char *file) {
    Text bytes = { 0 };
    const char *s;
    if (input_read(&bytes, file, FILE_BITS) < 0) {
        text_clear(&bytes);
        return -1;
    }
    Reader r = { .name = input_name(file),
                 .bytes = text_string(&bytes),
                 .length = complete_length(&bytes) };
    int status = r.length == 0 ? error("%s:1: no line of a run file", r.name) : next_line(&r);
    if (status == 0) {
        Node header = json_input_root(&r.in), named = node_member(&header, "claim");
        Node given = node_member(&header, "options");
        if (node_string(&s, &named) < 0 || node_is_object(&given) < 0) {
            status = -1;
        } else {
            *claim = alloc_string(s);
            *options = json_incref(given.value);
        }
        json_input_clear(&r.in);
    }
    text_clear(&bytes);
    return status;
}
