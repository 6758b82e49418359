#include "sim/costs.h"

#include <assert.h>
#include <string.h>

static uint64_t bits(double x) {
    uint64_t whole;
    memcpy(&whole, &x, sizeof whole);
    return whole;
}

// Mixes the bits of the numbers that vary from unit to unit (multipliers: Knuth, and splitmix64 by Vigna).
static uint64_t place_of(const CostKey *key) {
    uint64_t mixed = key->base.low;
    const double numbers[] = {key->batch, key->all_sequences, key->tokens, key->kv_len};
    for (int i = 0; i < 4; i++)
        mixed = (mixed ^ bits(numbers[i])) * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    return mixed ^ (mixed >> 31);
}

static bool is_key(const CostKey *a, const CostKey *b) {
    return a->base.low == b->base.low && a->base.high == b->base.high && a->batch == b->batch &&
           a->all_sequences == b->all_sequences && a->sequences == b->sequences &&
           a->tokens == b->tokens && a->useful == b->useful && a->kv_len == b->kv_len;
}

// A key has two places side by side; where both are taken the one that served longer ago gives way.
UnitCost *costs_find(Costs *costs, const UnitOfWork *unit, double batch, double kv_len,
                     bool *known) {
    const CostKey key = {costs->base,  unit->sequences, unit->all_sequences,
                         unit->tokens, unit->useful,    kv_len,
                         batch};
    CostEntry *pair = &costs->entries[place_of(&key) & costs->mask & ~(uint64_t)1];
    int place = is_key(&pair[0].key, &key) ? 0 : is_key(&pair[1].key, &key) ? 1 : -1;
    *known = place >= 0;
    if (place < 0) {
        place = pair[0].last ? 1 : 0;
        pair[place].key = key;
    }
    pair[place].last = true;
    pair[1 - place].last = false;
    return &pair[place].cost;
}

#define NUMBERS 256

// Numbers of the struct by its table, those of sections too.
static int add_fields(const FieldTable *table, const char *object, double numbers[], int count) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        if (field->kind == FIELD_SECTION)
            count = add_fields(field->table, object + field->offset, numbers, count);
        else if (field->kind != FIELD_TEXT && field->kind != FIELD_LIST &&
                 strcmp(field->name, "layers") != 0) {
            assert(count < NUMBERS); // one left out would make two models the same
            numbers[count++] = field_number(field, object);
        }
    }
    return count;
}

Hash costs_of_model(const Model *model) {
    double numbers[NUMBERS];
    int count = add_fields(&MODEL_TABLE, (const char *)model, numbers, 0);
    assert(count + 3 * MODEL_KINDS <= NUMBERS);
    for (int i = 0; i < model->kind_count; i++) {
        const LayerKind *kind = &model->kinds[i];
        numbers[count++] = kind->mixer;
        numbers[count++] = kind->feed;
        numbers[count++] = kind->shares_kv;
    }
    return hash_bytes(numbers, (size_t)count * sizeof numbers[0]);
}

Hash costs_of_plan(const Plan *plan) {
    const double numbers[] = {plan->chips,
                              plan->tp,
                              plan->cp,
                              plan->dp,
                              plan->pp,
                              plan->ep,
                              plan->etp,
                              plan->copies,
                              plan->cp_kind,
                              plan->overlap,
                              plan->tp_group.size,
                              plan->tp_group.stride,
                              plan->cp_group.size,
                              plan->cp_group.stride,
                              plan->dp_group.size,
                              plan->dp_group.stride,
                              plan->ep_group.size,
                              plan->ep_group.stride,
                              plan->etp_group.size,
                              plan->etp_group.stride,
                              plan->pp_group.stride};
    return hash_bytes(numbers, sizeof numbers);
}
