// replay.c - a main for a fuzz target: tries every file of the folders named.
#include "base/error.h"
#include "base/text.h"
#include "fuzz.h"
#include <dirent.h>
#include <stdlib.h>

static void replay_file(const char *name) {
    FILE *in = fopen(name, "rb");
    Text bytes = { 0 };
    if (in == NULL || text_read(&bytes, in, SIZE_MAX / 2) < 0)
        die("%s: cannot be read", name);
    fclose(in);
    LLVMFuzzerTestOneInput((const uint8_t *)text_string(&bytes), bytes.length);
    text_clear(&bytes);
}

static size_t replay_folder(const char *folder) {
    DIR *files = opendir(folder);
    if (files == NULL)
        die("%s: no folder", folder);
    size_t count = 0;
    for (struct dirent *file; (file = readdir(files)) != NULL;) {
        if (file->d_name[0] == '.')
            continue;
        Text name = { 0 };
        text_printf(&name, "%s/%s", folder, file->d_name);
        replay_file(text_string(&name));
        text_clear(&name);
        count++;
    }
    closedir(files);
    return count;
}

int main(int argc, char **argv) {
    size_t count = 0;
    for (int i = 1; i < argc; i++)
        count += replay_folder(argv[i]);
    printf("%zu files replayed\n", count);
    return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
