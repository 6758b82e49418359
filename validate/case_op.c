#include "validate/case_op.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// A number of "key=value key=value"; 0 where the key is not there.
static double input(const char *inputs, const char *key) {
    size_t length = strlen(key);
    for (const char *at = inputs; at && *at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL)
        if (strncmp(at, key, length) == 0 && at[length] == '=')
            return strtod(at + length + 1, NULL);
    return 0;
}

static Op *add(Case *it, OpKind kind, const char *name) {
    Row *row = &it->row;
    Op *op = &row->ops[row->op_count++];
    *op = (Op){.kind = kind, .name = name, .balance = 1, .touch = 1};
    return op;
}

static bool add_matmul(const Csv *csv, const char *inputs, Case *it) {
    const char *dtype = csv_cell(csv, csv_column(csv, "dtype"));
    double m = input(inputs, "M"), n = input(inputs, "N"), k = input(inputs, "K");
    bool eight = strncmp(dtype, "fp8", 3) == 0, four = strcmp(dtype, "fp4") == 0;
    // Only cuBLASLt's rows scale whole tensors; DeepGEMM's scale blocks.
    bool blocks = eight && strncmp(it->family, "azure", 5) != 0;
    Format format = blocks  ? FORMAT_FP8_BLOCK
                    : eight ? FORMAT_FP8
                    : four  ? FORMAT_NVFP4
                            : FORMAT_BF16;
    if (it->row.chip && chip_math(it->row.chip, FORMATS[format].math) == MATH_COUNT)
        return case_skip(it, "the chip has no such arithmetic");
    it->work = 2 * m * n * k;
    add(it, OP_MATMUL, "matmul")->matmul =
        (MatmulShape){.batch = 1, .m = m, .n = n, .k = k, .a = format, .b = format};
    return true;
}

static bool add_decode(const Csv *csv, const char *inputs, Case *it) {
    bool fp8 = strstr(csv_cell(csv, csv_column(csv, "dtype")), "fp8") != NULL;
    bool latent = input(inputs, "dk") > 0;
    double heads = latent ? input(inputs, "heads") : input(inputs, "hq");
    double kv_heads = latent ? 1 : input(inputs, "hkv");
    double qk = latent ? input(inputs, "dk") : input(inputs, "d");
    double v = latent ? input(inputs, "dv") : qk, keys = input(inputs, "kv");
    add(it, OP_ATTENTION, "attention")->attention =
        (AttentionShape){.sequences = input(inputs, "B"),
                         .q_len = 1,
                         .kv_len = keys,
                         .heads = heads,
                         .kv_heads = kv_heads,
                         .qk_dim = qk,
                         .v_dim = v,
                         .kv_values = latent ? qk : kv_heads * (qk + v),
                         .split = 1,
                         .kv = fp8 ? FORMAT_FP8 : FORMAT_BF16,
                         .decode = true};
    return true;
}

static bool add_prefill(const char *inputs, Case *it) {
    double heads = input(inputs, "heads"), kv_heads = heads, dim = input(inputs, "d");
    double length = input(inputs, "S"), sequences = input(inputs, "B");
    const char *packed = strstr(inputs, "hq-hkv-d=");
    int given = 0;
    if (packed) {
        char *rest;
        heads = strtod(packed + strlen("hq-hkv-d="), &rest);
        kv_heads = strtod(rest + 1, &rest);
        dim = strtod(rest + 1, NULL);
        sequences = 1;
        given = 1;
    }
    if (!given && input(inputs, "causal") != 1)
        return case_skip(it, "attention without a causal mask is not modelled");
    if (!(heads > 0))
        return case_skip(it, "the number of heads is not stated");
    // The source counts four products a pair of the lower triangle.
    it->work = 2 * length * length * dim * heads * sequences;
    add(it, OP_ATTENTION, "attention")->attention =
        (AttentionShape){.sequences = sequences,
                         .q_len = length,
                         .kv_len = length,
                         .heads = heads,
                         .kv_heads = kv_heads,
                         .qk_dim = dim,
                         .v_dim = dim,
                         .kv_values = kv_heads * 2 * dim,
                         .split = 1,
                         .kv = FORMAT_BF16};
    return true;
}

static bool add_collective(const char *inputs, Case *it) {
    const char *op = strstr(inputs, "op=");
    bool reduces = op && strncmp(op, "op=all_reduce", 13) == 0;
    double bytes = input(inputs, "bytes"), n = it->row.chips;
    if (!reduces && !(op && strncmp(op, "op=all_to_all", 13) == 0))
        return case_skip(it, "no such collective is modelled alone");
    if (!(bytes > 0))
        return case_skip(it, "the size is not stated");
    if (n < 2)
        return case_skip(it, "the number of chips is not stated");
    it->work = bytes * (reduces ? 2 : 1) * (n - 1) / n;
    add(it, OP_COLLECTIVE, "collective")->collective = (CollectiveShape){
        .kind = reduces ? COLLECTIVE_ALL_REDUCE : COLLECTIVE_ALL_TO_ALL,
        .group = {(int)n, 1},
        .bytes = bytes,
        .library = LIBRARY_NCCL
    };
    return true;
}

static bool find_quantity(Case *it) {
    if (it->unit == 0)
        return false;
    if (strcmp(it->metric, "duration") == 0 || strcmp(it->metric, "time") == 0)
        it->quantity = CASE_KERNEL_TIME;
    else if (strcmp(it->metric, "achieved_flops") == 0)
        it->quantity = CASE_KERNEL_RATE;
    else if (strcmp(it->metric, "busbw") == 0)
        it->quantity = CASE_BUS_RATE;
    else
        return false;
    it->faster_is_more = it->quantity != CASE_KERNEL_TIME;
    return true;
}

static bool find_chip(const Csv *csv, const Catalog *catalog, Case *it, Error *err) {
    double chips;
    if (!csv_number_or(csv, "n_chips", 1, 1e6, 1, &chips, err))
        return false;
    Error none;
    it->row.chips = (int)chips;
    it->row.chip = catalog_chip(catalog, it->chip, &none);
    if (!it->row.chip || !it->row.chip->system)
        return case_skip(it, "the chip is not known, or has no system");
    it->row.system = catalog_system(catalog, it->row.chip->system, &none);
    if (!system_holds(it->row.system, it->row.chips, &none))
        return case_skip(it, "the chip's default system holds fewer chips");
    return true;
}

bool case_read_op(const Csv *csv, const Catalog *catalog, Case *it, Error *err) {
    const char *inputs = csv_cell(csv, csv_column(csv, "inputs"));
    const char *phase = csv_cell(csv, csv_column(csv, "phase"));
    it->unit = case_unit(csv_cell(csv, csv_column(csv, "unit")));
    if (!find_quantity(it))
        return case_skip(it, "no op's number answers it");
    if (!find_chip(csv, catalog, it, err) || *it->skipped)
        return *it->skipped != '\0';
    if (strstr(phase, "bwd"))
        return case_skip(it, "backward passes are not modelled");
    if (strstr(inputs, "op="))
        return add_collective(inputs, it);
    if (input(inputs, "M") > 0)
        return add_matmul(csv, inputs, it);
    if (input(inputs, "kv") > 0)
        return add_decode(csv, inputs, it);
    if (input(inputs, "S") > 0)
        return add_prefill(inputs, it);
    return case_skip(it, "the shape is not stated");
}

bool case_predict_op(Case *it, const Profile *profile, CaseAnswer *answer) {
    Machine machine = row_machine(&it->row, profile);
    Prediction prediction = row_predict(&it->row, &machine);
    bool time = it->quantity == CASE_KERNEL_TIME;
    double scale = time ? 1 / it->unit : it->work / it->unit;
    answer->predicted = time ? prediction.time_s * scale : scale / prediction.time_s;
    if (prediction.high_s > prediction.low_s) {
        answer->low = time ? prediction.low_s * scale : scale / prediction.high_s;
        answer->high = time ? prediction.high_s * scale : scale / prediction.low_s;
    }
    return true;
}
