#include "base/input.h"
#include "base/error.h"
#include <errno.h>
#include <string.h>

static bool is_standard(const char *file) { return strcmp(file, "-") == 0; }

const char *input_name(const char *file) { return is_standard(file) ? "<stdin>" : file; }

int input_read(Text *t, const char *file, unsigned bits) {
    const char *name = input_name(file);
    FILE *in = is_standard(file) ? stdin : fopen(file, "rb");
    if (in == NULL)
        return error("%s: %s", name, strerror(errno));
    int status = text_read(t, in, (size_t)1 << bits);
    if (status < 0 && errno == EFBIG)
        error("%s: the file is larger than 2^%u bytes", name, bits);
    else if (status < 0)
        error("%s: %s", name, strerror(errno));
    if (!is_standard(file))
        fclose(in);
    return status;
}
