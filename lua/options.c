#include "lua/options.h"

#include <stdio.h>
#include <string.h>

#include "lua/table.h"
#include "sim/base/text.h"

#define NAME_BYTES  64
#define MOST_FIELDS 64

// What one option on the command line means: a key of the request or one of the command's own.
typedef struct Found {
    const Field *key;
    const Option *own;
    int index; // for the check on repetition
} Found;

static bool unknown(const Options *options, const char *name, Error *err) {
    Nearest nearest = {0};
    for (int i = 0; i < options->own_count; i++)
        nearest_offer(&nearest, name, options->own[i].name);
    for (int i = 0; options->request && i < REQUEST_TABLE.count; i++)
        nearest_offer(&nearest, name, REQUEST_TABLE.fields[i].name);
    error_set(err, "there is no option '--%s'", name);
    if (nearest.best) {
        char shown[NAME_BYTES];
        snprintf(shown, sizeof shown, "%s", nearest.best);
        for (char *c = shown; *c; c++)
            *c = *c == '_' ? '-' : *c;
        return error_hint(err, "did you mean '--%s'?", shown);
    }
    return error_hint(err, "chipfit %s --help lists the options", options->command);
}

static bool find(const Options *options, const char *name, Found *found, Error *err) {
    *found = (Found){0};
    for (int i = 0; i < options->own_count; i++) {
        if (text_same_name(options->own[i].name, name)) {
            found->own = &options->own[i];
            found->index = i;
            return true;
        }
    }
    for (int i = 0; options->request && i < REQUEST_TABLE.count; i++) {
        if (text_same_name(REQUEST_TABLE.fields[i].name, name)) {
            found->key = &REQUEST_TABLE.fields[i];
            found->index = options->own_count + i;
            return true;
        }
    }
    return unknown(options, name, err);
}

static bool apply(const Options *options, const Found *found, const char *name, const char *value,
                  Error *err) {
    if (found->key)
        return request_set_text(options->request, found->key, value, err);
    if (found->own->flag)
        *found->own->flag = true;
    else if (!*value)
        return error_set(err, "--%s: is empty", name);
    else
        *found->own->value = value;
    return true;
}

// Splits "--name=value"; *value is NULL when it must be the next word.
static bool split(const char *word, char name[NAME_BYTES], const char **value, Error *err) {
    const char *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    if (length >= NAME_BYTES)
        return error_set(err, "there is no option '--%.40s...'", word);
    memcpy(name, word, length);
    name[length] = '\0';
    *value = equals ? equals + 1 : NULL;
    return true;
}

static bool takes_no_word(const Options *options, const char *word, Error *err) {
    error_set(err, "'%.60s' is not an option", word);
    Nearest nearest = {0};
    for (int i = 0; options->request && i < REQUEST_TABLE.count; i++)
        nearest_offer(&nearest, word, REQUEST_TABLE.fields[i].name);
    if (nearest.best && text_same_name(nearest.best, word))
        return error_hint(err, "write it with two hyphens: --%s", nearest.best);
    return error_hint(err, "options begin with two hyphens, as in --batch 64");
}

static bool wants_help(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

bool options_read(const Options *options, int argc, char **argv, bool *help, Error *err) {
    bool seen[MOST_FIELDS] = {false};
    *help = wants_help(argc, argv);
    for (int i = 1; i < argc && !*help; i++) {
        char name[NAME_BYTES];
        const char *value = NULL;
        Found found;
        if (strncmp(argv[i], "--", 2) != 0 || !argv[i][2])
            return takes_no_word(options, argv[i], err);
        if (!split(argv[i] + 2, name, &value, err) || !find(options, name, &found, err))
            return false;
        bool flag = found.own && found.own->flag;
        if (flag && value)
            return error_set(err, "--%s takes no value", name);
        if (!flag && !value && (i + 1 == argc || strncmp(argv[i + 1], "--", 2) == 0))
            return error_set(err, "--%s lacks its value", name);
        if (seen[found.index])
            return error_set(err, "--%s is given twice", name);
        seen[found.index] = true;
        if (!apply(options, &found, name, flag || value ? value : argv[++i], err))
            return false;
    }
    return true;
}

// A default that the meaning does not tell.
static void add_default(Text *words, const Field *key) {
    if (key->initial == 0)
        return;
    char value[48];
    unit_format(value, sizeof value, key->initial, key->unit);
    text_addf(words, "; default: %s", value);
}

static void help_line(const char *name, const char *value, const char *range, const char *help) {
    char left[NAME_BYTES];
    snprintf(left, sizeof left, "  --%s %s", name, value);
    for (char *c = left + 2; *c && *c != ' '; c++)
        *c = *c == '_' ? '-' : *c;
    Text line = {0}, words = {0};
    text_addf(&words, "%s%s%s%s", help, range[0] ? " [" : "", range, range[0] ? "]" : "");
    text_addf(&line, "%-26s ", left);
    table_wrap(&line, words.data, 27, 27);
    fputs(line.data, stdout);
    text_free(&words);
    text_free(&line);
}

static const char *value_name(const Field *key) {
    return key->kind == FIELD_TEXT ? "NAME" : key->kind == FIELD_LIST ? "N,N,..." : "N";
}

void options_help(const Options *options) {
    printf("%s\n\nusage: chipfit %s%s\n", options->summary, options->command,
           options->own_count || options->request ? " [options]" : "");
    printf("example: %s\n", options->example);
    if (options->request)
        printf("\nThe design:\n");
    for (int i = 0; options->request && i < REQUEST_TABLE.count; i++) {
        const Field *key = &REQUEST_TABLE.fields[i];
        char range[128] = "";
        field_range(key, range, sizeof range);
        Text words = {0};
        text_add(&words, key->help);
        add_default(&words, key);
        help_line(key->name, value_name(key), range, words.data);
        text_free(&words);
    }
    if (options->own_count)
        printf("\nOptions:\n");
    for (int i = 0; i < options->own_count; i++) {
        const Option *own = &options->own[i];
        help_line(own->name, own->value_name ? own->value_name : "", "", own->help);
    }
}

int options_fail(const Error *err) {
    char text[1400];
    error_text(err, text, sizeof text);
    fprintf(stderr, "chipfit: %s\n", text);
    return 2;
}
