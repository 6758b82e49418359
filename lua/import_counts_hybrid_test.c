// Configs of models of 2025 and 2026 with layers of several kinds,
// written from memory, against the counts that their authors publish.
#include "lua/import_cases_test.h"

// clang-format off
static const ImportCase CASES[] = {
    {"gemma-3n-e4b", 6870000000.0, 0.03, 0, 0,
     "Gemma 3n: text decoder with its layer embeddings",
     "{'architectures': ['Gemma3nForConditionalGeneration'], 'model_type': 'gemma3n', 'audio_config': "
     "{'hidden_size': 1536}, 'text_config': {'model_type': 'gemma3n_text', 'altup_num_inputs': 4, "
     "'altup_active_idx': 0, 'altup_coef_clip': 120.0, 'altup_correct_scale': true, 'laurel_rank': 64, "
     "'hidden_size_per_layer_input': 256, 'vocab_size_per_layer_input': 262144, 'num_kv_shared_layers': 15, "
     "'activation_sparsity_pattern': [0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.0, 0.0, 0.0, "
     "0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, "
     "0.0], 'layer_types': ['sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention'], 'sliding_window': 512, 'hidden_size': 2048, 'intermediate_size': [16384, 16384, 16384, "
     "16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, "
     "16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, "
     "16384, 16384], 'num_hidden_layers': 35, 'num_attention_heads': 8, 'num_key_value_heads': 2, 'vocab_size': "
     "262400, 'head_dim': 256}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"gemma-3n-e2b", 4460000000.0, 0.03, 0, 0,
     "Gemma 3n: text decoder with its layer embeddings",
     "{'architectures': ['Gemma3nForConditionalGeneration'], 'model_type': 'gemma3n', 'audio_config': "
     "{'hidden_size': 1536}, 'text_config': {'model_type': 'gemma3n_text', 'altup_num_inputs': 4, "
     "'altup_active_idx': 0, 'altup_coef_clip': 120.0, 'altup_correct_scale': true, 'laurel_rank': 64, "
     "'hidden_size_per_layer_input': 256, 'vocab_size_per_layer_input': 262144, 'num_kv_shared_layers': 10, "
     "'activation_sparsity_pattern': [0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.0, 0.0, 0.0, "
     "0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 'layer_types': "
     "['sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'], "
     "'sliding_window': 512, 'hidden_size': 2048, 'intermediate_size': [8192, 8192, 8192, 8192, 8192, 8192, 8192, "
     "8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192, "
     "8192, 8192, 8192, 8192, 8192], 'num_hidden_layers': 30, 'num_attention_heads': 8, 'num_key_value_heads': 2, "
     "'vocab_size': 262400, 'head_dim': 256}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"kimi-linear-48b-a3b", 49120000000.0, 0.001, 3e+09, 0.1,
     "safetensors total of moonshotai/Kimi-Linear-48B-A3B-Instruct, 49.1B",
     "{'architectures': ['KimiLinearForCausalLM'], 'model_type': 'kimi_linear', 'hidden_size': 2304, "
     "'intermediate_size': 9216, 'num_hidden_layers': 27, 'num_attention_heads': 32, 'num_key_value_heads': 32, "
     "'vocab_size': 163840, 'head_dim': 72, 'q_lora_rank': null, 'kv_lora_rank': 512, 'qk_nope_head_dim': 128, "
     "'qk_rope_head_dim': 64, 'v_head_dim': 128, 'mla_use_nope': true, 'num_experts': 256, 'num_experts_per_token': "
     "8, 'num_shared_experts': 1, 'moe_intermediate_size': 1024, 'first_k_dense_replace': 1, 'moe_layer_freq': 1, "
     "'moe_renormalize': true, 'moe_router_activation_func': 'sigmoid', 'num_expert_group': 1, 'topk_group': 1, "
     "'use_grouped_topk': true, 'routed_scaling_factor': 2.446, 'linear_attn_config': {'full_attn_layers': [4, 8, "
     "12, 16, 20, 24, 27], 'kda_layers': [1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 23, 25, 26], "
     "'head_dim': 128, 'num_heads': 32, 'short_conv_kernel_size': 4}, 'tie_word_embeddings': false}"},
    {"step3", 316000000000.0, 0.005, 3.8e+10, 0.03,
     "Step-3 report 2025: 316B language model, 38B active",
     "{'architectures': ['Step3VLForConditionalGeneration'], 'model_type': 'step3_vl', 'text_config': "
     "{'model_type': 'step3_text', 'hidden_size': 7168, 'intermediate_size': 18432, 'num_attention_heads': 64, "
     "'num_attention_groups': 1, 'num_hidden_layers': 61, 'vocab_size': 128815, 'moe_intermediate_size': 5120, "
     "'moe_num_experts': 48, 'moe_top_k': 3, 'share_expert_dim': 5120, 'share_q_dim': 2048, 'head_dim': 256, "
     "'moe_layers_enum': "
     "'4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,4"
     "2,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59', 'norm_expert_weight': false, 'rope_theta': 500000, "
     "'max_seq_len': 65536}, 'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"step-3.5-flash", 196000000000.0, 0.005, 1.1e+10, 0.05,
     "model card: 196B, 11B active",
     "{'architectures': ['Step3p5ForCausalLM'], 'model_type': 'step3p5', 'hidden_size': 4096, 'intermediate_size': "
     "11264, 'num_attention_heads': 64, 'num_attention_groups': 8, 'num_hidden_layers': 45, 'head_dim': 128, "
     "'vocab_size': 128896, 'moe_num_experts': 288, 'moe_top_k': 8, 'moe_intermediate_size': 1280, "
     "'share_expert_dim': 1280, 'moe_layers_enum': "
     "'3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41"
     ",42,43,44', 'use_moe_router_bias': true, 'use_head_wise_attn_gate': true, 'sliding_window': 512, "
     "'layer_types': ['full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention'], 'attention_other_setting': "
     "{'attention_type': 'sliding_attention', 'num_attention_heads': 96, 'num_attention_groups': 8, 'head_dim': "
     "128, 'true_head_dim': 128}, 'num_nextn_predict_layers': 3, 'moe_router_activation': 'sigmoid', "
     "'moe_router_scaling_factor': 3.0, 'use_qk_norm': true, 'need_fp32_gate': true, 'sink': false, "
     "'att_impl_type': 'GQA', 'moe_every_n_layer': 1, 'use_moe': true, 'norm_expert_weight': true, 'zero_centered': "
     "true}"},
    {"qwen3.5-122b-a10b", 122000000000.0, 0.03, 1e+10, 0.12,
     "model card: 122B, 10B active with the input embedding",
     "{'architectures': ['Qwen3_5MoeForConditionalGeneration'], 'model_type': 'qwen3_5_moe', 'tie_word_embeddings': "
     "false, 'text_config': {'model_type': 'qwen3_5_moe_text', 'hidden_size': 3072, 'num_hidden_layers': 48, "
     "'num_attention_heads': 32, 'num_key_value_heads': 2, 'head_dim': 256, 'vocab_size': 248320, "
     "'attn_output_gate': true, 'full_attention_interval': 4, 'linear_conv_kernel_dim': 4, 'linear_key_head_dim': "
     "128, 'linear_num_key_heads': 16, 'linear_num_value_heads': 64, 'linear_value_head_dim': 128, "
     "'mamba_ssm_dtype': 'float32', 'mtp_num_hidden_layers': 1, 'num_experts': 256, 'num_experts_per_tok': 8, "
     "'moe_intermediate_size': 1024, 'shared_expert_intermediate_size': 1024}, 'vision_config': {'hidden_size': "
     "1152, 'depth': 27}}"},
    {"qwen3.5-9b", 9000000000.0, 0.03, 0, 0,
     "model card: 9B",
     "{'architectures': ['Qwen3_5ForConditionalGeneration'], 'model_type': 'qwen3_5', 'tie_word_embeddings': false, "
     "'text_config': {'model_type': 'qwen3_5_text', 'hidden_size': 4096, 'num_hidden_layers': 32, "
     "'num_attention_heads': 16, 'num_key_value_heads': 4, 'head_dim': 256, 'vocab_size': 248320, "
     "'attn_output_gate': true, 'full_attention_interval': 4, 'linear_conv_kernel_dim': 4, 'linear_key_head_dim': "
     "128, 'linear_num_key_heads': 16, 'linear_num_value_heads': 32, 'linear_value_head_dim': 128, "
     "'mamba_ssm_dtype': 'float32', 'mtp_num_hidden_layers': 1, 'intermediate_size': 12288}, 'vision_config': "
     "{'hidden_size': 1152, 'depth': 27}}"},
    {"mimo-v2-flash", 309000000000.0, 0.005, 1.5e+10, 0.05,
     "model card: 309B, 15B active",
     "{'architectures': ['MiMoV2FlashForCausalLM'], 'model_type': 'mimo_v2_flash', 'hidden_size': 4096, "
     "'intermediate_size': 16384, 'num_hidden_layers': 48, 'num_attention_heads': 64, 'num_key_value_heads': 4, "
     "'vocab_size': 152576, 'head_dim': 192, 'v_head_dim': 128, 'swa_num_attention_heads': 64, "
     "'swa_num_key_value_heads': 8, 'swa_head_dim': 192, 'swa_v_head_dim': 128, 'swa_rope_theta': 10000, "
     "'add_swa_attention_sink_bias': true, 'add_full_attention_sink_bias': false, 'attention_bias': false, "
     "'attention_value_scale': 0.707, 'hybrid_layer_pattern': [0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, "
     "0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0], "
     "'hybrid_block_size': null, 'sliding_window': 128, 'sliding_window_size': 128, 'attention_chunk_size': 128, "
     "'moe_layer_freq': [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
     "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 'moe_intermediate_size': 2048, 'n_routed_experts': "
     "256, 'n_shared_experts': null, 'num_experts_per_tok': 8, 'n_group': 1, 'topk_group': 1, 'topk_method': "
     "'noaux_tc', 'norm_topk_prob': true, 'routed_scaling_factor': null, 'scoring_func': 'sigmoid', "
     "'partial_rotary_factor': 0.334, 'layernorm_epsilon': 1e-05, 'tie_word_embeddings': false}"},
    {"longcat-flash", 560000000000.0, 0.005, 2.7e+10, 0.03,
     "report 2025: 560B, 18.6B to 31.3B active, 27B on average",
     "{'architectures': ['LongcatFlashForCausalLM'], 'model_type': 'longcat_flash', 'hidden_size': 6144, "
     "'num_layers': 28, 'num_attention_heads': 64, 'num_key_value_heads': 64, 'q_lora_rank': 1536, 'kv_lora_rank': "
     "512, 'qk_nope_head_dim': 128, 'qk_rope_head_dim': 64, 'v_head_dim': 128, 'ffn_hidden_size': 12288, "
     "'expert_ffn_hidden_size': 2048, 'n_routed_experts': 512, 'zero_expert_num': 256, 'zero_expert_type': "
     "'identity', 'moe_topk': 12, 'vocab_size': 131072, 'mla_scale_q_lora': true, 'mla_scale_kv_lora': true, "
     "'attention_method': 'MLA', 'routed_scaling_factor': 6.0, 'attention_bias': false}"},
    {"granite-4.0-h-tiny", 6940000000.0, 0.005, 1e+09, 0.5,
     "safetensors total: 6.94B; 1B active",
     "{'architectures': ['GraniteMoeHybridForCausalLM'], 'model_type': 'granitemoehybrid', 'hidden_size': 1536, "
     "'intermediate_size': 512, 'num_hidden_layers': 40, 'num_attention_heads': 12, 'num_key_value_heads': 4, "
     "'vocab_size': 100352, 'layer_types': ['mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', "
     "'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', "
     "'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', 'mamba', "
     "'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', 'mamba', 'mamba'], "
     "'mamba_n_heads': 48, 'num_local_experts': 64, 'num_experts_per_tok': 6, 'shared_intermediate_size': 1024, "
     "'mamba_chunk_size': 256, 'mamba_conv_bias': true, 'mamba_d_conv': 4, 'mamba_d_head': 64, 'mamba_d_state': "
     "128, 'mamba_expand': 2, 'mamba_n_groups': 1, 'mamba_proj_bias': false, 'normalization_function': 'rmsnorm', "
     "'position_embedding_type': 'nope', 'attention_bias': false, 'tie_word_embeddings': true}"},
    {"granite-4.0-h-micro", 3190000000.0, 0.005, 0, 0,
     "safetensors total: 3.19B",
     "{'architectures': ['GraniteMoeHybridForCausalLM'], 'model_type': 'granitemoehybrid', 'hidden_size': 2048, "
     "'intermediate_size': 8192, 'num_hidden_layers': 40, 'num_attention_heads': 32, 'num_key_value_heads': 8, "
     "'vocab_size': 100352, 'layer_types': ['mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', "
     "'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', "
     "'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', 'mamba', "
     "'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', 'mamba', 'mamba'], "
     "'mamba_n_heads': 64, 'num_local_experts': 0, 'num_experts_per_tok': 0, 'shared_intermediate_size': 8192, "
     "'mamba_chunk_size': 256, 'mamba_conv_bias': true, 'mamba_d_conv': 4, 'mamba_d_head': 64, 'mamba_d_state': "
     "128, 'mamba_expand': 2, 'mamba_n_groups': 1, 'mamba_proj_bias': false, 'normalization_function': 'rmsnorm', "
     "'position_embedding_type': 'nope', 'attention_bias': false, 'tie_word_embeddings': true}"},
    {"granite-4.0-micro", 3400000000.0, 0.005, 0, 0,
     "safetensors total: 3.4B",
     "{'architectures': ['GraniteMoeHybridForCausalLM'], 'model_type': 'granitemoehybrid', 'hidden_size': 2560, "
     "'intermediate_size': 8192, 'num_hidden_layers': 40, 'num_attention_heads': 40, 'num_key_value_heads': 8, "
     "'vocab_size': 100352, 'layer_types': ['attention', 'attention', 'attention', 'attention', 'attention', "
     "'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', "
     "'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', "
     "'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', "
     "'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', "
     "'attention', 'attention', 'attention'], 'mamba_n_heads': 128, 'num_local_experts': 0, 'num_experts_per_tok': "
     "0, 'shared_intermediate_size': 8192, 'mamba_chunk_size': 256, 'mamba_conv_bias': true, 'mamba_d_conv': 4, "
     "'mamba_d_head': 64, 'mamba_d_state': 128, 'mamba_expand': 2, 'mamba_n_groups': 1, 'mamba_proj_bias': false, "
     "'normalization_function': 'rmsnorm', 'position_embedding_type': 'nope', 'attention_bias': false, "
     "'tie_word_embeddings': true}"},
    {"falcon-h1-0.5b", 521000000.0, 0.01, 0, 0,
     "model card: 0.521B",
     "{'architectures': ['FalconH1ForCausalLM'], 'model_type': 'falcon_h1', 'hidden_size': 1024, "
     "'intermediate_size': 2048, 'num_hidden_layers': 36, 'num_attention_heads': 8, 'num_key_value_heads': 2, "
     "'vocab_size': 32784, 'head_dim': 64, 'mamba_d_ssm': 1536, 'mamba_n_heads': 24, 'mamba_d_head': 64, "
     "'mamba_d_state': 128, 'mamba_n_groups': 1, 'mamba_d_conv': 4, 'mamba_expand': 2, 'mamba_chunk_size': 256, "
     "'mamba_conv_bias': true, 'mamba_proj_bias': false, 'mamba_rms_norm': false, 'mamba_norm_before_gate': true, "
     "'mamba_use_mlp': true, 'attention_bias': false, 'mlp_bias': false, 'projectors_bias': false, "
     "'attn_layer_indices': null, 'ssm_multipliers': [1.0], 'mlp_multipliers': [1.0], 'tie_word_embeddings': false}"},
    {"falcon-h1-7b", 7590000000.0, 0.01, 0, 0,
     "model card: 7.59B",
     "{'architectures': ['FalconH1ForCausalLM'], 'model_type': 'falcon_h1', 'hidden_size': 3072, "
     "'intermediate_size': 12288, 'num_hidden_layers': 44, 'num_attention_heads': 12, 'num_key_value_heads': 2, "
     "'vocab_size': 130049, 'head_dim': 128, 'mamba_d_ssm': 3072, 'mamba_n_heads': 24, 'mamba_d_head': 128, "
     "'mamba_d_state': 256, 'mamba_n_groups': 1, 'mamba_d_conv': 4, 'mamba_expand': 2, 'mamba_chunk_size': 256, "
     "'mamba_conv_bias': true, 'mamba_proj_bias': false, 'mamba_rms_norm': false, 'mamba_norm_before_gate': true, "
     "'mamba_use_mlp': true, 'attention_bias': false, 'mlp_bias': false, 'projectors_bias': false, "
     "'attn_layer_indices': null, 'ssm_multipliers': [1.0], 'mlp_multipliers': [1.0], 'tie_word_embeddings': false}"},
    {"falcon-h1-34b", 33600000000.0, 0.01, 0, 0,
     "model card: 33.6B",
     "{'architectures': ['FalconH1ForCausalLM'], 'model_type': 'falcon_h1', 'hidden_size': 5120, "
     "'intermediate_size': 21504, 'num_hidden_layers': 72, 'num_attention_heads': 20, 'num_key_value_heads': 4, "
     "'vocab_size': 261120, 'head_dim': 128, 'mamba_d_ssm': 4096, 'mamba_n_heads': 32, 'mamba_d_head': 128, "
     "'mamba_d_state': 256, 'mamba_n_groups': 2, 'mamba_d_conv': 4, 'mamba_expand': 2, 'mamba_chunk_size': 256, "
     "'mamba_conv_bias': true, 'mamba_proj_bias': false, 'mamba_rms_norm': false, 'mamba_norm_before_gate': true, "
     "'mamba_use_mlp': true, 'attention_bias': false, 'mlp_bias': false, 'projectors_bias': false, "
     "'attn_layer_indices': null, 'ssm_multipliers': [1.0], 'mlp_multipliers': [1.0], 'tie_word_embeddings': false}"},
    {"nemotron-nano-9b-v2", 8888227328.0, 0.005, 0, 0,
     "safetensors total of nvidia/NVIDIA-Nemotron-Nano-9B-v2, 8.89B",
     "{'architectures': ['NemotronHForCausalLM'], 'model_type': 'nemotron_h', 'hidden_size': 4480, "
     "'intermediate_size': 15680, 'num_hidden_layers': 56, 'num_attention_heads': 40, 'num_key_value_heads': 8, "
     "'vocab_size': 131072, 'head_dim': 128, 'hybrid_override_pattern': "
     "'M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M-', 'mamba_num_heads': 128, 'mamba_head_dim': 80, "
     "'n_groups': 8, 'attention_bias': false, 'chunk_size': 128, 'conv_kernel': 4, 'expand': 2, 'mamba_hidden_act': "
     "'silu', 'mamba_proj_bias': false, 'mlp_bias': false, 'mlp_hidden_act': 'relu2', 'num_logits_to_keep': 1, "
     "'rescale_prenorm_residual': true, 'residual_in_fp32': false, 'ssm_state_size': 128, 'time_step_limit': [0.0, "
     "1000000000.0], 'use_bias': false, 'use_conv_bias': true, 'use_mamba_kernels': true}"},
    {"nemotron-nano-12b-v2", 12310000000.0, 0.005, 0, 0,
     "safetensors total of nvidia/NVIDIA-Nemotron-Nano-12B-v2, 12.3B",
     "{'architectures': ['NemotronHForCausalLM'], 'model_type': 'nemotron_h', 'hidden_size': 5120, "
     "'intermediate_size': 20480, 'num_hidden_layers': 62, 'num_attention_heads': 40, 'num_key_value_heads': 8, "
     "'vocab_size': 131072, 'head_dim': 128, 'hybrid_override_pattern': "
     "'M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M-', 'mamba_num_heads': 128, 'mamba_head_dim': "
     "80, 'n_groups': 8, 'attention_bias': false, 'chunk_size': 128, 'conv_kernel': 4, 'expand': 2, "
     "'mamba_hidden_act': 'silu', 'mamba_proj_bias': false, 'mlp_bias': false, 'mlp_hidden_act': 'relu2', "
     "'num_logits_to_keep': 1, 'rescale_prenorm_residual': true, 'residual_in_fp32': false, 'ssm_state_size': 128, "
     "'time_step_limit': [0.0, 1000000000.0], 'use_bias': false, 'use_conv_bias': true, 'use_mamba_kernels': true}"},
    {"nemotron-3-super", 120600000000.0, 0.005, 1.27e+10, 0.05,
     "report 2026: 120.6B, 12.7B active",
     "{'architectures': ['NemotronHForCausalLM'], 'model_type': 'nemotron_h', 'hidden_size': 4096, "
     "'intermediate_size': 2688, 'num_hidden_layers': 88, 'num_attention_heads': 32, 'num_key_value_heads': 2, "
     "'vocab_size': 131072, 'head_dim': 128, 'hybrid_override_pattern': "
     "'MEMEMEM*EMEMEMEM*EMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEM*EMEMEMEME', "
     "'mamba_num_heads': 128, 'mamba_head_dim': 64, 'n_groups': 8, 'n_routed_experts': 512, 'num_experts_per_tok': "
     "22, 'n_shared_experts': 1, 'moe_intermediate_size': 2688, 'moe_shared_expert_intermediate_size': 5376, "
     "'moe_latent_size': 1024, 'num_nextn_predict_layers': 1, 'attention_bias': false, 'chunk_size': 128, "
     "'conv_kernel': 4, 'expand': 2, 'mamba_hidden_act': 'silu', 'mamba_proj_bias': false, 'mlp_bias': false, "
     "'mlp_hidden_act': 'relu2', 'num_logits_to_keep': 1, 'rescale_prenorm_residual': true, 'residual_in_fp32': "
     "false, 'ssm_state_size': 128, 'time_step_limit': [0.0, 1000000000.0], 'use_bias': false, 'use_conv_bias': "
     "true, 'use_mamba_kernels': true}"},
    {"lfm2-1.2b", 1170340608.0, 0.005, 0, 0,
     "safetensors total of LiquidAI/LFM2-1.2B",
     "{'architectures': ['Lfm2ForCausalLM'], 'model_type': 'lfm2', 'hidden_size': 2048, 'num_hidden_layers': 16, "
     "'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 65536, 'block_ff_dim': 12288, 'block_dim': "
     "2048, 'block_auto_adjust_ff_dim': true, 'block_ffn_dim_multiplier': 1.0, 'block_multiple_of': 256, "
     "'full_attn_idxs': [2, 5, 8, 10, 12, 14], 'conv_dim': 2048, 'conv_dim_out': 2048, 'num_heads': 32, "
     "'tie_embedding': true, 'use_pos_enc': true, 'block_use_swiglu': true, 'conv_L_cache': 3, 'conv_bias': false, "
     "'norm_eps': 1e-05}"},
    {"lfm2-350m", 354483968.0, 0.005, 0, 0,
     "safetensors total of LiquidAI/LFM2-350M",
     "{'architectures': ['Lfm2ForCausalLM'], 'model_type': 'lfm2', 'hidden_size': 1024, 'num_hidden_layers': 16, "
     "'num_attention_heads': 16, 'num_key_value_heads': 8, 'vocab_size': 65536, 'block_ff_dim': 6656, "
     "'block_auto_adjust_ff_dim': true, 'block_ffn_dim_multiplier': 1.0, 'block_multiple_of': 256, "
     "'full_attn_idxs': [2, 5, 8, 10, 12, 14], 'conv_L_cache': 3, 'conv_bias': false, 'norm_eps': 1e-05}"},
    {"lfm2-8b-a1b", 8340000000.0, 0.005, 1.5e+09, 0.1,
     "safetensors total of LiquidAI/LFM2-8B-A1B: 8.34B; 1.5B active",
     "{'architectures': ['Lfm2MoeForCausalLM'], 'model_type': 'lfm2_moe', 'hidden_size': 2048, 'intermediate_size': "
     "7168, 'num_hidden_layers': 24, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 65536, "
     "'layer_types': ['conv', 'conv', 'full_attention', 'conv', 'conv', 'conv', 'full_attention', 'conv', 'conv', "
     "'conv', 'full_attention', 'conv', 'conv', 'conv', 'full_attention', 'conv', 'conv', 'conv', 'full_attention', "
     "'conv', 'conv', 'full_attention', 'conv', 'conv'], 'moe_intermediate_size': 1792, 'num_experts': 32, "
     "'num_experts_per_tok': 4, 'num_dense_layers': 2, 'use_expert_bias': true, 'norm_topk_prob': true, "
     "'routed_scaling_factor': 1.0, 'conv_L_cache': 3, 'conv_bias': false, 'norm_eps': 1e-05}"},
    {"jamba-1.5-mini", 51570323328.0, 0.005, 1.2e+10, 0.05,
     "safetensors total of ai21labs/AI21-Jamba-1.5-Mini: 51.6B; 12B active",
     "{'architectures': ['JambaForCausalLM'], 'model_type': 'jamba', 'hidden_size': 4096, 'intermediate_size': "
     "14336, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 65536, "
     "'attn_layer_offset': 4, 'attn_layer_period': 8, 'expert_layer_offset': 1, 'expert_layer_period': 2, "
     "'num_experts': 16, 'num_experts_per_tok': 2, 'mamba_d_conv': 4, 'mamba_d_state': 16, 'mamba_dt_rank': 256, "
     "'mamba_expand': 2, 'mamba_conv_bias': true, 'mamba_proj_bias': false, 'use_mamba_kernels': true, "
     "'tie_word_embeddings': false}"},
    {"jamba-reasoning-3b", 3030000000.0, 0.03, 0, 0,
     "model card: 3B",
     "{'architectures': ['JambaForCausalLM'], 'model_type': 'jamba', 'hidden_size': 2560, 'intermediate_size': "
     "8192, 'num_hidden_layers': 28, 'num_attention_heads': 20, 'num_key_value_heads': 1, 'vocab_size': 65536, "
     "'attn_layer_offset': 7, 'attn_layer_period': 14, 'expert_layer_offset': 1, 'expert_layer_period': 2, "
     "'num_experts': 1, 'num_experts_per_tok': 1, 'mamba_d_conv': 4, 'mamba_d_state': 16, 'mamba_dt_rank': 160, "
     "'mamba_expand': 2, 'mamba_conv_bias': true, 'mamba_proj_bias': false, 'tie_word_embeddings': true}"},
    {"bamba-9b", 9780000000.0, 0.005, 0, 0,
     "safetensors total of ibm-ai-platform/Bamba-9B: 9.78B",
     "{'architectures': ['BambaForCausalLM'], 'model_type': 'bamba', 'hidden_size': 4096, 'intermediate_size': "
     "14336, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 128256, "
     "'attn_layer_indices': [9, 18, 27], 'mamba_n_heads': 128, 'mamba_d_head': 64, 'mamba_d_state': 128, "
     "'mamba_n_groups': 1, 'mamba_d_conv': 4, 'mamba_expand': 2, 'mamba_chunk_size': 256, 'mamba_conv_bias': true, "
     "'mamba_proj_bias': false, 'attn_rotary_emb': 64, 'tie_word_embeddings': false}"},
    {"trinity-mini", 26100000000.0, 0.005, 3e+09, 0.3,
     "model card: 26.1B, 3B active",
     "{'architectures': ['AfmoeForCausalLM'], 'model_type': 'afmoe', 'hidden_size': 2048, 'intermediate_size': "
     "6144, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 4, 'vocab_size': 200192, "
     "'head_dim': 128, 'num_experts': 128, 'num_local_experts': 128, 'num_experts_per_tok': 8, "
     "'num_shared_experts': 1, 'moe_intermediate_size': 1024, 'num_dense_layers': 2, 'sliding_window': 2048, "
     "'global_attn_every_n_layers': 4, 'layer_types': ['sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'], "
     "'mup_enabled': true, 'n_group': 1, 'topk_group': 1, 'num_expert_groups': 1, 'num_limited_groups': 1, "
     "'route_norm': true, 'route_scale': 2.826, 'score_func': 'sigmoid', 'load_balance_coeff': 0.001, "
     "'use_grouped_mm': true, 'tie_word_embeddings': false}"},
    {"trinity-nano", 6100000000.0, 0.01, 1e+09, 0.3,
     "model card: 6.1B, 1B active",
     "{'architectures': ['AfmoeForCausalLM'], 'model_type': 'afmoe', 'hidden_size': 1024, 'intermediate_size': "
     "3072, 'num_hidden_layers': 56, 'num_attention_heads': 8, 'num_key_value_heads': 2, 'vocab_size': 200192, "
     "'head_dim': 128, 'num_experts': 128, 'num_local_experts': 128, 'num_experts_per_tok': 8, "
     "'num_shared_experts': 1, 'moe_intermediate_size': 256, 'num_dense_layers': 2, 'sliding_window': 2048, "
     "'global_attn_every_n_layers': 4, 'layer_types': ['sliding_attention', 'sliding_attention', "
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
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'], 'mup_enabled': true, "
     "'n_group': 1, 'topk_group': 1, 'num_expert_groups': 1, 'num_limited_groups': 1, 'route_norm': true, "
     "'route_scale': 2.826, 'score_func': 'sigmoid', 'load_balance_coeff': 0.001, 'use_grouped_mm': true, "
     "'tie_word_embeddings': false}"},
    {"trinity-large", 398600000000.0, 0.005, 1.3e+10, 0.05,
     "model card: 398.6B, 13B active",
     "{'architectures': ['AfmoeForCausalLM'], 'model_type': 'afmoe', 'hidden_size': 3072, 'intermediate_size': "
     "12288, 'num_hidden_layers': 60, 'num_attention_heads': 48, 'num_key_value_heads': 8, 'vocab_size': 200192, "
     "'head_dim': 128, 'num_experts': 256, 'num_local_experts': 256, 'num_experts_per_tok': 4, "
     "'num_shared_experts': 1, 'moe_intermediate_size': 3072, 'num_dense_layers': 6, 'sliding_window': 2048, "
     "'global_attn_every_n_layers': 4, 'layer_types': ['sliding_attention', 'sliding_attention', "
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
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention'], 'mup_enabled': true, 'n_group': 1, 'topk_group': "
     "1, 'num_expert_groups': 1, 'num_limited_groups': 1, 'route_norm': true, 'route_scale': 2.826, 'score_func': "
     "'sigmoid', 'load_balance_coeff': 0.001, 'use_grouped_mm': true, 'tie_word_embeddings': false}"},
    {"gemma-4-31b", 30700000000.0, 0.005, 0, 0,
     "model card: 30.7B",
     "{'architectures': ['Gemma4ForConditionalGeneration'], 'model_type': 'gemma4', 'text_config': {'model_type': "
     "'gemma4_text', 'hidden_size': 5376, 'intermediate_size': 21504, 'num_hidden_layers': 60, "
     "'num_attention_heads': 32, 'num_key_value_heads': 16, 'vocab_size': 262144, 'head_dim': 256, "
     "'global_head_dim': 512, 'num_global_key_value_heads': 4, 'attention_k_eq_v': true, 'layer_types': "
     "['sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'], "
     "'sliding_window': 1024, 'enable_moe_block': false, 'hidden_size_per_layer_input': 0, 'num_kv_shared_layers': "
     "0, 'use_double_wide_mlp': false, 'vocab_size_per_layer_input': 262144, 'tie_word_embeddings': true}, "
     "'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"gemma-4-e2b", 4650000000.0, 0.03, 0, 0,
     "model card: 5.1B with embeddings, less towers of 0.15B and 0.3B",
     "{'architectures': ['Gemma4ForConditionalGeneration'], 'model_type': 'gemma4', 'text_config': {'model_type': "
     "'gemma4_text', 'hidden_size': 1536, 'intermediate_size': 6144, 'num_hidden_layers': 35, "
     "'num_attention_heads': 8, 'num_key_value_heads': 1, 'vocab_size': 262144, 'head_dim': 256, 'global_head_dim': "
     "512, 'attention_k_eq_v': false, 'layer_types': ['sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention'], 'sliding_window': 512, 'enable_moe_block': "
     "false, 'hidden_size_per_layer_input': 256, 'num_kv_shared_layers': 20, 'use_double_wide_mlp': true, "
     "'vocab_size_per_layer_input': 262144, 'tie_word_embeddings': true}, 'vision_config': {'hidden_size': 1152, "
     "'depth': 27}}"},
    {"gemma-4-e4b", 7550000000.0, 0.03, 0, 0,
     "model card: 8B with embeddings, less towers of 0.15B and 0.3B",
     "{'architectures': ['Gemma4ForConditionalGeneration'], 'model_type': 'gemma4', 'text_config': {'model_type': "
     "'gemma4_text', 'hidden_size': 2560, 'intermediate_size': 10240, 'num_hidden_layers': 42, "
     "'num_attention_heads': 8, 'num_key_value_heads': 2, 'vocab_size': 262144, 'head_dim': 256, 'global_head_dim': "
     "512, 'attention_k_eq_v': false, 'layer_types': ['sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'], "
     "'sliding_window': 512, 'enable_moe_block': false, 'hidden_size_per_layer_input': 256, 'num_kv_shared_layers': "
     "18, 'use_double_wide_mlp': false, 'vocab_size_per_layer_input': 262144, 'tie_word_embeddings': true}, "
     "'vision_config': {'hidden_size': 1152, 'depth': 27}}"},
    {"codestral-mamba-7b", 7285403648.0, 0, 0, 0,
     "safetensors total of mistralai/Mamba-Codestral-7B-v0.1",
     "{'architectures': ['Mamba2ForCausalLM'], 'model_type': 'mamba2', 'hidden_size': 4096, 'num_hidden_layers': "
     "64, 'num_heads': 128, 'head_dim': 64, 'state_size': 128, 'n_groups': 8, 'conv_kernel': 4, 'expand': 2, "
     "'vocab_size': 32768, 'chunk_size': 256, 'use_bias': false, 'use_conv_bias': true, 'norm_before_gate': true, "
     "'rms_norm': true, 'residual_in_fp32': true, 'time_step_rank': 256, 'time_step_min': 0.001, "
     "'layer_norm_epsilon': 1e-05, 'tie_word_embeddings': false}"},
    {"falcon-mamba-7b", 7272665088.0, 0.0001, 0, 0,
     "safetensors total of tiiuae/falcon-mamba-7b",
     "{'architectures': ['FalconMambaForCausalLM'], 'model_type': 'falcon_mamba', 'hidden_size': 4096, "
     "'num_hidden_layers': 64, 'intermediate_size': 8192, 'state_size': 16, 'conv_kernel': 4, 'expand': 16, "
     "'time_step_rank': 256, 'vocab_size': 65024, 'use_bias': false, 'use_conv_bias': true, 'use_mambapy': false, "
     "'mixer_rms_eps': 1e-06, 'tie_word_embeddings': false}"},
    {"rwkv7-2.9b", 2947000000.0, 0.005, 0, 0,
     "RWKV-7 report 2025: 2.9B",
     "{'architectures': ['RWKV7ForCausalLM'], 'model_type': 'rwkv7', 'hidden_size': 2560, 'num_hidden_layers': 32, "
     "'head_dim': 64, 'intermediate_size': 10240, 'vocab_size': 65536, 'decay_low_rank_dim': 96, 'a_low_rank_dim': "
     "96, 'v_low_rank_dim': 64, 'gate_low_rank_dim': 320, 'attn_mode': 'chunk', 'hidden_ratio': 4.0, 'norm_first': "
     "true, 'norm_bias': true, 'fuse_norm': true, 'value_dim': [2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, "
     "2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, 2560, "
     "2560, 2560, 2560, 2560, 2560, 2560], 'tie_word_embeddings': false}"},
    {"deepseek-v4-flash", 284000000000.0, 0.005, 1.3e+10, 0.05,
     "model card: 284B, 13B active",
     "{'architectures': ['DeepseekV4ForCausalLM'], 'model_type': 'deepseek_v4', 'hidden_size': 4096, "
     "'num_hidden_layers': 43, 'num_attention_heads': 64, 'num_key_value_heads': 1, 'head_dim': 512, 'q_lora_rank': "
     "1024, 'o_lora_rank': 1024, 'o_groups': 8, 'qk_rope_head_dim': 64, 'sliding_window': 128, 'compress_ratios': "
     "[0, 0, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, "
     "128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 0], 'index_n_heads': 64, 'index_head_dim': "
     "128, 'index_topk': 512, 'hc_mult': 4, 'hc_sinkhorn_iters': 20, 'hc_eps': 1e-06, 'moe_intermediate_size': "
     "2048, 'n_routed_experts': 256, 'n_shared_experts': 1, 'num_experts_per_tok': 6, 'num_hash_layers': 3, "
     "'vocab_size': 129280, 'scoring_func': 'sqrtsoftplus', 'topk_method': 'noaux_tc', 'num_nextn_predict_layers': "
     "1, 'routed_scaling_factor': 1.5, 'expert_dtype': 'fp4', 'compress_rope_theta': 160000, 'swiglu_limit': 10.0, "
     "'norm_topk_prob': true, 'tie_word_embeddings': false}"},
    {"deepseek-v4-pro", 1600000000000.0, 0.02, 4.9e+10, 0.05,
     "model card: 1.6T, 49B active",
     "{'architectures': ['DeepseekV4ForCausalLM'], 'model_type': 'deepseek_v4', 'hidden_size': 7168, "
     "'num_hidden_layers': 61, 'num_attention_heads': 128, 'num_key_value_heads': 1, 'head_dim': 512, "
     "'q_lora_rank': 1536, 'o_lora_rank': 1024, 'o_groups': 16, 'qk_rope_head_dim': 64, 'sliding_window': 128, "
     "'compress_ratios': [128, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, "
     "4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, "
     "128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 0], 'index_n_heads': 64, 'index_head_dim': 128, 'index_topk': "
     "1024, 'hc_mult': 4, 'moe_intermediate_size': 3072, 'n_routed_experts': 384, 'n_shared_experts': 1, "
     "'num_experts_per_tok': 6, 'num_hash_layers': 3, 'vocab_size': 129280, 'topk_method': 'noaux_tc', "
     "'num_nextn_predict_layers': 1, 'tie_word_embeddings': false}"},
    {"ring-flash-linear-2.0", 104000000000.0, 0.005, 6.1e+09, 0.15,
     "model card: 104B, 6.1B active",
     "{'architectures': ['BailingMoeLinearV2ForCausalLM'], 'model_type': 'bailing_moe_linear', 'hidden_size': 4096, "
     "'intermediate_size': 9216, 'num_hidden_layers': 32, 'num_attention_heads': 32, 'num_key_value_heads': 4, "
     "'vocab_size': 157184, 'head_dim': 128, 'num_experts': 256, 'num_experts_per_tok': 8, 'num_shared_experts': 1, "
     "'moe_intermediate_size': 1024, 'moe_shared_expert_intermediate_size': 1024, 'first_k_dense_replace': 1, "
     "'use_qk_norm': true, 'use_qkv_bias': false, 'use_bias': false, 'moe_router_enable_expert_bias': true, "
     "'routed_scaling_factor': 2.5, 'n_group': 8, 'topk_group': 4, 'norm_topk_prob': true, 'score_function': "
     "'sigmoid', 'router_dtype': 'fp32', 'norm_softmax': false, 'norm_head': false, 'partial_rotary_factor': 0.5, "
     "'use_rmsnorm': true, 'num_nextn_predict_layers': 0, 'tie_word_embeddings': false, 'layer_group_size': 8, "
     "'group_norm_size': 4, 'linear_silu': false}"},
};
// clang-format on

TEST(import, counts_what_is_published_for_models_of_several_layer_kinds) {
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        import_check_case(&CASES[i]);
}
