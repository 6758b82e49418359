// import_family.h — what each family of Hugging Face architectures means by the keys of its config.
//
// One table, FAMILIES: the names that a family goes by, what all its members have (traits, defaults for absent keys),
// and a function for the keys that are its own. All families share the common keys, read by family_read.
#ifndef LUA_IMPORT_FAMILY_H
#define LUA_IMPORT_FAMILY_H

#include "arch/model.h"
#include "lua/import_config.h"

#ifdef __cplusplus
extern "C" {
#endif

// A model while it is read: one letter a layer for mixers and feed-forwards.
typedef struct Reading {
    Config *config;
    Model *model;
    char mixers[MODEL_LAYERS + 1], feeds[MODEL_LAYERS + 1];
} Reading;

typedef enum Trait {
    TRAIT_WINDOW = 1,         // sliding_window holds for all layers
    TRAIT_MOE = 2,            // reads the experts' keys
    TRAIT_QK_NORM = 4,        // queries and keys are normed
    TRAIT_QKV_BIAS = 8,       // queries, keys and values always have biases
    TRAIT_BARE_OUTPUT = 16,   // attention_bias does not reach the output projection
    TRAIT_PLAIN = 32,         // two matrices, not three
    TRAIT_LAYER_NORM = 64,    // norms have biases
    TRAIT_BIASES = 128,       // all matrices have biases
    TRAIT_PARALLEL = 256,     // attention and feed-forward side by side, behind one norm
    TRAIT_FOUR_NORMS = 512,   // norms before and after both blocks
    TRAIT_ROUTER_BIAS = 1024, // the router corrects its scores
    TRAIT_WIDE_NORM = 2048,   // queries and keys are normed with a weight for every head
    TRAIT_FIRST = 4096        // of values for text and for images those for text stand first
} Trait;

typedef struct Family {
    const char *name;          // what --as takes
    const char *architectures; // class names, blank-separated
    const char *types;         // values of model_type, blank-separated
    unsigned traits;
    const char *defaults;     // values of absent keys, a JSON object; NULL: none
    void (*own)(Reading *in); // NULL: nothing beyond the common keys
    const char *cannot;       // why no model can be made of it; NULL: one can
} Family;

extern const Family FAMILIES[];
extern const int FAMILY_COUNT;

// By --as, else by the config's architectures, else by its model_type. NULL with the nearest name.
const Family *family_find(Config *config, const char *as);

// Reads the config into the model, whose fields have their initial values.
void family_read(const Family *family, Config *config, Model *model, Arena *arena);

// Steps that families share, see import_family.c.
void reading_window(Reading *in, const char *keys); // all layers local, where there is a window
void reading_pattern(Reading *in, int every,
                     char rest);            // every so manieth layer global, others `rest`
void reading_local(Reading *in, int every); // the same with local ones, if no layer_types said it
void reading_experts(Reading *in);
void reading_mamba2(Reading *in, const char *heads, const char *head_dim, const char *state,
                    const char *groups, const char *conv);

void reading_mamba1(Reading *in, int inner, int state, int conv, int rank);
void reading_lightning(Reading *in); // the state of linear attention that has attention's heads

// import_own.c
void own_mla(Reading *in);
void own_qwen2(Reading *in);
void own_qwen_moe(Reading *in);
void own_qwen_hybrid(Reading *in);
void own_glm4_moe(Reading *in);
void own_gpt_oss(Reading *in);
void own_gemma2(Reading *in);
void own_gemma3(Reading *in);
void own_gemma4(Reading *in);
void own_llama4(Reading *in);
void own_minimax_m2(Reading *in);
void own_minimax_01(Reading *in);
void own_nemotron_h(Reading *in);
void own_granite_hybrid(Reading *in);
void own_jamba(Reading *in);
void own_cohere(Reading *in);
void own_exaone(Reading *in);
void own_hunyuan(Reading *in);
void own_ernie(Reading *in);
void own_ernie_vl(Reading *in);
void own_seed_oss(Reading *in);

// import_hybrid.c
void own_falcon_h1(Reading *in);
void own_longcat(Reading *in);
void own_lfm2(Reading *in);
void own_kimi_linear(Reading *in);
void own_mimo_v2(Reading *in);
void own_step(Reading *in);
void own_nemotron_nas(Reading *in);
void own_bailing(Reading *in);
void own_afmoe(Reading *in);
void own_bamba(Reading *in);
void own_mamba2(Reading *in);
void own_mamba1(Reading *in);
void own_rwkv7(Reading *in);
void own_olmo_hybrid(Reading *in);

// import_new.c
void own_gemma3n(Reading *in);
void own_deepseek_v4(Reading *in);
void own_grok(Reading *in);
void own_phi(Reading *in);
void own_phimoe(Reading *in);
void own_hyperclovax(Reading *in);
void own_internlm(Reading *in);
void own_chatglm(Reading *in);
void own_pangu(Reading *in);
void own_pangu_ultra(Reading *in);
void own_diffusion(Reading *in);
void own_llada2(Reading *in);
void own_looped(Reading *in);
void own_bitnet(Reading *in);
void own_olmo(Reading *in);
void own_mllama(Reading *in);

// import_old.c
void own_falcon(Reading *in);
void own_opt(Reading *in);
void own_gptj(Reading *in);
void own_bloom(Reading *in);
void own_gpt2(Reading *in);
void own_gpt_neo(Reading *in);
void own_gpt_neox(Reading *in);
void own_starcoder2(Reading *in);

#ifdef __cplusplus
}
#endif
#endif
