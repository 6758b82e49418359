// Configs of models of 2024 to 2026 whose layers are alike,
// written from memory, against the counts that their authors publish.
#include "lua/import_cases_test.h"

// clang-format off
static const ImportCase CASES[] = {
    {"qwen3-vl-8b", 8190735360.0, 0, 0, 0,
     "as Qwen3-8B",
     "{'architectures': ['Qwen3VLForConditionalGeneration'], 'model_type': 'qwen3_vl', 'tie_word_embeddings': "
     "false, 'image_token_id': 151655, 'text_config': {'model_type': 'qwen3_vl_text', 'hidden_size': 4096, "
     "'intermediate_size': 12288, 'num_hidden_layers': 36, 'num_attention_heads': 32, 'num_key_value_heads': 8, "
     "'vocab_size': 151936, 'head_dim': 128, 'attention_bias': false, 'rope_scaling': {'mrope_interleaved': true, "
     "'mrope_section': [24, 20, 20], 'rope_type': 'default'}}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"qwen3-vl-235b-a22b", 235093634560.0, 0, 2.2e+10, 0.03,
     "as Qwen3-235B-A22B",
     "{'architectures': ['Qwen3VLMoeForConditionalGeneration'], 'model_type': 'qwen3_vl_moe', "
     "'tie_word_embeddings': false, 'text_config': {'model_type': 'qwen3_vl_moe_text', 'hidden_size': 4096, "
     "'intermediate_size': 12288, 'num_hidden_layers': 94, 'num_attention_heads': 64, 'num_key_value_heads': 4, "
     "'vocab_size': 151936, 'head_dim': 128, 'decoder_sparse_step': 1, 'mlp_only_layers': [], "
     "'moe_intermediate_size': 1536, 'num_experts': 128, 'num_experts_per_tok': 8, 'norm_topk_prob': true}, "
     "'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"qwen3-omni-30b-a3b", 30532122624.0, 0.0001, 3.3e+09, 0.1,
     "as Qwen3-30B-A3B",
     "{'architectures': ['Qwen3OmniMoeForConditionalGeneration'], 'model_type': 'qwen3_omni_moe', "
     "'enable_audio_output': true, 'talker_config': {'text_config': {'hidden_size': 1024}}, 'thinker_config': "
     "{'text_config': {'model_type': 'qwen3_omni_moe_text', 'hidden_size': 2048, 'intermediate_size': 768, "
     "'num_hidden_layers': 48, 'num_attention_heads': 32, 'num_key_value_heads': 4, 'vocab_size': 152064, "
     "'head_dim': 128, 'shared_expert_intermediate_size': 0, 'moe_intermediate_size': 768, 'num_experts': 128, "
     "'num_experts_per_tok': 8, 'decoder_sparse_step': 1, 'tie_word_embeddings': false}}, 'vision_config': "
     "{'hidden_size': 1152, 'depth': 27}}"},
    {"qwen3-coder-480b-a35b", 480154875392.0, 0, 3.5e+10, 0.03,
     "safetensors total of Qwen/Qwen3-Coder-480B-A35B-Instruct",
     "{'architectures': ['Qwen3MoeForCausalLM'], 'model_type': 'qwen3_moe', 'hidden_size': 6144, "
     "'intermediate_size': 8192, 'num_hidden_layers': 62, 'num_attention_heads': 96, 'num_key_value_heads': 8, "
     "'vocab_size': 151936, 'head_dim': 128, 'decoder_sparse_step': 1, 'mlp_only_layers': [], "
     "'moe_intermediate_size': 2560, 'num_experts': 160, 'num_experts_per_tok': 8, 'qkv_bias': false, "
     "'shared_expert_intermediate_size': 0, 'use_qk_norm': true, 'max_window_layers': 62, 'use_sliding_window': "
     "false, 'sliding_window': null, 'tie_word_embeddings': false}"},
    {"gemma-3-1b", 999885952.0, 0, 0, 0,
     "safetensors total of google/gemma-3-1b-it",
     "{'architectures': ['Gemma3ForCausalLM'], 'model_type': 'gemma3_text', 'hidden_size': 1152, "
     "'intermediate_size': 6912, 'num_hidden_layers': 26, 'num_attention_heads': 4, 'num_key_value_heads': 1, "
     "'vocab_size': 262144, 'head_dim': 256, 'sliding_window': 512, 'sliding_window_pattern': 6, "
     "'query_pre_attn_scalar': 256, 'rope_local_base_freq': 10000, 'attention_bias': false}"},
    {"gemma-3-270m", 268098176.0, 0, 0, 0,
     "safetensors total of google/gemma-3-270m",
     "{'architectures': ['Gemma3ForCausalLM'], 'model_type': 'gemma3_text', 'hidden_size': 640, "
     "'intermediate_size': 2048, 'num_hidden_layers': 18, 'num_attention_heads': 4, 'num_key_value_heads': 1, "
     "'vocab_size': 262144, 'head_dim': 256, 'sliding_window': 512, '_sliding_window_pattern': 6, "
     "'use_bidirectional_attention': false}"},
    {"gemma-3-4b", 3880263168.0, 0.001, 0, 0,
     "4300079472 less the vision tower of 420M: 675M + 3209M in the report",
     "{'architectures': ['Gemma3ForConditionalGeneration'], 'model_type': 'gemma3', 'text_config': {'model_type': "
     "'gemma3_text', 'hidden_size': 2560, 'intermediate_size': 10240, 'num_hidden_layers': 34, 'sliding_window': "
     "1024, 'rope_scaling': {'factor': 8.0}}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"mistral-small-3.1-24b", 23572403200.0, 0, 0, 0,
     "as Mistral Small 3",
     "{'architectures': ['Mistral3ForConditionalGeneration'], 'model_type': 'mistral3', 'image_token_index': 10, "
     "'multimodal_projector_bias': false, 'spatial_merge_size': 2, 'text_config': {'model_type': 'mistral', "
     "'hidden_size': 5120, 'intermediate_size': 32768, 'num_hidden_layers': 40, 'num_attention_heads': 32, "
     "'num_key_value_heads': 8, 'vocab_size': 131072, 'head_dim': 128, 'sliding_window': null}, 'vision_config': "
     "{'hidden_size': 1152, 'depth': 27}}"},
    {"ministral-3-14b", 13500000000.0, 0.005, 0, 0,
     "model card: 13.5B language model",
     "{'architectures': ['Mistral3ForConditionalGeneration'], 'model_type': 'mistral3', 'text_config': "
     "{'model_type': 'ministral3', 'hidden_size': 5120, 'intermediate_size': 16384, 'num_hidden_layers': 40, "
     "'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 131072, 'head_dim': 128, 'sliding_window': "
     "null, 'tie_word_embeddings': false}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"ministral-3-8b", 8400000000.0, 0.015, 0, 0,
     "model card: 8.4B language model",
     "{'architectures': ['Mistral3ForConditionalGeneration'], 'model_type': 'mistral3', 'text_config': "
     "{'model_type': 'ministral3', 'hidden_size': 4096, 'intermediate_size': 14336, 'num_hidden_layers': 34, "
     "'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 131072, 'head_dim': 128, 'sliding_window': "
     "null, 'tie_word_embeddings': false}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"ministral-3-3b", 3400000000.0, 0.015, 0, 0,
     "model card: 3.4B language model",
     "{'architectures': ['Mistral3ForConditionalGeneration'], 'model_type': 'mistral3', 'text_config': "
     "{'model_type': 'ministral3', 'hidden_size': 3072, 'intermediate_size': 9216, 'num_hidden_layers': 26, "
     "'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 131072, 'head_dim': 128, 'sliding_window': "
     "null, 'tie_word_embeddings': true}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"mistral-large-3", 673000000000.0, 0.005, 3.9e+10, 0.03,
     "model card: 673B language model, 39B active",
     "{'architectures': ['Mistral3ForConditionalGeneration'], 'model_type': 'mistral3', 'text_config': "
     "{'model_type': 'deepseek_v3', 'hidden_size': 7168, 'intermediate_size': 16384, 'num_hidden_layers': 61, "
     "'num_attention_heads': 128, 'num_key_value_heads': 128, 'vocab_size': 131072, 'q_lora_rank': 1536, "
     "'kv_lora_rank': 512, 'qk_nope_head_dim': 128, 'qk_rope_head_dim': 64, 'v_head_dim': 128, 'n_routed_experts': "
     "128, 'num_experts_per_tok': 4, 'moe_intermediate_size': 4096, 'n_shared_experts': 1, 'first_k_dense_replace': "
     "3, 'topk_method': 'noaux_tc', 'moe_layer_freq': 1, 'n_group': 1, 'topk_group': 1, 'norm_topk_prob': true, "
     "'routed_scaling_factor': 2.5, 'scoring_func': 'sigmoid', 'ep_size': 1, 'seq_aux': true, 'attention_bias': "
     "false}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"mistral-small-4", 119000000000.0, 0.005, 6.5e+09, 0.1,
     "model card: 119B, 6.5B active with embeddings",
     "{'architectures': ['Mistral3ForConditionalGeneration'], 'model_type': 'mistral3', 'text_config': "
     "{'model_type': 'mistral4', 'hidden_size': 4096, 'intermediate_size': 12288, 'num_hidden_layers': 36, "
     "'num_attention_heads': 32, 'num_key_value_heads': 32, 'vocab_size': 131072, 'q_lora_rank': 1024, "
     "'kv_lora_rank': 256, 'qk_nope_head_dim': 64, 'qk_rope_head_dim': 64, 'v_head_dim': 128, 'n_routed_experts': "
     "128, 'num_experts_per_tok': 4, 'moe_intermediate_size': 2048, 'n_shared_experts': 1, 'first_k_dense_replace': "
     "0, 'topk_method': 'noaux_tc', 'moe_layer_freq': 1, 'n_group': 1, 'topk_group': 1, 'norm_topk_prob': true, "
     "'routed_scaling_factor': 2.5, 'scoring_func': 'sigmoid', 'ep_size': 1, 'seq_aux': true, 'attention_bias': "
     "false, 'head_dim': 128}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"glm-4.5v", 106852251264.0, 0, 0, 0,
     "as GLM-4.5-Air",
     "{'architectures': ['Glm4vMoeForConditionalGeneration'], 'model_type': 'glm4v_moe', 'text_config': "
     "{'model_type': 'glm4v_moe_text', 'hidden_size': 4096, 'intermediate_size': 10944, 'num_hidden_layers': 46, "
     "'num_attention_heads': 96, 'num_key_value_heads': 8, 'vocab_size': 151552, 'head_dim': 128, 'attention_bias': "
     "true, 'partial_rotary_factor': 0.5, 'n_routed_experts': 128, 'n_shared_experts': 1, 'num_experts_per_tok': 8, "
     "'moe_intermediate_size': 1408, 'first_k_dense_replace': 1, 'use_qk_norm': false, 'n_group': 1, 'topk_group': "
     "1, 'norm_topk_prob': true, 'routed_scaling_factor': 1.0}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"glm-4.1v-9b", 9400000000.0, 0.005, 0, 0,
     "as GLM-4-9B-0414, 9.4B",
     "{'architectures': ['Glm4vForConditionalGeneration'], 'model_type': 'glm4v', 'text_config': {'model_type': "
     "'glm4v_text', 'hidden_size': 4096, 'intermediate_size': 13696, 'num_hidden_layers': 40, "
     "'num_attention_heads': 32, 'num_key_value_heads': 2, 'vocab_size': 151552, 'attention_bias': true, "
     "'partial_rotary_factor': 0.5}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"glm-4.7-flash", 30000000000.0, 0.02, 3e+09, 0.2,
     "model card: 30B-A3B",
     "{'architectures': ['Glm4MoeLiteForCausalLM'], 'model_type': 'glm4_moe_lite', 'hidden_size': 2048, "
     "'intermediate_size': 10240, 'num_hidden_layers': 47, 'num_attention_heads': 20, 'num_key_value_heads': 20, "
     "'vocab_size': 154880, 'q_lora_rank': 768, 'kv_lora_rank': 512, 'qk_nope_head_dim': 192, 'qk_rope_head_dim': "
     "64, 'v_head_dim': 256, 'n_routed_experts': 64, 'num_experts_per_tok': 4, 'moe_intermediate_size': 1536, "
     "'n_shared_experts': 1, 'first_k_dense_replace': 1, 'topk_method': 'noaux_tc', 'moe_layer_freq': 1, 'n_group': "
     "1, 'topk_group': 1, 'norm_topk_prob': true, 'routed_scaling_factor': 2.5, 'scoring_func': 'sigmoid', "
     "'ep_size': 1, 'seq_aux': true, 'attention_bias': false, 'num_nextn_predict_layers': 1, "
     "'partial_rotary_factor': 1.0, 'tie_word_embeddings': false}"},
    {"moonlight-16b-a3b", 15960111936.0, 1e-06, 2.24e+09, 0.17,
     "safetensors total of moonshotai/Moonlight-16B-A3B; 2.24B active without embedding and head",
     "{'architectures': ['DeepseekV3ForCausalLM'], 'model_type': 'deepseek_v3', 'hidden_size': 2048, "
     "'intermediate_size': 11264, 'num_hidden_layers': 27, 'num_attention_heads': 16, 'num_key_value_heads': 16, "
     "'vocab_size': 163840, 'q_lora_rank': null, 'kv_lora_rank': 512, 'qk_nope_head_dim': 128, 'qk_rope_head_dim': "
     "64, 'v_head_dim': 128, 'n_routed_experts': 64, 'num_experts_per_tok': 6, 'moe_intermediate_size': 1408, "
     "'n_shared_experts': 2, 'first_k_dense_replace': 1, 'topk_method': 'noaux_tc', 'moe_layer_freq': 1, 'n_group': "
     "1, 'topk_group': 1, 'norm_topk_prob': true, 'routed_scaling_factor': 2.5, 'scoring_func': 'sigmoid', "
     "'ep_size': 1, 'seq_aux': true, 'attention_bias': false}"},
    {"kimi-vl-a3b", 15960111936.0, 1e-05, 0, 0,
     "as Moonlight-16B-A3B",
     "{'architectures': ['KimiVLForConditionalGeneration'], 'model_type': 'kimi_vl', 'text_config': {'model_type': "
     "'deepseek_v3', 'hidden_size': 2048, 'intermediate_size': 11264, 'num_hidden_layers': 27, "
     "'num_attention_heads': 16, 'num_key_value_heads': 16, 'vocab_size': 163840, 'q_lora_rank': null, "
     "'kv_lora_rank': 512, 'qk_nope_head_dim': 128, 'qk_rope_head_dim': 64, 'v_head_dim': 128, 'n_routed_experts': "
     "64, 'num_experts_per_tok': 6, 'moe_intermediate_size': 1408, 'n_shared_experts': 2, 'first_k_dense_replace': "
     "1, 'topk_method': 'noaux_tc', 'moe_layer_freq': 1, 'n_group': 1, 'topk_group': 1, 'norm_topk_prob': true, "
     "'routed_scaling_factor': 2.5, 'scoring_func': 'sigmoid', 'ep_size': 1, 'seq_aux': true, 'attention_bias': "
     "false}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"mimo-7b", 7610000000.0, 0.005, 0, 0,
     "7833409536 with its MTP layer",
     "{'architectures': ['MiMoForCausalLM'], 'model_type': 'mimo', 'hidden_size': 4096, 'intermediate_size': 11008, "
     "'num_hidden_layers': 36, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 151680, "
     "'head_dim': 128, 'attention_bias': true, 'num_nextn_predict_layers': 1, 'sliding_window': null, "
     "'use_sliding_window': false, 'max_window_layers': 36, 'tie_word_embeddings': false}"},
    {"ernie-4.5-0.3b", 360748032.0, 0.001, 0, 0,
     "safetensors total of baidu/ERNIE-4.5-0.3B-PT, 0.36B",
     "{'architectures': ['Ernie4_5_ForCausalLM'], 'model_type': 'ernie4_5', 'hidden_size': 1024, "
     "'intermediate_size': 3072, 'num_hidden_layers': 18, 'num_attention_heads': 16, 'num_key_value_heads': 2, "
     "'vocab_size': 103424, 'head_dim': 128, 'use_bias': false, 'tie_word_embeddings': true}"},
    {"ernie-4.5-21b-a3b", 21800000000.0, 0.005, 3e+09, 0.15,
     "safetensors total of baidu/ERNIE-4.5-21B-A3B-PT: 21.8B; 3B active",
     "{'architectures': ['Ernie4_5_MoeForCausalLM'], 'model_type': 'ernie4_5_moe', 'hidden_size': 2560, "
     "'intermediate_size': 12288, 'num_hidden_layers': 28, 'num_attention_heads': 20, 'num_key_value_heads': 4, "
     "'vocab_size': 103424, 'moe_capacity': [64, 64, 64], 'moe_gate': 'topk', 'moe_intermediate_size': 1536, "
     "'moe_k': 6, 'moe_layer_end_index': 27, 'moe_layer_interval': 1, 'moe_layer_start_index': 1, "
     "'moe_num_experts': 64, 'moe_num_shared_experts': 2, 'moe_use_aux_free': true, 'use_bias': false, "
     "'num_nextn_predict_layers': 1, 'tie_word_embeddings': true}"},
    {"hunyuan-7b", 7500000000.0, 0.005, 0, 0,
     "safetensors total of tencent/Hunyuan-7B-Instruct: 7.5B",
     "{'architectures': ['HunYuanDenseV1ForCausalLM'], 'model_type': 'hunyuan_v1_dense', 'hidden_size': 4096, "
     "'intermediate_size': 14336, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 8, "
     "'vocab_size': 128167, 'head_dim': 128, 'attention_head_dim': 128, 'attention_bias': false, 'mlp_bias': false, "
     "'use_qk_norm': true, 'use_cla': false, 'cla_share_factor': 2, 'norm_type': 'rms', 'num_experts': null, "
     "'tie_word_embeddings': true}"},
    {"hy3", 295000000000.0, 0.005, 2.1e+10, 0.05,
     "model card: 295B, 21B active",
     "{'architectures': ['HYV3ForCausalLM'], 'model_type': 'hy_v3', 'hidden_size': 4096, 'intermediate_size': "
     "13312, 'num_hidden_layers': 80, 'num_attention_heads': 64, 'num_key_value_heads': 8, 'vocab_size': 120832, "
     "'head_dim': 128, 'num_experts': 192, 'num_experts_per_tok': 8, 'num_shared_experts': 1, 'expert_hidden_dim': "
     "1536, 'moe_intermediate_size': 1536, 'first_k_dense_replace': 1, 'qk_norm': true, "
     "'moe_router_enable_expert_bias': true, 'moe_router_use_sigmoid': true, 'route_norm': true, "
     "'router_scaling_factor': 2.826, 'num_nextn_predict_layers': 1, 'tie_word_embeddings': false}"},
    {"dots.llm1", 142774381696.0, 0.0001, 1.4e+10, 0.05,
     "safetensors total of rednote-hilab/dots.llm1.base: 142.77B, 14B active with the input embedding",
     "{'architectures': ['Dots1ForCausalLM'], 'model_type': 'dots1', 'hidden_size': 4096, 'intermediate_size': "
     "10944, 'num_hidden_layers': 62, 'num_attention_heads': 32, 'num_key_value_heads': 32, 'vocab_size': 152064, "
     "'head_dim': 128, 'n_routed_experts': 128, 'n_shared_experts': 2, 'num_experts_per_tok': 6, "
     "'moe_intermediate_size': 1408, 'first_k_dense_replace': 1, 'moe_layer_freq': 1, 'topk_method': 'noaux_tc', "
     "'scoring_func': 'noaux_tc', 'n_group': 1, 'topk_group': 1, 'norm_topk_prob': true, 'routed_scaling_factor': "
     "2.5, 'sliding_window': null, 'max_window_layers': 62, 'tie_word_embeddings': false}"},
    {"ling-mini-2.0", 16260000000.0, 0.001, 1.43e+09, 0.25,
     "model card: 16.26B, 1.43B active with the input embedding",
     "{'architectures': ['BailingMoeV2ForCausalLM'], 'model_type': 'bailing_moe_v2', 'hidden_size': 2048, "
     "'intermediate_size': 5120, 'num_hidden_layers': 20, 'num_attention_heads': 16, 'num_key_value_heads': 4, "
     "'vocab_size': 157184, 'head_dim': 128, 'num_experts': 256, 'num_experts_per_tok': 8, 'num_shared_experts': 1, "
     "'moe_intermediate_size': 512, 'moe_shared_expert_intermediate_size': 512, 'first_k_dense_replace': 1, "
     "'use_qk_norm': true, 'use_qkv_bias': false, 'use_bias': false, 'moe_router_enable_expert_bias': true, "
     "'routed_scaling_factor': 2.5, 'n_group': 8, 'topk_group': 4, 'norm_topk_prob': true, 'score_function': "
     "'sigmoid', 'router_dtype': 'fp32', 'norm_softmax': false, 'norm_head': false, 'partial_rotary_factor': 0.5, "
     "'use_rmsnorm': true, 'num_nextn_predict_layers': 0, 'tie_word_embeddings': false}"},
    {"ling-flash-2.0", 103000000000.0, 0.005, 6.1e+09, 0.12,
     "model card: 103B, 6.1B active with the input embedding",
     "{'architectures': ['BailingMoeV2ForCausalLM'], 'model_type': 'bailing_moe_v2', 'hidden_size': 4096, "
     "'intermediate_size': 9216, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 4, "
     "'vocab_size': 157184, 'head_dim': 128, 'num_experts': 256, 'num_experts_per_tok': 8, 'num_shared_experts': 1, "
     "'moe_intermediate_size': 1024, 'moe_shared_expert_intermediate_size': 1024, 'first_k_dense_replace': 1, "
     "'use_qk_norm': true, 'use_qkv_bias': false, 'use_bias': false, 'moe_router_enable_expert_bias': true, "
     "'routed_scaling_factor': 2.5, 'n_group': 8, 'topk_group': 4, 'norm_topk_prob': true, 'score_function': "
     "'sigmoid', 'router_dtype': 'fp32', 'norm_softmax': false, 'norm_head': false, 'partial_rotary_factor': 0.5, "
     "'use_rmsnorm': true, 'num_nextn_predict_layers': 0, 'tie_word_embeddings': false}"},
    {"ling-1t", 1000000000000.0, 0.005, 5e+10, 0.03,
     "model card: 1T, 50B active",
     "{'architectures': ['BailingMoeV2ForCausalLM'], 'model_type': 'bailing_moe_v2', 'hidden_size': 8192, "
     "'intermediate_size': 18432, 'num_hidden_layers': 80, 'num_attention_heads': 64, 'num_key_value_heads': 8, "
     "'vocab_size': 157184, 'head_dim': 128, 'num_experts': 256, 'num_experts_per_tok': 8, 'num_shared_experts': 1, "
     "'moe_intermediate_size': 2048, 'moe_shared_expert_intermediate_size': 2048, 'first_k_dense_replace': 4, "
     "'use_qk_norm': true, 'use_qkv_bias': false, 'use_bias': false, 'moe_router_enable_expert_bias': true, "
     "'routed_scaling_factor': 2.5, 'n_group': 8, 'topk_group': 4, 'norm_topk_prob': true, 'score_function': "
     "'sigmoid', 'router_dtype': 'fp32', 'norm_softmax': false, 'norm_head': false, 'partial_rotary_factor': 0.5, "
     "'use_rmsnorm': true, 'num_nextn_predict_layers': 0, 'tie_word_embeddings': false}"},
    {"granite-3.3-8b", 8170000000.0, 0.001, 0, 0,
     "safetensors total of ibm-granite/granite-3.3-8b-instruct: 8.17B",
     "{'architectures': ['GraniteForCausalLM'], 'model_type': 'granite', 'hidden_size': 4096, 'intermediate_size': "
     "12800, 'num_hidden_layers': 40, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 49159, "
     "'attention_bias': false, 'mlp_bias': false, 'attention_multiplier': 0.0078125, 'tie_word_embeddings': true}"},
    {"olmo-3-7b", 7298011136.0, 0, 0, 0,
     "safetensors total of allenai/Olmo-3-1025-7B",
     "{'architectures': ['Olmo3ForCausalLM'], 'model_type': 'olmo3', 'hidden_size': 4096, 'intermediate_size': "
     "11008, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 32, 'vocab_size': 100278, "
     "'layer_types': ['sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention'], 'sliding_window': 4096, 'attention_bias': false, "
     "'tie_word_embeddings': false}"},
    {"olmo-3-32b", 32230000000.0, 0.001, 0, 0,
     "allenai/Olmo-3-1125-32B: 32.2B",
     "{'architectures': ['Olmo3ForCausalLM'], 'model_type': 'olmo3', 'hidden_size': 5120, 'intermediate_size': "
     "27648, 'num_hidden_layers': 64, 'num_attention_heads': 40, 'num_key_value_heads': 8, 'vocab_size': 100278, "
     "'layer_types': ['sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'], "
     "'sliding_window': 4096, 'attention_bias': false, 'tie_word_embeddings': false}"},
    {"olmoe-1b-7b", 6919161856.0, 0, 1.3e+09, 0.15,
     "safetensors total of allenai/OLMoE-1B-7B-0924; 1.3B active",
     "{'architectures': ['OlmoeForCausalLM'], 'model_type': 'olmoe', 'hidden_size': 2048, 'intermediate_size': "
     "1024, 'num_hidden_layers': 16, 'num_attention_heads': 16, 'num_key_value_heads': 16, 'vocab_size': 50304, "
     "'num_experts': 64, 'num_experts_per_tok': 8, 'clip_qkv': null, 'norm_topk_prob': false, "
     "'tie_word_embeddings': false}"},
    {"olmo-7b", 6888095744.0, 1e-06, 0, 0,
     "safetensors total of allenai/OLMo-7B-hf",
     "{'architectures': ['OlmoForCausalLM'], 'model_type': 'olmo', 'hidden_size': 4096, 'intermediate_size': 11008, "
     "'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 32, 'vocab_size': 50304, "
     "'clip_qkv': null, 'tie_word_embeddings': false}"},
    {"smollm3-3b", 3075098624.0, 0, 0, 0,
     "safetensors total of HuggingFaceTB/SmolLM3-3B",
     "{'architectures': ['SmolLM3ForCausalLM'], 'model_type': 'smollm3', 'rms_norm_eps': 1e-06, 'rope_theta': "
     "1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id': 1, "
     "'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'hidden_size': 2048, "
     "'intermediate_size': 11008, 'num_hidden_layers': 36, 'num_attention_heads': 16, 'num_key_value_heads': 4, "
     "'vocab_size': 128256, 'no_rope_layers': [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, "
     "0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0], 'no_rope_layer_interval': 4, 'layer_types': ['full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention'], "
     "'use_sliding_window': false, 'tie_word_embeddings': true}"},
    {"exaone-3.5-7.8b", 7818448896.0, 0, 0, 0,
     "safetensors total of LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct",
     "{'architectures': ['ExaoneForCausalLM'], 'model_type': 'exaone', 'hidden_size': 4096, 'intermediate_size': "
     "14336, 'num_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 102400, "
     "'head_dim': 128, 'activation_function': 'silu', 'embed_dropout': 0.0, 'layer_norm_epsilon': 1e-05, "
     "'tie_word_embeddings': false}"},
    {"exaone-4.0-32b", 32000000000.0, 0.001, 0, 0,
     "safetensors total of LGAI-EXAONE/EXAONE-4.0-32B: 32.0B",
     "{'architectures': ['Exaone4ForCausalLM'], 'model_type': 'exaone4', 'hidden_size': 5120, 'intermediate_size': "
     "27392, 'num_hidden_layers': 64, 'num_attention_heads': 40, 'num_key_value_heads': 8, 'vocab_size': 102400, "
     "'head_dim': 128, 'sliding_window': 4096, 'sliding_window_pattern': 'LLLG', 'layer_types': "
     "['sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'], 'reorder_and_upcast_attn': "
     "false, 'tie_word_embeddings': false}"},
    {"exaone-4.0-1.2b", 1279391488.0, 0.0001, 0, 0,
     "safetensors total of LGAI-EXAONE/EXAONE-4.0-1.2B",
     "{'architectures': ['Exaone4ForCausalLM'], 'model_type': 'exaone4', 'hidden_size': 2048, 'intermediate_size': "
     "4096, 'num_hidden_layers': 30, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 102400, "
     "'head_dim': 64, 'sliding_window': null, 'sliding_window_pattern': null, 'layer_types': ['full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention'], "
     "'tie_word_embeddings': true}"},
    {"k-exaone-236b-a23b", 236000000000.0, 0.005, 2.3e+10, 0.03,
     "model card: 236B, 23B active",
     "{'architectures': ['ExaoneMoEForCausalLM'], 'model_type': 'exaone_moe', 'hidden_size': 6144, "
     "'intermediate_size': 18432, 'num_hidden_layers': 48, 'num_attention_heads': 64, 'num_key_value_heads': 8, "
     "'vocab_size': 153600, 'head_dim': 128, 'num_experts': 128, 'num_experts_per_tok': 8, 'num_shared_experts': 1, "
     "'moe_intermediate_size': 2048, 'first_k_dense_replace': 1, 'is_moe_layer': [false, true, true, true, true, "
     "true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, "
     "true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, "
     "true, true, true, true, true, true, true], 'first_last_k_dense_replace': 1, 'layer_types': "
     "['sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention'], 'sliding_window': 128, 'sliding_window_pattern': "
     "'LLLG', 'n_group': 1, 'topk_group': 1, 'norm_topk_prob': true, 'routed_scaling_factor': 2.5, 'scoring_func': "
     "'sigmoid', 'num_nextn_predict_layers': 1, 'tie_word_embeddings': false}"},
    {"apertus-8b", 8053338176.0, 0.0001, 0, 0,
     "safetensors total of swiss-ai/Apertus-8B-2509",
     "{'architectures': ['ApertusForCausalLM'], 'model_type': 'apertus', 'hidden_size': 4096, 'intermediate_size': "
     "21504, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 131072, "
     "'hidden_act_': 'xielu', 'attention_bias': false, 'mlp_bias': false, 'post_norm': false, 'qk_norm': true, "
     "'tie_word_embeddings': false}"},
    {"apertus-70b", 70600000000.0, 0.001, 0, 0,
     "swiss-ai/Apertus-70B-2509: 70.6B",
     "{'architectures': ['ApertusForCausalLM'], 'model_type': 'apertus', 'hidden_size': 8192, 'intermediate_size': "
     "43008, 'num_hidden_layers': 80, 'num_attention_heads': 64, 'num_key_value_heads': 8, 'vocab_size': 131072, "
     "'attention_bias': false, 'mlp_bias': false, 'post_norm': false, 'qk_norm': true, 'tie_word_embeddings': false}"},
    {"afm-4.5b", 4620000000.0, 0.001, 0, 0,
     "safetensors total of arcee-ai/AFM-4.5B: 4.62B",
     "{'architectures': ['ArceeForCausalLM'], 'model_type': 'arcee', 'hidden_size': 2560, 'intermediate_size': "
     "18432, 'num_hidden_layers': 36, 'num_attention_heads': 20, 'num_key_value_heads': 4, 'vocab_size': 128005, "
     "'head_dim': 128, 'attention_bias': false, 'mlp_bias': false, 'tie_word_embeddings': false}"},
    {"command-a", 111057580032.0, 0, 0, 0,
     "safetensors total of CohereLabs/c4ai-command-a-03-2025",
     "{'architectures': ['Cohere2ForCausalLM'], 'model_type': 'cohere2', 'hidden_size': 12288, 'intermediate_size': "
     "36864, 'num_hidden_layers': 64, 'num_attention_heads': 96, 'num_key_value_heads': 8, 'vocab_size': 256000, "
     "'head_dim': 128, 'sliding_window': 4096, 'sliding_window_pattern': 4, 'layer_switch': 4, 'logit_scale': 0.25, "
     "'attention_bias': false, 'use_embedding_sharing': true, 'use_gated_activation': true, 'use_parallel_block': "
     "true, 'use_parallel_embedding': false, 'use_qk_norm': false, 'position_embedding_type': 'rope_gptj', "
     "'order_of_interleaved_layers': 'local_attn_first', 'rotary_pct': 1.0}"},
    {"command-r7b", 8028033024.0, 0, 0, 0,
     "safetensors total of CohereLabs/c4ai-command-r7b-12-2024",
     "{'architectures': ['Cohere2ForCausalLM'], 'model_type': 'cohere2', 'hidden_size': 4096, 'intermediate_size': "
     "14336, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 256000, "
     "'head_dim': 128, 'sliding_window': 4096, 'sliding_window_pattern': 4, 'attention_bias': false}"},
    {"aya-expanse-32b", 32296476672.0, 0, 0, 0,
     "safetensors total of CohereLabs/aya-expanse-32b",
     "{'architectures': ['CohereForCausalLM'], 'model_type': 'cohere', 'hidden_size': 8192, 'intermediate_size': "
     "24576, 'num_hidden_layers': 40, 'num_attention_heads': 64, 'num_key_value_heads': 8, 'vocab_size': 256000, "
     "'attention_bias': false, 'use_qk_norm': false}"},
    {"phi-4-mini", 3836021760.0, 0, 0, 0,
     "safetensors total of microsoft/Phi-4-mini-instruct",
     "{'architectures': ['Phi3ForCausalLM'], 'model_type': 'phi3', 'hidden_size': 3072, 'intermediate_size': 8192, "
     "'num_hidden_layers': 32, 'num_attention_heads': 24, 'num_key_value_heads': 8, 'vocab_size': 200064, "
     "'attention_bias': false, 'partial_rotary_factor': 0.75, 'sliding_window': 262144, 'max_position_embeddings': "
     "131072, 'mlp_bias': false, 'interpolate_factor': 1, 'lm_head_bias': false, 'full_attn_mod': 1, "
     "'tie_word_embeddings': true}"},
    {"phi-3.5-moe", 41873153344.0, 0, 6.6e+09, 0.03,
     "safetensors total of microsoft/Phi-3.5-MoE-instruct; 6.6B active",
     "{'architectures': ['PhiMoEForCausalLM'], 'model_type': 'phimoe', 'hidden_size': 4096, 'intermediate_size': "
     "6400, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 32064, "
     "'attention_bias': true, 'lm_head_bias': true, 'num_local_experts': 16, 'num_experts_per_tok': 2, "
     "'sliding_window': 131072, 'max_position_embeddings': 131072, 'input_jitter_noise': 0.01, "
     "'router_jitter_noise': 0.01, 'hidden_dropout': 0.0, 'tie_word_embeddings': false}"},
    {"phi-2", 2779683840.0, 0, 0, 0,
     "safetensors total of microsoft/phi-2",
     "{'architectures': ['PhiForCausalLM'], 'model_type': 'phi', 'hidden_size': 2560, 'intermediate_size': 10240, "
     "'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 32, 'vocab_size': 51200, "
     "'partial_rotary_factor': 0.4, 'qk_layernorm': false, 'tie_word_embeddings': false}"},
    {"pangu-pro-moe", 71990000000.0, 0.005, 1.65e+10, 0.05,
     "report 2025: 71.99B, 16.5B active",
     "{'architectures': ['PanguProMoEForCausalLM'], 'model_type': 'PanguProMoE', 'hidden_size': 5120, "
     "'intermediate_size': 7680, 'num_hidden_layers': 48, 'num_attention_heads': 40, 'num_key_value_heads': 8, "
     "'vocab_size': 153376, 'num_experts': 64, 'num_experts_per_tok': 8, 'moe_intermediate_size': 1344, "
     "'shared_expert_intermediate_size': 5376, 'num_experts_per_group': 1, 'tie_word_embeddings': false}"},
    {"internlm3-8b", 8800000000.0, 0.001, 0, 0,
     "safetensors total of internlm/internlm3-8b-instruct: 8.8B",
     "{'architectures': ['InternLM3ForCausalLM'], 'model_type': 'internlm3', 'hidden_size': 4096, "
     "'intermediate_size': 10240, 'num_hidden_layers': 48, 'num_attention_heads': 32, 'num_key_value_heads': 2, "
     "'vocab_size': 128512, 'head_dim': 128, 'bias': false, 'qkv_bias': false, 'tie_word_embeddings': false}"},
    {"internvl3.5-8b", 8190735360.0, 0.001, 0, 0,
     "as Qwen3-8B",
     "{'architectures': ['InternVLChatModel'], 'model_type': 'internvl_chat', 'select_layer': -1, 'llm_config': "
     "{'model_type': 'qwen3', 'hidden_size': 4096, 'intermediate_size': 12288, 'num_hidden_layers': 36, "
     "'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 151936, 'head_dim': 128, 'architectures': "
     "['Qwen3ForCausalLM'], 'attention_bias': false, 'tie_word_embeddings': false}, 'vision_config': "
     "{'hidden_size': 1152, 'depth': 27}}"},
    {"minicpm4-8b", 8180000000.0, 0.005, 0, 0,
     "safetensors total of openbmb/MiniCPM4-8B: 8.19B",
     "{'architectures': ['MiniCPMForCausalLM'], 'model_type': 'minicpm', 'hidden_size': 4096, 'intermediate_size': "
     "16384, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 2, 'vocab_size': 73448, "
     "'scale_emb': 12, 'scale_depth': 1.4, 'dim_model_base': 256, 'mup_denominator': 32, 'sparse_config': null, "
     "'rope_scaling': {}, 'tie_word_embeddings': false}"},
    {"minicpm3-4b", 4070000000.0, 0.001, 0, 0,
     "safetensors total of openbmb/MiniCPM3-4B: 4.07B",
     "{'architectures': ['MiniCPM3ForCausalLM'], 'model_type': 'minicpm3', 'hidden_size': 2560, "
     "'intermediate_size': 6400, 'num_hidden_layers': 62, 'num_attention_heads': 40, 'num_key_value_heads': 40, "
     "'vocab_size': 73448, 'q_lora_rank': 768, 'kv_lora_rank': 256, 'qk_nope_head_dim': 64, 'qk_rope_head_dim': 32, "
     "'scale_emb': 12, 'scale_depth': 1.4, 'dim_model_base': 256, 'attention_bias': false}"},
    {"youtu-llm-2b", 1960000000.0, 0.005, 0, 0,
     "model card: 1.96B",
     "{'architectures': ['YoutuForCausalLM'], 'model_type': 'youtu_llm', 'hidden_size': 2048, 'intermediate_size': "
     "6144, 'num_hidden_layers': 32, 'num_attention_heads': 16, 'num_key_value_heads': 16, 'vocab_size': 128256, "
     "'q_lora_rank': 1536, 'kv_lora_rank': 512, 'qk_nope_head_dim': 128, 'qk_rope_head_dim': 64, 'v_head_dim': 128, "
     "'attention_bias': false, 'mlp_bias': false, 'tie_word_embeddings': true}"},
    {"solar-open-100b", 102600000000.0, 0.005, 1.2e+10, 0.08,
     "model card: 102.6B, 12B active with the input embedding",
     "{'architectures': ['SolarOpenForCausalLM'], 'model_type': 'solar_open', 'hidden_size': 4096, "
     "'intermediate_size': 10240, 'num_hidden_layers': 48, 'num_attention_heads': 64, 'num_key_value_heads': 8, "
     "'vocab_size': 196608, 'head_dim': 128, 'n_routed_experts': 128, 'n_shared_experts': 1, 'num_experts_per_tok': "
     "8, 'moe_intermediate_size': 1280, 'first_k_dense_replace': 0, 'attention_bias': false, 'use_qk_norm': false, "
     "'n_group': 1, 'topk_group': 1, 'norm_topk_prob': true, 'routed_scaling_factor': 1.0, 'partial_rotary_factor': "
     "1.0, 'tie_word_embeddings': false}"},
    {"a.x-k1", 519000000000.0, 0.005, 3.3e+10, 0.05,
     "model card: 519B, 33B active",
     "{'architectures': ['AXK1ForCausalLM'], 'model_type': 'AXK1', 'hidden_size': 7168, 'intermediate_size': 18432, "
     "'num_hidden_layers': 61, 'num_attention_heads': 64, 'num_key_value_heads': 64, 'vocab_size': 163840, "
     "'q_lora_rank': 1536, 'kv_lora_rank': 512, 'qk_nope_head_dim': 128, 'qk_rope_head_dim': 64, 'v_head_dim': 128, "
     "'n_routed_experts': 192, 'num_experts_per_tok': 8, 'moe_intermediate_size': 2048, 'n_shared_experts': 1, "
     "'first_k_dense_replace': 1, 'topk_method': 'noaux_tc', 'moe_layer_freq': 1, 'n_group': 1, 'topk_group': 1, "
     "'norm_topk_prob': true, 'routed_scaling_factor': 2.5, 'scoring_func': 'sigmoid', 'ep_size': 1, 'seq_aux': "
     "true, 'attention_bias': false}"},
    {"grok-2", 269500000000.0, 0.005, 1.15e+11, 0.03,
     "xai-org/grok-2: 270B, 115B active",
     "{'architectures': ['Grok1ForCausalLM'], 'model_type': 'git', 'hidden_size': 8192, 'intermediate_size': 32768, "
     "'num_hidden_layers': 64, 'num_attention_heads': 64, 'num_key_value_heads': 8, 'vocab_size': 131072, "
     "'head_dim': 128, 'moe_intermediate_size': 16384, 'num_local_experts': 8, 'num_experts_per_tok': 2, "
     "'residual_moe': true, 'attn_logit_softcapping': 30.0, 'router_logit_softcapping': 30.0, "
     "'embedding_multiplier_scale': 90.5, 'final_logit_softcapping': 50}"},
    {"bitnet-2b4t", 2412820480.0, 0.001, 0, 0,
     "safetensors total of microsoft/bitnet-b1.58-2B-4T-bf16: 2.41B",
     "{'architectures': ['BitNetForCausalLM'], 'model_type': 'bitnet', 'hidden_size': 2560, 'intermediate_size': "
     "6912, 'num_hidden_layers': 30, 'num_attention_heads': 20, 'num_key_value_heads': 5, 'vocab_size': 128256, "
     "'tie_word_embeddings': true}"},
    {"iquest-coder-40b", 39800000000.0, 0.005, 0, 0,
     "model card: 40B",
     "{'architectures': ['IQuestCoderForCausalLM'], 'model_type': 'iquestcoder', 'hidden_size': 5120, "
     "'intermediate_size': 27648, 'num_hidden_layers': 80, 'num_attention_heads': 40, 'num_key_value_heads': 8, "
     "'vocab_size': 76800, 'head_dim': 128, 'attention_bias': false, 'mlp_bias': false, 'tie_word_embeddings': "
     "false}"},
    {"llada-8b", 8015581184.0, 0.0001, 0, 0,
     "safetensors total of GSAI-ML/LLaDA-8B-Base: 8.02B",
     "{'architectures': ['LLaDAModelLM'], 'model_type': 'llada', 'd_model': 4096, 'n_layers': 32, 'n_heads': 32, "
     "'n_kv_heads': 32, 'mlp_hidden_size': 12288, 'embedding_size': 126464, 'vocab_size': 126464, 'weight_tying': "
     "false, 'rope': true, 'alibi': false, 'block_type': 'llama', 'include_bias': false, 'include_qkv_bias': false, "
     "'mask_token_id': 126336, 'max_sequence_length': 4096, 'precision': 'amp_bf16', 'layer_norm_type': 'rms', "
     "'activation_type': 'silu'}"},
    {"dream-7b", 7615616512.0, 0, 0, 0,
     "as Qwen2.5-7B",
     "{'architectures': ['DreamModel'], 'model_type': 'Dream', 'hidden_size': 3584, 'intermediate_size': 18944, "
     "'num_hidden_layers': 28, 'num_attention_heads': 28, 'num_key_value_heads': 4, 'vocab_size': 152064, "
     "'max_window_layers': 28, 'sliding_window': null, 'use_sliding_window': false, 'mask_token_id': 151666, "
     "'tie_word_embeddings': false}"},
    {"llada-moe-7b-a1b", 7356880896.0, 0.001, 1.4e+09, 0.3,
     "safetensors total of inclusionAI/LLaDA-MoE-7B-A1B-Base: 7.36B; 1.4B active",
     "{'architectures': ['LLaDAMoEModelLM'], 'model_type': 'llada_moe', 'hidden_size': 2048, 'intermediate_size': "
     "8192, 'num_hidden_layers': 16, 'num_attention_heads': 16, 'num_key_value_heads': 16, 'vocab_size': 157184, "
     "'num_experts': 64, 'num_experts_per_tok': 8, 'expert_intermediate_size': 1024, 'dense_intermediate_size': "
     "8192, 'shared_expert_intermediate_size': null, 'moe_layer_freq': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
     "1, 1], 'qk_layernorm': true, 'router_num_group': null, 'router_topk_group': null, 'routed_scaling_factor': "
     "1.0, 'tie_word_embeddings': false}"},
    {"glm-4-9b-chat", 9399951360.0, 0.0001, 0, 0,
     "safetensors total of THUDM/glm-4-9b-chat: 9.4B",
     "{'architectures': ['ChatGLMModel'], 'model_type': 'chatglm', 'hidden_size': 4096, 'num_layers': 40, "
     "'num_attention_heads': 32, 'kv_channels': 128, 'multi_query_attention': true, 'multi_query_group_num': 2, "
     "'ffn_hidden_size': 13696, 'padded_vocab_size': 151552, 'vocab_size': 151552, 'add_bias_linear': false, "
     "'add_qkv_bias': true, 'rmsnorm': true, 'seq_length': 131072, 'post_layer_norm': true, 'tie_word_embeddings': "
     "false}"},
    {"minitron-4b", 4190000000.0, 0.005, 0, 0,
     "safetensors total of nvidia/Minitron-4B-Base: 4.19B",
     "{'architectures': ['NemotronForCausalLM'], 'model_type': 'nemotron', 'hidden_size': 3072, "
     "'intermediate_size': 9216, 'num_hidden_layers': 32, 'num_attention_heads': 24, 'num_key_value_heads': 8, "
     "'vocab_size': 256000, 'head_dim': 128, 'partial_rotary_factor': 0.5, 'norm_eps': 1e-05, 'attention_bias': "
     "false, 'mlp_bias': false, 'tie_word_embeddings': false}"},
    {"nemotron-4-340b", 341000000000.0, 0.005, 0, 0,
     "Nemotron-4 340B report 2024: 331.6B and 9.4B of embeddings",
     "{'architectures': ['NemotronForCausalLM'], 'model_type': 'nemotron', 'hidden_size': 18432, "
     "'intermediate_size': 73728, 'num_hidden_layers': 96, 'num_attention_heads': 96, 'num_key_value_heads': 8, "
     "'vocab_size': 256000, 'attention_bias': false, 'mlp_bias': false, 'tie_word_embeddings': false}"},
    {"deepseek-ocr", 2930000000.0, 0.02, 0, 0,
     "3B: DeepSeek3B-MoE, 570M active",
     "{'architectures': ['DeepseekOCRForCausalLM'], 'model_type': 'deepseek_vl_v2', 'language_config': "
     "{'model_type': 'deepseek_v2', 'architectures': ['DeepseekV2ForCausalLM'], 'hidden_size': 1280, "
     "'intermediate_size': 6848, 'num_hidden_layers': 12, 'num_attention_heads': 10, 'num_key_value_heads': 10, "
     "'vocab_size': 129280, 'use_mla': false, 'q_lora_rank': null, 'kv_lora_rank': null, 'qk_nope_head_dim': 0, "
     "'qk_rope_head_dim': 0, 'v_head_dim': 0, 'n_routed_experts': 64, 'n_shared_experts': 2, 'num_experts_per_tok': "
     "6, 'moe_intermediate_size': 896, 'first_k_dense_replace': 1, 'lm_head': true, 'rm_head': false, "
     "'topk_method': 'greedy', 'n_group': 1, 'topk_group': 1}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"glm-4-32b-0414", 32570000000.0, 0.005, 0, 0,
     "safetensors total: 32.6B",
     "{'architectures': ['Glm4ForCausalLM'], 'model_type': 'glm4', 'hidden_size': 6144, 'intermediate_size': 23040, "
     "'num_hidden_layers': 61, 'num_attention_heads': 48, 'num_key_value_heads': 2, 'vocab_size': 151552, "
     "'head_dim': 128, 'attention_bias': false, 'partial_rotary_factor': 0.5, 'tie_word_embeddings': false}"},
};
// clang-format on

TEST(import, counts_what_is_published_for_models_of_like_layers) {
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        import_check_case(&CASES[i]);
}
