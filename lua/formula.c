#include "lua/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Reader {
    const char *rest;
    FormulaLookup *lookup;
    void *context;
    Error *err;
    bool failed;
} Reader;

static double read_sum(Reader *reader);

static double fail(Reader *reader, const char *what) {
    if (!reader->failed)
        error_set(reader->err, "formula: %s at '%.40s'", what, reader->rest);
    reader->failed = true;
    return 0;
}

static bool take(Reader *reader, const char *sign) {
    while (*reader->rest == ' ')
        reader->rest++;
    size_t length = strlen(sign);
    if (strncmp(reader->rest, sign, length) != 0)
        return false;
    reader->rest += length;
    return true;
}

static void need(Reader *reader, const char *sign) {
    if (!take(reader, sign))
        fail(reader, "something is missing");
}

// Bytes of the name that begins here; "hbm_bytes[3]" is one.
static size_t name_length(const char *text) {
    if (!isalpha((unsigned char)*text))
        return 0;
    size_t length = 1;
    while (isalnum((unsigned char)text[length]) || text[length] == '_' || text[length] == '[' ||
           text[length] == ']')
        length++;
    return length;
}

static double read_name(Reader *reader) {
    char name[FORMULA_NAME_BYTES];
    size_t length = name_length(reader->rest);
    double value;
    if (length == 0 || length >= sizeof name)
        return fail(reader, "a name is expected");
    memcpy(name, reader->rest, length);
    name[length] = '\0';
    if (!reader->lookup(reader->context, name, &value))
        return fail(reader, "unknown name");
    reader->rest += length;
    return value;
}

typedef enum Pair { PAIR_MAX, PAIR_MIN, PAIR_POW } Pair;

static double read_pair(Reader *reader, Pair pair) {
    double a = read_sum(reader);
    need(reader, ",");
    double b = read_sum(reader);
    need(reader, ")");
    if (pair == PAIR_POW)
        return pow(a, b);
    return (a > b) == (pair == PAIR_MAX) ? a : b;
}

static double read_factor(Reader *reader) {
    if (reader->failed)
        return 0;
    if (take(reader, "-"))
        return -read_factor(reader);
    if (take(reader, "max("))
        return read_pair(reader, PAIR_MAX);
    if (take(reader, "min("))
        return read_pair(reader, PAIR_MIN);
    if (take(reader, "pow("))
        return read_pair(reader, PAIR_POW);
    if (take(reader, "(")) {
        double value = read_sum(reader);
        need(reader, ")");
        return value;
    }
    if (!isdigit((unsigned char)*reader->rest))
        return read_name(reader);
    char *end;
    double value = strtod(reader->rest, &end);
    reader->rest = end;
    return value;
}

static double read_product(Reader *reader) {
    double value = read_factor(reader);
    while (!reader->failed) {
        if (take(reader, "*"))
            value *= read_factor(reader);
        else if (take(reader, "/"))
            value /= read_factor(reader);
        else
            break;
    }
    return value;
}

static double read_sum(Reader *reader) {
    double value = read_product(reader);
    while (!reader->failed) {
        if (take(reader, "+"))
            value += read_product(reader);
        else if (take(reader, "-"))
            value -= read_product(reader);
        else
            break;
    }
    return value;
}

bool formula_value(const char *formula, FormulaLookup *lookup, void *context, double *value,
                   Error *err) {
    Reader reader = {.rest = formula, .lookup = lookup, .context = context, .err = err};
    *value = read_sum(&reader);
    if (take(&reader, "<="))
        *value = *value <= read_sum(&reader) ? 1 : 0;
    take(&reader, "");
    if (!reader.failed && *reader.rest)
        fail(&reader, "something is left over");
    return !reader.failed;
}

void formula_walk(const char *formula, FormulaVisit *visit, void *context) {
    const char *between = formula, *rest = formula;
    while (*rest) {
        size_t length = name_length(rest);
        // "1e9" is a number, "max(" an operator.
        if (length == 0 || rest[length] == '(' ||
            (rest > formula && isdigit((unsigned char)rest[-1]))) {
            rest += length ? length : 1;
            continue;
        }
        char name[FORMULA_NAME_BYTES] = "";
        if (length < sizeof name)
            memcpy(name, rest, length);
        if (rest > between)
            visit(context, NULL, between, (size_t)(rest - between));
        visit(context, name, rest, length);
        rest += length;
        between = rest;
    }
    if (rest > between)
        visit(context, NULL, between, (size_t)(rest - between));
}

// Copies a sum's body with every name that ends in "_f" given the word's ending (word), or every name given an index.
static void add_body(Text *out, const char *body, size_t length, const char *word, int index) {
    for (size_t i = 0; i < length;) {
        size_t name = name_length(body + i);
        if (name > length - i)
            name = length - i;
        bool named = name > 2 && strncmp(body + i + name - 2, "_f", 2) == 0;
        text_add_n(out, body + i, word && named ? name - 1 : name ? name : 1);
        if (word && named)
            text_add(out, word);
        else if (!word && name > 0)
            text_addf(out, "[%d]", index);
        i += name ? name : 1;
    }
}

// Bytes up to the bracket that closes the one before `text`.
static size_t body_length(const char *text) {
    size_t length = 0;
    for (int depth = 1; text[length]; length++) {
        depth += (text[length] == '(') - (text[length] == ')');
        if (depth == 0)
            break;
    }
    return length;
}

// The sum that begins here, or NULL; *body is what it runs over.
static const FormulaSum *sum_at(const char *formula, const FormulaSum sums[], int sum_count,
                                const char **body) {
    for (int i = 0; i < sum_count; i++) {
        size_t name = strlen(sums[i].name);
        if (strncmp(formula, sums[i].name, name) == 0 && formula[name] == '(') {
            *body = formula + name + 1;
            return &sums[i];
        }
    }
    return NULL;
}

void formula_expand(const char *formula, const FormulaSum sums[], int sum_count, Text *out) {
    text_add(out, "");
    while (*formula) {
        const char *body;
        const FormulaSum *sum = sum_at(formula, sums, sum_count, &body);
        if (!sum) {
            text_add_n(out, formula++, 1);
            continue;
        }
        size_t length = body_length(body);
        text_add(out, sum->count ? "(" : "(0");
        for (int i = 0; i < sum->count; i++) {
            text_add(out, i ? " + " : "");
            add_body(out, body, length, sum->words ? sum->words[i] : NULL,
                     sum->indexes ? sum->indexes[i] : 0);
        }
        text_add(out, ")");
        formula = body + length + (body[length] == ')');
    }
}
