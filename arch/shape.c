#include "arch/shape.h"

#include <string.h>

#include "sim/base/text.h"

// Sections in which a plain name is looked for, in this order.
static const char *const SECTIONS[] = {"moe",    "ffn", "attention", "state", "local_attention",
                                       "indexer"};
#define SECTION_COUNT ((int)(sizeof SECTIONS / sizeof SECTIONS[0]))

static const Field *in_table(const FieldTable *table, const char *name) {
    for (int i = 0; i < table->count; i++)
        if (strcmp(table->fields[i].name, name) == 0)
            return &table->fields[i];
    return NULL;
}

static const Field *section(const char *name) {
    const Field *field = in_table(&MODEL_TABLE, name);
    return field && field->kind == FIELD_SECTION ? field : NULL;
}

// "indexer.top_k"
static const Field *dotted(const char *name, const char *dot, size_t *offset) {
    char first[64];
    size_t length = (size_t)(dot - name);
    if (length >= sizeof first)
        return NULL;
    memcpy(first, name, length);
    first[length] = '\0';
    const Field *outer = section(first);
    *offset = outer ? outer->offset : 0;
    return outer ? in_table(outer->table, dot + 1) : NULL;
}

static const Field *plain(const char *name, size_t *offset) {
    const Field *field = in_table(&MODEL_TABLE, name);
    *offset = 0;
    for (int i = 0; i < SECTION_COUNT && !field; i++) {
        const Field *outer = section(SECTIONS[i]);
        field = outer ? in_table(outer->table, name) : NULL;
        *offset = field ? outer->offset : 0;
    }
    return field;
}

static void offer_all(Nearest *nearest, const char *name) {
    for (int i = 0; i < MODEL_TABLE.count; i++) {
        const Field *field = &MODEL_TABLE.fields[i];
        nearest_offer(nearest, name, field->name);
        for (int j = 0; field->kind == FIELD_SECTION && j < field->table->count; j++)
            nearest_offer(nearest, name, field->table->fields[j].name);
    }
}

const Field *shape_field(const char *name, size_t *offset, Error *err) {
    const char *dot = strchr(name, '.');
    const Field *field = dot ? dotted(name, dot, offset) : plain(name, offset);
    if (field)
        return field;
    Nearest nearest = {0};
    offer_all(&nearest, dot ? dot + 1 : name);
    error_set(err, "a model has no field '%.60s'", name);
    if (nearest.best)
        error_hint(err, "did you mean '%s'?", nearest.best);
    return NULL;
}

static bool make_dense(Model *model, Error *err) {
    Experts *moe = &model->moe;
    if (moe->top_k > 1)
        return error_set(err, "top_k = %d is above experts = %d", moe->top_k, moe->experts);
    if (model->ffn.d_ff == 0)
        model->ffn.d_ff = moe->d_expert;
    *moe = (Experts){0};
    if (model->feeds && strchr(model->feeds, 'e'))
        model->feeds = NULL;
    return true;
}

bool shape_settle(Model *model, Error *err) {
    Experts *moe = &model->moe;
    model->published_params = model->published_active_params = 0;
    if (moe->experts <= 1) {
        if (!make_dense(model, err))
            return false;
    } else {
        moe->top_k = moe->top_k ? moe->top_k : 1;
        moe->d_expert = moe->d_expert ? moe->d_expert : model->ffn.d_ff;
    }
    return model_finish(model, err);
}
