#include "sim/costs.h"

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

UnitCost *costs_find(Costs *costs, const UnitOfWork *unit, double batch, double kv_len,
                     bool *known) {
    CostKey key = {costs->base,  unit->sequences, unit->all_sequences,
                   unit->tokens, unit->useful,    kv_len,
                   batch};
    CostEntry *entry = &costs->entries[place_of(&key) & costs->mask];
    const CostKey *held = &entry->key;
    *known = held->base.low == key.base.low && held->base.high == key.base.high &&
             held->sequences == key.sequences && held->all_sequences == key.all_sequences &&
             held->tokens == key.tokens && held->useful == key.useful &&
             held->kv_len == key.kv_len && held->batch == key.batch;
    if (!*known)
        entry->key = key;
    return &entry->cost;
}

#define NUMBERS 256

// Numbers of the struct by its table, those of sections too.
static int add_fields(const FieldTable *table, const char *object, double numbers[], int count) {
    for (int i = 0; i < table->count; i++) {
        const Field *field = &table->fields[i];
        if (field->kind == FIELD_SECTION)
            count = add_fields(field->table, object + field->offset, numbers, count);
        else if (field->kind != FIELD_TEXT && field->kind != FIELD_LIST && count < NUMBERS &&
                 strcmp(field->name, "layers") != 0)
            numbers[count++] = field_number(field, object);
    }
    return count;
}

Hash costs_of_model(const Model *model) {
    double numbers[NUMBERS];
    int count = add_fields(&MODEL_TABLE, (const char *)model, numbers, 0);
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
