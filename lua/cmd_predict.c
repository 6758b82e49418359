// predict: many designs from other programs, a JSON object a line in, one out, in order.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/commands.h"
#include "lua/json.h"
#include "lua/name_cache.h"
#include "lua/options.h"
#include "lua/request_json.h"
#include "lua/stream.h"

#define LINE_BYTES   1000000
#define MOST_THREADS 1024

typedef struct Predict {
    Library *library;
    pthread_mutex_t lock; // of the library
    NameCache **caches;   // one a worker
    atomic_bool bad, no_room;
} Predict;

// Made when a worker has its first line: most of the threads that may be asked for never start.
static NameCache *cache_of(Predict *predict, int worker) {
    NameCache **cache = &predict->caches[worker];
    if (!*cache)
        *cache = cache_new((NameSource){predict->library, &predict->lock, NULL});
    return *cache;
}

static void add_answer(Text *out, const JsonRequest *json, const Design *design,
                       const Metrics *metrics) {
    text_add(out, "{");
    if (json->id) {
        text_add(out, "\"id\":");
        text_add(out, json->id);
        text_add(out, ",");
    }
    json_answer_members(out, &json->request, design, metrics);
    text_add(out, "}\n");
}

static void add_error(Text *out, const Error *err, const char *id, long long line) {
    json_error(out, err, id, line);
    text_add(out, "\n");
}

static bool is_blank(const StreamLine *line) {
    for (size_t i = 0; i < line->length; i++)
        if (!strchr(" \t\r", line->text[i]) || !line->text[i])
            return false;
    return true;
}

static void answer(void *context, int worker, const StreamLine *line, Text *out) {
    Predict *predict = context;
    Error err = {0};
    if (!line->text) {
        error_set(&err, "the line is longer than %d bytes", LINE_BYTES);
        atomic_store(&predict->bad, true);
        add_error(out, &err, NULL, line->number);
        return;
    }
    if (is_blank(line))
        return;
    JsonRequest json;
    Names names;
    Design design;
    bool no_room = false;
    bool good = request_json_read(line->text, line->length, &json, &err) &&
                cache_find(cache_of(predict, worker), &json.request, &names, &err) &&
                request_design(&json.request, &names, &design, &no_room, &err);
    if (good) {
        Metrics metrics;
        evaluate(&design, &metrics, NULL);
        add_answer(out, &json, &design, &metrics);
    } else {
        atomic_store(no_room ? &predict->no_room : &predict->bad, true);
        add_error(out, &err, json.id, line->number);
    }
    request_json_free(&json);
}

static int predict_run(int threads, Error *err) {
    Predict predict = {.library = library_open(err)};
    if (!predict.library)
        return 2;
    predict.caches = calloc((size_t)threads, sizeof(NameCache *));
    if (!predict.caches) {
        library_free(predict.library);
        error_set(err, "out of memory");
        return 3;
    }
    pthread_mutex_init(&predict.lock, NULL);
    atomic_init(&predict.bad, false);
    atomic_init(&predict.no_room, false);
    json_object_seed(1); // before threads start; the order of keys does not depend on it
    const Stream stream = {.in = STDIN_FILENO,
                           .out = STDOUT_FILENO,
                           .threads = threads,
                           .line_bytes = LINE_BYTES,
                           .answer = answer,
                           .context = &predict};
    int code = stream_run(&stream, err);
    for (int i = 0; i < threads; i++)
        cache_free(predict.caches[i]);
    free(predict.caches);
    pthread_mutex_destroy(&predict.lock);
    library_free(predict.library);
    if (code == 0 && atomic_load(&predict.bad)) {
        error_set(err, "some lines were no designs; their answers say why");
        return 2;
    }
    if (code == 0 && atomic_load(&predict.no_room)) {
        error_set(err, "in some lines not even one sequence fits; their answers say by how much");
        return 1;
    }
    return code;
}

static bool read_threads(const char *text, int *threads, Error *err) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    *threads = online < 1 ? 1 : online > MOST_THREADS ? MOST_THREADS : (int)online;
    if (!text)
        return true;
    static const Field THREADS = {
        .name = "threads", .kind = FIELD_INT, .min = 1, .max = MOST_THREADS};
    return field_set_text(&THREADS, threads, text, err);
}

int cmd_predict(int argc, char **argv) {
    const char *threads_text = NULL;
    const Option own[] = {
        {"threads", "N", "threads that work; default: one a core", &threads_text, NULL},
    };
    const Options options = {
        .command = "predict",
        .summary =
            "Predicts many designs: a JSON object a line on standard input, one a line out, in "
            "order.\nKeys are explain's options, in any case and with '-' for '_'; \"id\" is "
            "echoed. Blank lines are skipped.\nA bad line is answered by {\"error\", \"hint\", "
            "\"line\"}, and the exit code is then 2.\nA design that does not fit is a result with "
            "\"fits\": false. Batch \"max\" where not one sequence fits is\nanswered like a bad "
            "line, but the exit code is 1 if nothing worse occurs.\n"
            "chip, system and model may be objects, for those that no file holds: a base and what "
            "differs, in the words\nof derive { } and shape { }, as in \"model\": {\"base\": "
            "\"llama-3.1-8b\", \"layers\": 40, \"experts\": 8}.",
        .example =
            "echo "
            "'{\"chip\":\"h100_sxm\",\"model\":\"llama-3.1-8b\",\"phase\":\"decode\",\"batch\":8,"
            "\"context\":4096}' | chipfit predict",
        .own = own,
        .own_count = FIELD_COUNT(own),
    };
    Error err = {0};
    int threads;
    bool help;
    if (!options_read(&options, argc, argv, &help, &err))
        return options_fail(&err);
    if (help) {
        options_help(&options);
        return 0;
    }
    if (!read_threads(threads_text, &threads, &err))
        return options_fail(&err);
    int code = predict_run(threads, &err);
    if (code != 0)
        options_fail(&err);
    return code;
}
