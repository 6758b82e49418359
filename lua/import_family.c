#include "lua/import_family.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"

#define MOE  TRAIT_MOE
#define TIED "{\"tie_word_embeddings\": true}"
#define GEMMA3                                                                                     \
    "{\"tie_word_embeddings\": true, \"vocab_size\": 262208, \"num_attention_heads\": 8, "         \
    "\"num_key_value_heads\": 4, \"head_dim\": 256, \"sliding_window\": 4096, "                    \
    "\"hidden_size\": 2304, \"num_hidden_layers\": 26, \"intermediate_size\": 9216}"

// clang-format off
const Family FAMILIES[] = {
    {"llama", "LlamaForCausalLM LLaMAForCausalLM SmolLM3ForCausalLM XverseForCausalLM YiForCausalLM SolarForCausalLM AprielForCausalLM", "llama smollm3 xverse solar apriel", 0, NULL, NULL, NULL},
    {"mistral", "MistralForCausalLM Mistral3ForConditionalGeneration MinistralForCausalLM Ministral3ForCausalLM", "mistral ministral ministral3 mistral3", TRAIT_WINDOW, NULL, NULL, NULL},
    {"mixtral", "MixtralForCausalLM", "mixtral", MOE | TRAIT_WINDOW, NULL, NULL, NULL},
    {"qwen2", "Qwen2ForCausalLM Qwen2_5_VLForConditionalGeneration Qwen2VLForConditionalGeneration MiMoForCausalLM", "qwen2 qwen2_vl qwen2_5_vl qwen2_vl_text qwen2_5_vl_text qwen2_5_omni_text mimo", TRAIT_QKV_BIAS | TRAIT_BARE_OUTPUT, NULL, own_qwen2, NULL},
    {"qwen2_moe", "Qwen2MoeForCausalLM", "qwen2_moe", MOE | TRAIT_QKV_BIAS | TRAIT_BARE_OUTPUT, NULL, own_qwen_moe, NULL},
    {"qwen3", "Qwen3ForCausalLM Qwen3VLForConditionalGeneration", "qwen3 qwen3_vl qwen3_vl_text", TRAIT_QK_NORM, "{\"head_dim\": 128}", own_qwen2, NULL},
    {"qwen3_moe", "Qwen3MoeForCausalLM Qwen3VLMoeForConditionalGeneration", "qwen3_moe qwen3_vl_moe qwen3_vl_moe_text qwen3_omni_moe_text qwen3_omni_moe_thinker interns1_pro_text", MOE | TRAIT_QK_NORM, NULL, own_qwen_moe, NULL},
    {"qwen3_next", "Qwen3NextForCausalLM", "qwen3_next", MOE | TRAIT_QK_NORM, "{\"head_dim\": 256, \"full_attention_interval\": 4}", own_qwen_hybrid, NULL},
    {"qwen3_5", "Qwen3_5ForConditionalGeneration Qwen3_5ForCausalLM Qwen3_5MoeForConditionalGeneration Qwen3_5MoeForCausalLM", "qwen3_5 qwen3_5_text qwen3_5_moe qwen3_5_moe_text", MOE | TRAIT_QK_NORM,
     "{\"head_dim\": 256, \"full_attention_interval\": 4}", own_qwen_hybrid, NULL},
    {"deepseek_v2", "DeepseekV2ForCausalLM", "deepseek_v2", MOE, NULL, own_mla, NULL},
    {"deepseek_v3", "DeepseekV3ForCausalLM AXK1ForCausalLM Mistral4ForCausalLM SarvamMLAForCausalLM", "deepseek_v3 axk1 mistral4 sarvam_mla kimi_vl", MOE, "{\"topk_method\": \"noaux_tc\"}", own_mla, NULL},
    {"deepseek_v32", "DeepseekV32ForCausalLM", "deepseek_v32", MOE, "{\"topk_method\": \"noaux_tc\"}", own_mla, NULL},
    {"kimi_k2", "KimiK2ForCausalLM KimiK25ForConditionalGeneration", "kimi_k2 kimi_k25", MOE, "{\"topk_method\": \"noaux_tc\"}", own_mla, NULL},
    {"mla", "MiniCPM3ForCausalLM YoutuForCausalLM", "minicpm3 youtu youtu_llm", MOE, TIED, own_mla, NULL},
    {"pangu_ultra", "PanguUltraMoEForCausalLM", "pangu_ultra_moe", MOE, NULL, own_pangu_ultra, NULL},
    {"deepseek_v4", "DeepseekV4ForCausalLM", "deepseek_v4", MOE, "{\"head_dim\": 512, \"num_key_value_heads\": 1}", own_deepseek_v4, NULL},
    {"longcat", "LongcatFlashForCausalLM LongcatCausalLM", "longcat_flash longcat", MOE, NULL, own_longcat, NULL},
    {"kimi_linear", "KimiLinearForCausalLM", "kimi_linear", MOE, NULL, own_kimi_linear, NULL},
    {"glm4_moe", "Glm4MoeForCausalLM Glm4vMoeForConditionalGeneration SolarOpenForCausalLM", "glm4_moe glm4v_moe glm4v_moe_text solar_open", MOE | TRAIT_BARE_OUTPUT | TRAIT_ROUTER_BIAS, NULL, own_glm4_moe, NULL},
    {"glm5", "GlmMoeDsaForCausalLM Glm4MoeLiteForCausalLM", "glm_moe_dsa glm4_moe_lite", MOE | TRAIT_ROUTER_BIAS, "{\"first_k_dense_replace\": 3}", own_mla, NULL},
    {"glm4", "Glm4ForCausalLM Glm4vForConditionalGeneration", "glm4 glm4v glm4v_text", TRAIT_BARE_OUTPUT | TRAIT_FOUR_NORMS, NULL, NULL, NULL},
    {"gpt_oss", "GptOssForCausalLM", "gpt_oss", MOE, "{\"attention_bias\": true}", own_gpt_oss, NULL},
    {"gemma", "GemmaForCausalLM", "gemma", 0, "{\"tie_word_embeddings\": true, \"head_dim\": 256}", NULL, NULL},
    {"gemma2", "Gemma2ForCausalLM", "gemma2", TRAIT_FOUR_NORMS, "{\"tie_word_embeddings\": true, \"head_dim\": 256, \"sliding_window\": 4096}", own_gemma2, NULL},
    {"gemma3", "Gemma3ForConditionalGeneration Gemma3ForCausalLM", "gemma3 gemma3_text", TRAIT_FOUR_NORMS | TRAIT_QK_NORM, GEMMA3, own_gemma3, NULL},
    {"gemma4", "Gemma4ForConditionalGeneration Gemma4ForCausalLM", "gemma4 gemma4_text", MOE | TRAIT_FOUR_NORMS | TRAIT_QK_NORM, TIED, own_gemma4, NULL},
    {"gemma3n", "Gemma3nForConditionalGeneration Gemma3nForCausalLM", "gemma3n gemma3n_text", TRAIT_FOUR_NORMS | TRAIT_QK_NORM, TIED, own_gemma3n, NULL},
    {"phimoe", "PhiMoEForCausalLM PhimoeForCausalLM", "phimoe", MOE | TRAIT_WINDOW, NULL, own_phimoe, NULL},
    {"phi3", "Phi3ForCausalLM Phi4MMForCausalLM", "phi3 phi4mm phi4_multimodal", TRAIT_WINDOW, NULL, NULL, NULL},
    {"phi", "PhiForCausalLM", "phi", TRAIT_PLAIN | TRAIT_LAYER_NORM | TRAIT_BIASES | TRAIT_PARALLEL, NULL, own_phi, NULL},
    {"llama4", "Llama4ForConditionalGeneration Llama4ForCausalLM", "llama4 llama4_text", MOE, "{\"attention_chunk_size\": 8192}", own_llama4, NULL},
    {"minimax_m2", "MiniMaxM2ForCausalLM", "minimax_m2", MOE, NULL, own_minimax_m2, NULL},
    {"minimax_01", "MiniMaxText01ForCausalLM MiniMaxM1ForCausalLM MiniMaxForCausalLM", "minimax_text_01 minimax_m1 minimax", MOE, NULL, own_minimax_01, NULL},
    {"nemotron_h", "NemotronHForCausalLM", "nemotron_h", TRAIT_PLAIN, NULL, own_nemotron_h, NULL},
    {"granite_hybrid", "GraniteMoeHybridForCausalLM", "granitemoehybrid", 0, TIED, own_granite_hybrid, NULL},
    {"granite", "GraniteForCausalLM", "granite", 0, NULL, NULL, NULL},
    {"granite_moe", "GraniteMoeForCausalLM", "granitemoe", MOE, NULL, NULL, NULL},
    {"jamba", "JambaForCausalLM", "jamba", 0, NULL, own_jamba, NULL},
    {"cohere", "CohereForCausalLM Cohere2ForCausalLM", "cohere cohere2", TRAIT_PARALLEL, TIED, own_cohere, NULL},
    {"olmo2", "Olmo2ForCausalLM Olmo3ForCausalLM", "olmo2 olmo3", TRAIT_QK_NORM | TRAIT_WIDE_NORM, NULL, NULL, NULL},
    {"olmo", "OlmoForCausalLM", "olmo", 0, NULL, own_olmo, NULL},
    {"olmoe", "OlmoeForCausalLM FlexOlmoForCausalLM", "olmoe flex_olmo", MOE | TRAIT_QK_NORM | TRAIT_WIDE_NORM, NULL, NULL, NULL},
    {"olmo_hybrid", "OlmoHybridForCausalLM Olmo3_5HybridForCausalLM", "olmo_hybrid olmo3_5_hybrid", TRAIT_QK_NORM | TRAIT_WIDE_NORM, NULL, own_olmo_hybrid, NULL},
    {"exaone", "ExaoneForCausalLM Exaone4ForCausalLM ExaoneMoEForCausalLM ExaoneMoeForCausalLM", "exaone exaone4 exaone_moe", MOE, NULL, own_exaone, NULL},
    {"hunyuan_moe", "HunYuanMoEV1ForCausalLM HunYuanDenseV1ForCausalLM HYV3ForCausalLM", "hunyuan_v1_moe hunyuan_v1_dense hy_v3", MOE, NULL, own_hunyuan, NULL},
    {"ernie_moe", "Ernie4_5_MoeForCausalLM Ernie4_5_MoEForCausalLM Ernie4_5_ForCausalLM Ernie4_5ForCausalLM", "ernie4_5_moe ernie4_5", MOE, TIED, own_ernie, NULL},
    {"ernie_vl", "Ernie4_5_VLMoeForConditionalGeneration", "ernie4_5_moe_vl ernie4_5_vl_moe ernie4_5_vl_moe_text", MOE | TRAIT_FIRST, TIED, own_ernie_vl, NULL},
    {"seed_oss", "SeedOssForCausalLM", "seed_oss", TRAIT_BARE_OUTPUT, "{\"attention_bias\": true}", own_seed_oss, NULL},
    {"step", "Step3VLForConditionalGeneration Step3TextForCausalLM Step3p5ForCausalLM", "step3_text step3p5 step3_vl", MOE, NULL, own_step, NULL},
    {"mimo_v2", "MiMoV2FlashForCausalLM MiMoV2ForCausalLM", "mimo_v2_flash mimo_v2", MOE, NULL, own_mimo_v2, NULL},
    {"nemotron_nas", "DeciLMForCausalLM", "nemotron-nas deci", 0, NULL, own_nemotron_nas, NULL},
    {"nemotron", "NemotronForCausalLM", "nemotron", TRAIT_PLAIN | TRAIT_LAYER_NORM, NULL, NULL, NULL},
    {"bailing", "BailingMoeForCausalLM BailingMoeV2ForCausalLM BailingMoeLinearForCausalLM BailingMoeLinearV2ForCausalLM BailingMoeV2_5ForCausalLM SarvamMoEForCausalLM",
     "bailing_moe bailing_moe_v2 bailing_moe_linear bailing_moe_linear_v2 bailing_moe_v2_5 bailing_hybrid sarvam_moe", MOE, NULL, own_bailing, NULL},
    {"llada2", "LLaDA2MoeModelLM LLaDA2MoeForCausalLM", "llada2_moe", MOE, NULL, own_llada2, NULL},
    {"llada", "LLaDAModelLM LLaDAMoEModelLM LLaDAMoEModel", "llada llada_moe", MOE, NULL, own_diffusion, NULL},
    {"dream", "DreamModel DreamForCausalLM", "Dream dream", TRAIT_QKV_BIAS | TRAIT_BARE_OUTPUT, NULL, own_diffusion, NULL},
    {"dots1", "Dots1ForCausalLM", "dots1", MOE | TRAIT_QK_NORM | TRAIT_ROUTER_BIAS, NULL, NULL, NULL},
    {"afmoe", "AfmoeForCausalLM", "afmoe", MOE | TRAIT_QK_NORM | TRAIT_FOUR_NORMS | TRAIT_ROUTER_BIAS, NULL, own_afmoe, NULL},
    {"arcee", "ArceeForCausalLM", "arcee", TRAIT_PLAIN, NULL, NULL, NULL},
    {"apertus", "ApertusForCausalLM", "apertus", TRAIT_PLAIN | TRAIT_QK_NORM, NULL, NULL, NULL},
    {"bitnet", "BitNetForCausalLM BitnetForCausalLM", "bitnet", 0, TIED, own_bitnet, NULL},
    {"lfm2", "Lfm2ForCausalLM Lfm2MoeForCausalLM", "lfm2 lfm2_moe", MOE | TRAIT_QK_NORM, TIED, own_lfm2, NULL},
    {"bamba", "BambaForCausalLM", "bamba", 0, NULL, own_bamba, NULL},
    {"grok", "Grok1ForCausalLM Grok1ModelForCausalLM", "grok-1 grok1 git", MOE, NULL, own_grok, NULL},
    {"internlm", "InternLM2ForCausalLM InternLM3ForCausalLM", "internlm2 internlm3", 0, NULL, own_internlm, NULL},
    {"chatglm", "ChatGLMModel ChatGLMForConditionalGeneration", "chatglm", 0, NULL, own_chatglm, NULL},
    {"minicpm", "MiniCPMForCausalLM", "minicpm", 0, TIED, NULL, NULL},
    {"hyperclovax", "HyperCLOVAXForCausalLM", "hyperclovax", 0, NULL, own_hyperclovax, NULL},
    {"pangu", "PanguProMoEForCausalLM PanguProMoEV2ForCausalLM PanguEmbeddedForCausalLM", "PanguProMoE pangu_pro_moe PanguEmbedded", MOE, NULL, own_pangu, NULL},
    {"looped", "OuroForCausalLM IQuestCoderForCausalLM IQuestLoopCoderForCausalLM", "ouro iquestcoder iquestloopcoder", 0, NULL, own_looped, NULL},
    {"mllama", "MllamaForConditionalGeneration MllamaForCausalLM", "mllama mllama_text_model", 0, NULL, own_mllama, NULL},
    {"falcon_h1", "FalconH1ForCausalLM", "falcon_h1", 0, NULL, own_falcon_h1, NULL},
    {"mamba2", "Mamba2ForCausalLM", "mamba2", 0, "{\"num_attention_heads\": 1}", own_mamba2, NULL},
    {"mamba", "MambaForCausalLM FalconMambaForCausalLM", "mamba falcon_mamba", 0, "{\"num_attention_heads\": 1}", own_mamba1, NULL},
    {"rwkv7", "RWKV7ForCausalLM Rwkv7ForCausalLM", "rwkv7", TRAIT_PLAIN | TRAIT_LAYER_NORM, "{\"num_attention_heads\": 1}", own_rwkv7, NULL},
    {"falcon", "FalconForCausalLM RWForCausalLM", "falcon RefinedWeb RefinedWebModel", TRAIT_PLAIN | TRAIT_LAYER_NORM, TIED, own_falcon, NULL},
    {"opt", "OPTForCausalLM", "opt", TRAIT_PLAIN | TRAIT_LAYER_NORM | TRAIT_BIASES, TIED, own_opt, NULL},
    {"gptj", "GPTJForCausalLM", "gptj", TRAIT_PLAIN | TRAIT_LAYER_NORM | TRAIT_PARALLEL, NULL, own_gptj, NULL},
    {"bloom", "BloomForCausalLM BloomModel", "bloom", TRAIT_PLAIN | TRAIT_LAYER_NORM | TRAIT_BIASES, TIED, own_bloom, NULL},
    {"gpt2", "GPT2LMHeadModel GPTBigCodeForCausalLM", "gpt2 gpt_bigcode", TRAIT_PLAIN | TRAIT_LAYER_NORM | TRAIT_BIASES, TIED, own_gpt2, NULL},
    {"gpt_neo", "GPTNeoForCausalLM", "gpt_neo", TRAIT_PLAIN | TRAIT_LAYER_NORM, TIED, own_gpt_neo, NULL},
    {"gpt_neox", "GPTNeoXForCausalLM", "gpt_neox", TRAIT_PLAIN | TRAIT_LAYER_NORM | TRAIT_BIASES, NULL, own_gpt_neox, NULL},
    {"starcoder2", "Starcoder2ForCausalLM", "starcoder2", TRAIT_PLAIN | TRAIT_LAYER_NORM | TRAIT_WINDOW, TIED, own_starcoder2, NULL},
    {"zamba", "ZambaForCausalLM Zamba2ForCausalLM", "zamba zamba2", 0, NULL, NULL, "its attention blocks are shared by many layers, with an adapter for each"},
    {"hymba", "HymbaForCausalLM", "hymba", 0, NULL, NULL, "its heads of attention and of states share one projection"},
    {"samba", "Phi4FlashForCausalLM SambaForCausalLM", "phi4flash samba", 0, NULL, NULL, "its later layers gate and read the memory of earlier ones"},
    {"rwkv", "RwkvForCausalLM Rwkv5ForCausalLM Rwkv6ForCausalLM", "rwkv rwkv5 rwkv6", 0, NULL, NULL, "of its versions only RWKV-7 is known"},
    {"recurrent_gemma", "RecurrentGemmaForCausalLM", "recurrent_gemma", 0, NULL, NULL, "its recurrence is of another kind than the states that a model has"},
    {"encoder", "BertForMaskedLM ModernBertForMaskedLM RobertaForMaskedLM T5ForConditionalGeneration MT5ForConditionalGeneration T5GemmaForConditionalGeneration "
     "T5Gemma2ForConditionalGeneration BartForConditionalGeneration WhisperForConditionalGeneration", "bert modernbert roberta t5 mt5 t5gemma t5gemma2 bart whisper", 0, NULL, NULL, "it is no decoder-only network"},
};
// clang-format on
const int FAMILY_COUNT = FIELD_COUNT(FAMILIES);

static bool among(const char *words, const char *wanted) {
    char word[64];
    for (const char *rest = words; (rest = config_word(rest, word));)
        if (strcmp(word, wanted) == 0)
            return true;
    return false;
}

static const Family *find_name(const char *name) {
    for (int i = 0; name && i < FAMILY_COUNT; i++)
        if (text_same_name(FAMILIES[i].name, name) || among(FAMILIES[i].architectures, name) ||
            among(FAMILIES[i].types, name))
            return &FAMILIES[i];
    return NULL;
}

static const char *first_architecture(json_t *object) {
    const json_t *list = json_object_get(object, "architectures");
    return json_string_value(json_is_array(list) ? json_array_get(list, 0) : list);
}

static const char *type_of(json_t *object) {
    return json_string_value(json_object_get(object, "model_type"));
}

static const Family *unknown(Config *config, const char *what, const char *given) {
    const Family *nearest = NULL;
    Nearest best = {0};
    char word[64];
    for (int i = 0; i < FAMILY_COUNT; i++) {
        const char *before = best.best;
        int distance = best.distance;
        nearest_offer(&best, given, FAMILIES[i].name);
        for (const char *rest = FAMILIES[i].architectures; (rest = config_word(rest, word));) {
            nearest_offer(&best, given, word);
            if (best.best == word) // the buffer changes, the family's name does not
                best.best = FAMILIES[i].name;
        }
        if (best.best && (best.best != before || best.distance != distance))
            nearest = &FAMILIES[i];
    }
    config_fail(config, NULL, "%s '%.60s' is not a known one", what, given);
    if (nearest)
        error_hint(config->err, "the nearest family is %s; --as %s reads the config as one",
                   nearest->name, nearest->name);
    else
        error_hint(config->err, "--as FAMILY reads it as a family's, such as --as llama; chipfit "
                                "import --help lists them");
    return NULL;
}

const Family *family_find(Config *config, const char *as) {
    const char *architecture = first_architecture(config->root);
    const Family *family = find_name(as);
    if (as && !family)
        return unknown(config, "the family", as);
    // What is nested says more than its wrapper, which may hold any network.
    const char *names[] = {architecture, type_of(config->root), first_architecture(config->body),
                           type_of(config->body)};
    static const int FLAT[] = {0, 1, 2, 3}, NESTED[] = {2, 3, 0, 1};
    for (int i = 0; i < 4 && !family; i++)
        family = find_name(names[(config->nest[0] ? NESTED : FLAT)[i]]);
    for (int i = 0; i < 4 && !family; i++)
        if (names[i])
            return unknown(config, "the architecture", names[i]);
    if (!family) {
        config_fail(config, NULL, "has neither architectures nor model_type");
        error_hint(config->err, "--as FAMILY says what it is, such as --as llama");
    } else if (family->cannot) {
        config_fail(config, NULL, "a model cannot be made of a %s: %s", family->name,
                    family->cannot);
        family = NULL;
    }
    return family;
}

void reading_window(Reading *in, const char *keys) {
    int window = config_int(in->config, keys, 0);
    int longest = config_int(in->config, "max_position_embeddings", 0);
    if (window == 0 || (longest > 0 && window >= longest))
        return;
    in->model->attention.window = window;
    memset(in->mixers, 'l', (size_t)in->model->layers);
}

void reading_pattern(Reading *in, int every, char rest) {
    for (int i = 0; i < in->model->layers; i++)
        in->mixers[i] = every > 0 && (i + 1) % every == 0 ? 'g' : rest;
}

void reading_local(Reading *in, int every) {
    int window = config_int(in->config, "sliding_window", 0);
    if (config_has(in->config, "layer_types") || window == 0)
        return;
    in->model->attention.window = window;
    reading_pattern(in, every, 'l');
}

static char letter_of(const char *type) {
    static const struct {
        const char *types;
        char letter;
    } LETTERS[] = {
        {"full_attention attention global global_attention",                  'g'},
        {"sliding_attention sliding_window_attention local",                  'l'},
        {"chunked_attention",                                                 'c'},
        {"linear_attention mamba mamba2 lightning_attention conv hybrid kda", 's'},
    };
    for (size_t i = 0; i < sizeof LETTERS / sizeof *LETTERS; i++)
        if (among(LETTERS[i].types, type))
            return LETTERS[i].letter;
    return 0;
}

// The list has an entry for each layer, or more of which the last are of prediction layers.
static bool long_enough(Reading *in, const char *key, const json_t *list) {
    if (json_array_size(list) >= (size_t)in->model->layers)
        return true;
    return config_fail(in->config, key, "has %zu entries for %d layers", json_array_size(list),
                       in->model->layers);
}

static void read_layer_types(Reading *in) {
    const char *key = "layer_types";
    if (!config_has(in->config, key))
        key = "layers_block_type";
    const json_t *list = config_list(in->config, key);
    config_has(in->config, "layer_types");
    if (!list || json_array_size(list) == 0 || !long_enough(in, key, list))
        return;
    bool local = false;
    for (int i = 0; i < in->model->layers && !in->config->failed; i++) {
        const char *type = config_text_at(in->config, key, list, (size_t)i);
        in->mixers[i] = letter_of(type);
        local = local || in->mixers[i] == 'l';
        if (!in->mixers[i])
            config_fail(in->config, key, "'%.60s' is not understood", type);
    }
    in->model->attention.window =
        local ? config_int(in->config, "sliding_window window_size", 0) : 0;
    if (local && in->model->attention.window == 0)
        config_fail(in->config, key, "has sliding layers, but sliding_window is not given");
}

// Which layers have experts: all, or as any of the keys for it says.
static void place_experts(Reading *in) {
    Config *c = in->config;
    int layers = in->model->layers;
    int first = config_int(c, "first_k_dense_replace moe_layer_start_index num_dense_layers", 0);
    int last = config_int(c, "moe_layer_end_index", layers - 1);
    last = last < 0 ? layers - 1 : last;
    const json_t *list = config_list(c, "moe_layers");
    const json_t *types = config_list(c, "mlp_layer_types");
    const json_t *dense = config_list(c, "mlp_only_layers");
    const json_t *every = config_any(c, "moe_layer_freq");
    int step = config_int(c, "decoder_sparse_step interleave_moe_layer_step moe_layer_interval", 1);
    int period = json_is_array(every) ? 1 : config_int(c, "moe_layer_freq", 1);
    for (int i = 0; i < layers; i++) {
        bool expert = i >= first && i <= last && period > 0 && i % period == 0 && step > 0 &&
                      (i + 1) % step == 0;
        in->feeds[i] = expert && !list ? 'e' : 'd';
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        int layer = config_int_at(c, "moe_layers", list, i);
        if (layer < layers)
            in->feeds[layer] = 'e';
    }
    for (size_t i = 0; i < json_array_size(dense); i++) {
        int layer = config_int_at(c, "mlp_only_layers", dense, i);
        if (layer < layers)
            in->feeds[layer] = 'd';
    }
    const json_t *has = config_list(c, "is_moe_layer");
    if (has && long_enough(in, "is_moe_layer", has))
        for (int i = 0; i < layers; i++)
            in->feeds[i] = config_flag_at(c, "is_moe_layer", has, (size_t)i) ? 'e' : 'd';
    if (json_is_array(every) && long_enough(in, "moe_layer_freq", every))
        for (int i = 0; i < layers; i++)
            in->feeds[i] = config_int_at(c, "moe_layer_freq", every, (size_t)i) ? 'e' : 'd';
    if (types && long_enough(in, "mlp_layer_types", types))
        for (int i = 0; i < layers; i++) {
            const char *type = config_text_at(c, "mlp_layer_types", types, (size_t)i);
            in->feeds[i] = strcmp(type, "dense") == 0 ? 'd' : 'e';
        }
}

void reading_experts(Reading *in) {
    Config *c = in->config;
    Model *m = in->model;
    Experts *moe = &m->moe;
    moe->experts = config_int(
        c, "num_experts n_routed_experts num_local_experts moe_num_experts num_routed_experts", 0);
    if (moe->experts == 0)
        return;
    moe->top_k = config_need(c, "num_experts_per_tok top_k_experts moe_topk moe_k moe_top_k "
                                "experts_per_token num_experts_per_token num_selected_experts");
    moe->d_expert = config_int(
        c,
        "moe_intermediate_size expert_ffn_hidden_size expert_hidden_dim expert_intermediate_size",
        m->ffn.d_ff);
    moe->shared_experts = config_int(c,
                                     "n_shared_experts num_shared_experts num_shared_expert "
                                     "moe_num_shared_experts moe_num_shared_expert",
                                     0);
    const char *method = config_text(c, "topk_method");
    moe->router_bias = moe->router_bias || (method && strcmp(method, "noaux_tc") == 0);
    place_experts(in);
}

void reading_mamba2(Reading *in, const char *heads, const char *head_dim, const char *state,
                    const char *groups, const char *conv) {
    Config *c = in->config;
    in->model->state = (StateMixer){.key_heads = config_int(c, groups, 1),
                                    .key_dim = config_need(c, state),
                                    .value_heads = config_need(c, heads),
                                    .value_dim = config_need(c, head_dim),
                                    .conv = config_int(c, conv, 4),
                                    .scalars = 1,
                                    .gate = true};
}

static void read_common(Reading *in, unsigned traits) {
    Config *c = in->config;
    Model *m = in->model;
    Attention *a = &m->attention;
    m->d_model = config_need(c, "hidden_size n_embd d_model n_embed model_dim");
    m->layers = config_need(c, "num_hidden_layers n_layer num_layers n_layers");
    if (m->layers > MODEL_LAYERS) {
        config_fail(c, "num_hidden_layers", "%d layers are more than %d", m->layers, MODEL_LAYERS);
        m->layers = 1;
    }
    m->vocab = config_need(c, "padded_vocab_size vocab_size");
    m->tied_embeddings = config_flag(c, "tie_word_embeddings tie_embedding weight_tying", false);
    a->heads = config_need(c, "num_attention_heads n_head num_heads n_heads");
    a->kv_heads = config_int(c, "num_key_value_heads num_kv_heads n_head_kv n_kv_heads", 0);
    a->head_dim = config_int(c, "head_dim attention_head_dim", 0);
    m->ffn.d_ff = config_mean(
        c,
        "dense_intermediate_size intermediate_size ffn_dim n_inner ffn_hidden_size mlp_hidden_size",
        0);
    m->ffn.gated = !(traits & TRAIT_PLAIN);
    bool biases = traits & TRAIT_BIASES;
    bool bias = config_flag(c, "attention_bias", biases);
    a->qkv_bias = bias || (traits & TRAIT_QKV_BIAS);
    a->out_bias = bias && !(traits & TRAIT_BARE_OUTPUT);
    bool normed = json_is_true(config_any(c, "use_qk_norm qk_norm qk_layernorm"));
    a->qk_norm = normed || (traits & TRAIT_QK_NORM);
    a->wide_qk_norm = traits & TRAIT_WIDE_NORM;
    m->ffn.bias = config_flag(c, "mlp_bias", biases);
    m->norm_bias = traits & TRAIT_LAYER_NORM;
    m->parallel = traits & TRAIT_PARALLEL;
    m->norms = traits & TRAIT_FOUR_NORMS ? 4 : traits & TRAIT_PARALLEL ? 1 : 2;
    m->moe.router_bias = traits & TRAIT_ROUTER_BIAS;
    m->mtp_layers = config_int(
        c, "num_nextn_predict_layers mtp_num_hidden_layers num_mtp_modules mtp_num_layers", 0);
}

// The shortest text that, repeated, gives the letters; NULL where it is the one that stands for a missing one.
static const char *shortest(const char *letters, int layers, char otherwise, Arena *arena) {
    int period = 1;
    while (period < layers && memcmp(letters, letters + period, (size_t)(layers - period)) != 0)
        period++;
    return period == 1 && letters[0] == otherwise ? NULL
                                                  : arena_text_n(arena, letters, (size_t)period);
}

// Says the letters of the feed-forwards by first_dense where that will do, and drops what no layer uses.
static void settle_feeds(Reading *in, Arena *arena) {
    Model *m = in->model;
    const char *first = strchr(in->feeds, 'e');
    bool dense = strchr(in->feeds, 'd') != NULL;
    if (!dense)
        m->ffn.d_ff = 0;
    if (!first) {
        m->moe = (Experts){.every = 1};
        m->feeds = shortest(in->feeds, m->layers, 'd', arena);
    } else if (strspn(first, "e") == strlen(first) &&
               strspn(in->feeds, "d") == (size_t)(first - in->feeds)) {
        m->moe.first_dense = (int)(first - in->feeds);
    } else {
        m->feeds = shortest(in->feeds, m->layers, 0, arena);
    }
}

void family_read(const Family *family, Config *config, Model *model, Arena *arena) {
    Reading in = {.config = config, .model = model};
    config->first_counts = family->traits & TRAIT_FIRST;
    if (family->defaults)
        config_defaults(config, family->defaults);
    read_common(&in, family->traits);
    memset(in.mixers, 'g', (size_t)model->layers);
    memset(in.feeds, 'd', (size_t)model->layers);
    if (family->traits & TRAIT_WINDOW)
        reading_window(&in, "sliding_window");
    read_layer_types(&in);
    if (family->traits & TRAIT_MOE)
        reading_experts(&in);
    if (family->own)
        family->own(&in);
    if (config->failed)
        return;
    model->mixers = shortest(in.mixers, model->layers, model->attention.window ? 'l' : 'g', arena);
    settle_feeds(&in, arena);
}
