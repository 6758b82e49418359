// Configs of well-known models, written from memory, against the counts that their authors publish, from memory too:
// that two recollections meet to the last digit is the test.
#include "lua/import_cases_test.h"

#include <stdlib.h>

#include "lua/import.h"

// clang-format off
static const ImportCase CASES[] = {
    {"qwen2.5-7b", 7615616512.0, 0, 0, 0,
     "safetensors total of Qwen/Qwen2.5-7B",
     "{'architectures': ['Qwen2ForCausalLM'], 'model_type': 'qwen2', 'rms_norm_eps': 1e-06, 'rope_theta': "
     "1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id': 1, "
     "'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'hidden_size': 3584, "
     "'intermediate_size': 18944, 'num_hidden_layers': 28, 'num_attention_heads': 28, 'num_key_value_heads': 4, "
     "'vocab_size': 152064, 'tie_word_embeddings': false, 'use_sliding_window': false, 'sliding_window': 131072, "
     "'max_window_layers': 28, 'max_position_embeddings': 131072}"},
    {"qwen2.5-72b", 72706203648.0, 0, 0, 0,
     "safetensors total of Qwen/Qwen2.5-72B",
     "{'architectures': ['Qwen2ForCausalLM'], 'model_type': 'qwen2', 'rms_norm_eps': 1e-06, 'rope_theta': "
     "1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id': 1, "
     "'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'hidden_size': 8192, "
     "'intermediate_size': 29568, 'num_hidden_layers': 80, 'num_attention_heads': 64, 'num_key_value_heads': 8, "
     "'vocab_size': 152064, 'tie_word_embeddings': false, 'use_sliding_window': false, 'sliding_window': 131072, "
     "'max_window_layers': 80}"},
    {"qwen3-next-80b-a3b", 80000000000.0, 0.03, 3e+09, 0.25,
     "model card: 80B in total, 3B active (3.9B in vLLM's count)",
     "{'architectures': ['Qwen3NextForCausalLM'], 'model_type': 'qwen3_next', 'rms_norm_eps': 1e-06, 'rope_theta':"
     " 1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id': 1, "
     "'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'attention_bias': false, "
     "'decoder_sparse_step': 1, 'full_attention_interval': 4, 'head_dim': 256, 'hidden_size': 2048, "
     "'intermediate_size': 5120, 'linear_conv_kernel_dim': 4, 'linear_key_head_dim': 128, 'linear_num_key_heads': "
     "16, 'linear_num_value_heads': 32, 'linear_value_head_dim': 128, 'max_position_embeddings': 262144, "
     "'mlp_only_layers': [], 'moe_intermediate_size': 512, 'norm_topk_prob': true, 'num_attention_heads': 16, "
     "'num_experts': 512, 'num_experts_per_tok': 10, 'num_hidden_layers': 48, 'num_key_value_heads': 2, "
     "'output_router_logits': false, 'partial_rotary_factor': 0.25, 'rope_scaling': null, 'router_aux_loss_coef': "
     "0.001, 'shared_expert_intermediate_size': 512, 'tie_word_embeddings': false, 'use_sliding_window': false, "
     "'vocab_size': 151936}"},
    {"qwen3.5-397b-a17b", 397000000000.0, 0.03, 1.7e+10, 0.05,
     "model card: 397B in total, 17B active",
     "{'architectures': ['Qwen3_5MoeForConditionalGeneration'], 'model_type': 'qwen3_5_moe', 'image_token_id': "
     "248056, 'tie_word_embeddings': false, 'text_config': {'model_type': 'qwen3_5_moe_text', 'attn_output_gate': "
     "true, 'full_attention_interval': 4, 'head_dim': 256, 'hidden_size': 4096, 'linear_conv_kernel_dim': 4, "
     "'linear_key_head_dim': 128, 'linear_num_key_heads': 16, 'linear_num_value_heads': 64, "
     "'linear_value_head_dim': 128, 'mamba_ssm_dtype': 'float32', 'moe_intermediate_size': 1024, "
     "'mtp_num_hidden_layers': 1, 'mtp_use_dedicated_embeddings': false, 'num_attention_heads': 32, 'num_experts':"
     " 512, 'num_experts_per_tok': 10, 'num_hidden_layers': 60, 'num_key_value_heads': 2, "
     "'shared_expert_intermediate_size': 1024, 'vocab_size': 248320, 'rope_parameters': {'mrope_section': [11, 11,"
     " 10], 'rope_theta': 10000000}}, 'vision_config': {'depth': 27, 'hidden_size': 1152}}"},
    {"gpt-oss-120b", 116829156672.0, 0, 5.13e+09, 0.001,
     "safetensors total of openai/gpt-oss-120b, 64 sinks a layer included; model card: 5.13B active",
     "{'architectures': ['GptOssForCausalLM'], 'model_type': 'gpt_oss', 'attention_bias': true, "
     "'attention_dropout': 0.0, 'experts_per_token': 4, 'head_dim': 64, 'hidden_act': 'silu', 'hidden_size': 2880,"
     " 'initial_context_length': 4096, 'intermediate_size': 2880, 'max_position_embeddings': 131072, "
     "'num_attention_heads': 64, 'num_experts_per_tok': 4, 'num_hidden_layers': 36, 'num_key_value_heads': 8, "
     "'num_local_experts': 128, 'quantization_config': {'modules_to_not_convert': ['model.layers.*.self_attn', "
     "'lm_head'], 'quant_method': 'mxfp4'}, 'rms_norm_eps': 1e-05, 'router_aux_loss_coef': 0.9, 'sliding_window': "
     "128, 'swiglu_limit': 7.0, 'tie_word_embeddings': false, 'vocab_size': 201088}"},
    {"gpt-oss-20b", 20914757184.0, 0, 3.61e+09, 0.001,
     "openai/gpt-oss-20b; model card: 3.61B active",
     "{'architectures': ['GptOssForCausalLM'], 'model_type': 'gpt_oss', 'attention_bias': true, "
     "'attention_dropout': 0.0, 'experts_per_token': 4, 'head_dim': 64, 'hidden_act': 'silu', 'hidden_size': 2880,"
     " 'initial_context_length': 4096, 'intermediate_size': 2880, 'layer_types': ['sliding_attention', "
     "'full_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'full_attention', "
     "'sliding_attention', 'full_attention', 'sliding_attention', 'full_attention', 'sliding_attention', "
     "'full_attention', 'sliding_attention', 'full_attention'], 'max_position_embeddings': 131072, "
     "'num_attention_heads': 64, 'num_experts_per_tok': 4, 'num_hidden_layers': 24, 'num_key_value_heads': 8, "
     "'num_local_experts': 32, 'quantization_config': {'modules_to_not_convert': ['model.layers.*.self_attn', "
     "'lm_head'], 'quant_method': 'mxfp4'}, 'rms_norm_eps': 1e-05, 'router_aux_loss_coef': 0.9, 'sliding_window': "
     "128, 'swiglu_limit': 7.0, 'tie_word_embeddings': false, 'vocab_size': 201088}"},
    {"glm-4.5", 352797829024.0, 0, 3.2e+10, 0.03,
     "safetensors total of zai-org/GLM-4.5, 358337791296, less its prediction layer; 32B active",
     "{'architectures': ['Glm4MoeForCausalLM'], 'model_type': 'glm4_moe', 'attention_bias': true, "
     "'attention_dropout': 0.0, 'pad_token_id': 151329, 'head_dim': 128, 'hidden_act': 'silu', 'hidden_size': "
     "5120, 'partial_rotary_factor': 0.5, 'intermediate_size': 12288, 'max_position_embeddings': 131072, "
     "'moe_intermediate_size': 1536, 'n_group': 1, 'topk_group': 1, 'n_routed_experts': 160, 'n_shared_experts': "
     "1, 'norm_topk_prob': true, 'num_attention_heads': 96, 'num_experts_per_tok': 8, 'first_k_dense_replace': 3, "
     "'num_hidden_layers': 92, 'num_key_value_heads': 8, 'num_nextn_predict_layers': 1, 'rope_scaling': null, "
     "'routed_scaling_factor': 2.5, 'tie_word_embeddings': false, 'use_qk_norm': true, 'vocab_size': 151552}"},
    {"glm-4.5-air", 106852251264.0, 0, 1.2e+10, 0.07,
     "zai-org/GLM-4.5-Air, 110468824832, less its prediction layer; 12B active",
     "{'architectures': ['Glm4MoeForCausalLM'], 'model_type': 'glm4_moe', 'attention_bias': true, "
     "'attention_dropout': 0.0, 'pad_token_id': 151329, 'head_dim': 128, 'hidden_act': 'silu', 'hidden_size': "
     "4096, 'partial_rotary_factor': 0.5, 'intermediate_size': 10944, 'max_position_embeddings': 131072, "
     "'moe_intermediate_size': 1408, 'n_group': 1, 'topk_group': 1, 'n_routed_experts': 128, 'n_shared_experts': "
     "1, 'norm_topk_prob': true, 'num_attention_heads': 96, 'num_experts_per_tok': 8, 'first_k_dense_replace': 1, "
     "'num_hidden_layers': 46, 'num_key_value_heads': 8, 'num_nextn_predict_layers': 1, 'rope_scaling': null, "
     "'routed_scaling_factor': 2.5, 'tie_word_embeddings': false, 'use_qk_norm': false, 'vocab_size': 151552}"},
    {"deepseek-v2", 235741434880.0, 1e-05, 2.1e+10, 0.02,
     "safetensors total of deepseek-ai/DeepSeek-V2; report 2024: 236B, 21B active",
     "{'architectures': ['DeepseekV2ForCausalLM'], 'model_type': 'deepseek_v2', 'attention_bias': false, "
     "'aux_loss_alpha': 0.001, 'ep_size': 1, 'first_k_dense_replace': 1, 'hidden_size': 5120, 'intermediate_size':"
     " 12288, 'kv_lora_rank': 512, 'max_position_embeddings': 163840, 'moe_intermediate_size': 1536, "
     "'moe_layer_freq': 1, 'n_group': 8, 'n_routed_experts': 160, 'n_shared_experts': 2, 'norm_topk_prob': true, "
     "'num_attention_heads': 128, 'num_experts_per_tok': 6, 'num_hidden_layers': 60, 'num_key_value_heads': 128, "
     "'q_lora_rank': 1536, 'qk_nope_head_dim': 128, 'qk_rope_head_dim': 64, 'routed_scaling_factor': 2.5, "
     "'scoring_func': 'sigmoid', 'seq_aux': true, 'tie_word_embeddings': false, 'topk_group': 4, 'topk_method': "
     "'group_limited_greedy', 'v_head_dim': 128, 'vocab_size': 102400}"},
    {"deepseek-v2-lite", 15706484224.0, 0.0001, 2.4e+09, 0.05,
     "safetensors total of deepseek-ai/DeepSeek-V2-Lite; 2.4B active",
     "{'architectures': ['DeepseekV2ForCausalLM'], 'model_type': 'deepseek_v2', 'attention_bias': false, "
     "'aux_loss_alpha': 0.001, 'ep_size': 1, 'first_k_dense_replace': 1, 'hidden_size': 2048, 'intermediate_size':"
     " 10944, 'kv_lora_rank': 512, 'max_position_embeddings': 163840, 'moe_intermediate_size': 1408, "
     "'moe_layer_freq': 1, 'n_group': 8, 'n_routed_experts': 64, 'n_shared_experts': 2, 'norm_topk_prob': true, "
     "'num_attention_heads': 16, 'num_experts_per_tok': 6, 'num_hidden_layers': 27, 'num_key_value_heads': 16, "
     "'q_lora_rank': null, 'qk_nope_head_dim': 128, 'qk_rope_head_dim': 64, 'routed_scaling_factor': 2.5, "
     "'scoring_func': 'sigmoid', 'seq_aux': true, 'tie_word_embeddings': false, 'topk_group': 4, 'topk_method': "
     "'greedy', 'v_head_dim': 128, 'vocab_size': 102400}"},
    {"deepseek-v3.2", 671900000000.0, 0.005, 3.7e+10, 0.03,
     "DeepSeek-V3's 671B and an indexer of 14M a layer",
     "{'architectures': ['DeepseekV32ForCausalLM'], 'model_type': 'deepseek_v32', 'attention_bias': false, "
     "'aux_loss_alpha': 0.001, 'ep_size': 1, 'first_k_dense_replace': 3, 'hidden_size': 7168, 'intermediate_size':"
     " 18432, 'kv_lora_rank': 512, 'max_position_embeddings': 163840, 'moe_intermediate_size': 2048, "
     "'moe_layer_freq': 1, 'n_group': 8, 'n_routed_experts': 256, 'n_shared_experts': 1, 'norm_topk_prob': true, "
     "'num_attention_heads': 128, 'num_experts_per_tok': 8, 'num_hidden_layers': 61, 'num_key_value_heads': 128, "
     "'q_lora_rank': 1536, 'qk_nope_head_dim': 128, 'qk_rope_head_dim': 64, 'routed_scaling_factor': 2.5, "
     "'scoring_func': 'sigmoid', 'seq_aux': true, 'tie_word_embeddings': false, 'topk_group': 4, 'topk_method': "
     "'noaux_tc', 'v_head_dim': 128, 'vocab_size': 129280, 'index_head_dim': 128, 'index_n_heads': 64, "
     "'index_topk': 2048, 'num_nextn_predict_layers': 1}"},
    {"kimi-k2", 1026408000000.0, 1e-05, 3.2e+10, 0.02,
     "safetensors total of moonshotai/Kimi-K2-Instruct (1.04T in the report); 32B active",
     "{'architectures': ['KimiK2ForCausalLM'], 'model_type': 'kimi_k2', 'attention_bias': false, 'aux_loss_alpha':"
     " 0.001, 'ep_size': 1, 'first_k_dense_replace': 1, 'hidden_size': 7168, 'intermediate_size': 18432, "
     "'kv_lora_rank': 512, 'max_position_embeddings': 163840, 'moe_intermediate_size': 2048, 'moe_layer_freq': 1, "
     "'n_group': 8, 'n_routed_experts': 384, 'n_shared_experts': 1, 'norm_topk_prob': true, 'num_attention_heads':"
     " 64, 'num_experts_per_tok': 8, 'num_hidden_layers': 61, 'num_key_value_heads': 64, 'q_lora_rank': 1536, "
     "'qk_nope_head_dim': 128, 'qk_rope_head_dim': 64, 'routed_scaling_factor': 2.5, 'scoring_func': 'sigmoid', "
     "'seq_aux': true, 'tie_word_embeddings': false, 'topk_group': 4, 'topk_method': 'noaux_tc', 'v_head_dim': "
     "128, 'vocab_size': 163840, 'num_nextn_predict_layers': 0}"},
    {"glm-5", 744000000000.0, 0.005, 4e+10, 0.03,
     "model card: 744B in total, 40B active",
     "{'architectures': ['GlmMoeDsaForCausalLM'], 'model_type': 'glm_moe_dsa', 'attention_bias': false, "
     "'aux_loss_alpha': 0.001, 'ep_size': 1, 'first_k_dense_replace': 3, 'hidden_size': 6144, 'intermediate_size':"
     " 12288, 'kv_lora_rank': 512, 'max_position_embeddings': 163840, 'moe_intermediate_size': 2048, "
     "'moe_layer_freq': 1, 'n_group': 8, 'n_routed_experts': 256, 'n_shared_experts': 1, 'norm_topk_prob': true, "
     "'num_attention_heads': 64, 'num_experts_per_tok': 8, 'num_hidden_layers': 78, 'num_key_value_heads': 64, "
     "'q_lora_rank': 2048, 'qk_nope_head_dim': 192, 'qk_rope_head_dim': 64, 'routed_scaling_factor': 2.5, "
     "'scoring_func': 'sigmoid', 'seq_aux': true, 'tie_word_embeddings': false, 'topk_group': 4, 'topk_method': "
     "'noaux_tc', 'v_head_dim': 256, 'vocab_size': 154880, 'index_head_dim': 128, 'index_n_heads': 32, "
     "'index_topk': 2048, 'num_nextn_predict_layers': 1, 'qk_head_dim': 256, 'head_dim': 64}"},
    {"llama-4-scout", 107769873408.0, 0.005, 1.7e+10, 0.06,
     "108641793536 less the vision tower's 0.87B; model card: 109B, 17B active with the input embedding",
     "{'architectures': ['Llama4ForConditionalGeneration'], 'model_type': 'llama4', 'boi_token_index': 200080, "
     "'vision_config': {'hidden_size': 1408}, 'text_config': {'model_type': 'llama4_text', 'attention_bias': "
     "false, 'attention_chunk_size': 8192, 'attn_scale': 0.1, 'attn_temperature_tuning': 4, 'floor_scale': 8192, "
     "'for_llm_compressor': false, 'head_dim': 128, 'hidden_size': 5120, 'interleave_moe_layer_step': 1, "
     "'intermediate_size': 8192, 'intermediate_size_mlp': 16384, 'max_position_embeddings': 1048576, "
     "'no_rope_layers': [], 'num_attention_heads': 40, 'num_experts_per_tok': 1, 'num_hidden_layers': 48, "
     "'num_key_value_heads': 8, 'num_local_experts': 16, 'output_router_logits': false, 'use_qk_norm': true, "
     "'top_k': 50, 'vocab_size': 202048}}"},
    {"llama-4-maverick", 400000000000.0, 0.03, 1.7e+10, 0.2,
     "model card: 400B with the vision tower, 17B active with both embeddings",
     "{'architectures': ['Llama4ForConditionalGeneration'], 'model_type': 'llama4', 'boi_token_index': 200080, "
     "'vision_config': {'hidden_size': 1408}, 'text_config': {'model_type': 'llama4_text', 'attention_bias': "
     "false, 'attention_chunk_size': 8192, 'attn_scale': 0.1, 'attn_temperature_tuning': 4, 'floor_scale': 8192, "
     "'for_llm_compressor': false, 'head_dim': 128, 'hidden_size': 5120, 'interleave_moe_layer_step': 2, "
     "'intermediate_size': 8192, 'intermediate_size_mlp': 16384, 'max_position_embeddings': 1048576, "
     "'no_rope_layers': [], 'num_attention_heads': 40, 'num_experts_per_tok': 1, 'num_hidden_layers': 48, "
     "'num_key_value_heads': 8, 'num_local_experts': 128, 'output_router_logits': false, 'use_qk_norm': false, "
     "'top_k': 50, 'vocab_size': 202048}}"},
    {"gemma-2-9b", 9241705984.0, 0, 0, 0,
     "safetensors total of google/gemma-2-9b",
     "{'architectures': ['Gemma2ForCausalLM'], 'model_type': 'gemma2', 'attention_bias': false, "
     "'attn_logit_softcapping': 50.0, 'final_logit_softcapping': 30.0, 'head_dim': 256, 'hidden_activation': "
     "'gelu_pytorch_tanh', 'hidden_size': 3584, 'intermediate_size': 14336, 'num_attention_heads': 16, "
     "'num_hidden_layers': 42, 'num_key_value_heads': 8, 'query_pre_attn_scalar': 144, 'sliding_window': 4096, "
     "'vocab_size': 256000, 'cache_implementation': 'hybrid'}"},
    {"gemma-2-27b", 27227128320.0, 0, 0, 0,
     "safetensors total of google/gemma-2-27b",
     "{'architectures': ['Gemma2ForCausalLM'], 'model_type': 'gemma2', 'attention_bias': false, "
     "'attn_logit_softcapping': 50.0, 'final_logit_softcapping': 30.0, 'head_dim': 128, 'hidden_activation': "
     "'gelu_pytorch_tanh', 'hidden_size': 4608, 'intermediate_size': 36864, 'num_attention_heads': 32, "
     "'num_hidden_layers': 46, 'num_key_value_heads': 16, 'query_pre_attn_scalar': 144, 'sliding_window': 4096, "
     "'vocab_size': 256000, 'cache_implementation': 'hybrid'}"},
    {"gemma-3-27b", 27016000000.0, 0.001, 0, 0,
     "Gemma 3 report 2025, table 1: 1416M of embedding and 25600M beside it",
     "{'architectures': ['Gemma3ForConditionalGeneration'], 'model_type': 'gemma3', 'boi_token_index': 255999, "
     "'mm_tokens_per_image': 256, 'text_config': {'head_dim': 128, 'hidden_size': 5376, 'intermediate_size': "
     "21504, 'model_type': 'gemma3_text', 'num_attention_heads': 32, 'num_hidden_layers': 62, "
     "'num_key_value_heads': 16, 'query_pre_attn_scalar': 168, 'rope_scaling': {'factor': 8.0, 'rope_type': "
     "'linear'}, 'sliding_window': 1024}, 'vision_config': {'hidden_size': 1152, 'num_hidden_layers': 27}}"},
    {"phi-4", 14659507200.0, 0, 0, 0,
     "safetensors total of microsoft/phi-4",
     "{'architectures': ['Phi3ForCausalLM'], 'model_type': 'phi3', 'rms_norm_eps': 1e-06, 'rope_theta': 1000000.0,"
     " 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id': 1, 'eos_token_id': 2, "
     "'initializer_range': 0.02, 'attention_dropout': 0.0, 'attention_bias': false, 'embd_pdrop': 0.0, "
     "'resid_pdrop': 0.0, 'hidden_size': 5120, 'intermediate_size': 17920, 'max_position_embeddings': 16384, "
     "'num_attention_heads': 40, 'num_hidden_layers': 40, 'num_key_value_heads': 10, "
     "'original_max_position_embeddings': 16384, 'sliding_window': null, 'tie_word_embeddings': false, "
     "'vocab_size': 100352}"},
    {"mistral-7b-v0.1", 7241732096.0, 0, 0, 0,
     "safetensors total of mistralai/Mistral-7B-v0.1",
     "{'architectures': ['MistralForCausalLM'], 'model_type': 'mistral', 'rms_norm_eps': 1e-06, 'rope_theta': "
     "1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id': 1, "
     "'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'hidden_size': 4096, "
     "'intermediate_size': 14336, 'max_position_embeddings': 32768, 'num_attention_heads': 32, "
     "'num_hidden_layers': 32, 'num_key_value_heads': 8, 'sliding_window': 4096, 'tie_word_embeddings': false, "
     "'vocab_size': 32000}"},
    {"mixtral-8x22b", 140630071296.0, 0, 3.9e+10, 0.01,
     "safetensors total of mistralai/Mixtral-8x22B-v0.3; 39B active",
     "{'architectures': ['MixtralForCausalLM'], 'model_type': 'mixtral', 'rms_norm_eps': 1e-06, 'rope_theta': "
     "1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id': 1, "
     "'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'hidden_size': 6144, "
     "'intermediate_size': 16384, 'max_position_embeddings': 65536, 'num_attention_heads': 48, "
     "'num_experts_per_tok': 2, 'num_hidden_layers': 56, 'num_key_value_heads': 8, 'num_local_experts': 8, "
     "'router_aux_loss_coef': 0.001, 'sliding_window': null, 'tie_word_embeddings': false, 'vocab_size': 32768}"},
    {"nemotron-h-8b", 8100000000.0, 0.005, 0, 0,
     "Nemotron-H report 2025: 8B, 8.1B in the weights",
     "{'architectures': ['NemotronHForCausalLM'], 'model_type': 'nemotron_h', 'attention_bias': false, "
     "'attention_head_dim': 128, 'chunk_size': 256, 'conv_kernel': 4, 'expand': 2, 'hidden_size': 4096, "
     "'hybrid_override_pattern': 'M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-', 'intermediate_size': "
     "21504, 'mamba_head_dim': 64, 'mamba_hidden_act': 'silu', 'mamba_num_heads': 128, 'mamba_proj_bias': false, "
     "'mlp_bias': false, 'mlp_hidden_act': 'relu2', 'n_groups': 8, 'num_attention_heads': 32, 'num_hidden_layers':"
     " 52, 'num_key_value_heads': 8, 'num_logits_to_keep': 1, 'rescale_prenorm_residual': true, "
     "'residual_in_fp32': false, 'ssm_state_size': 128, 'time_step_floor': 0.0001, 'time_step_limit': [0.0, "
     "Infinity], 'use_bias': false, 'use_conv_bias': true, 'use_mamba_kernels': true, 'vocab_size': 131072}"},
    {"nemotron-h-56b", 56000000000.0, 0.03, 0, 0,
     "the same: 56B",
     "{'architectures': ['NemotronHForCausalLM'], 'model_type': 'nemotron_h', 'attention_bias': false, "
     "'attention_head_dim': 128, 'chunk_size': 256, 'conv_kernel': 4, 'expand': 2, 'hidden_size': 8192, "
     "'hybrid_override_pattern': 'M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-"
     "M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-', 'intermediate_size': 32768, 'mamba_head_dim': 64, "
     "'mamba_hidden_act': 'silu', 'mamba_num_heads': 256, 'mamba_proj_bias': false, 'mlp_bias': false, "
     "'mlp_hidden_act': 'relu2', 'n_groups': 8, 'num_attention_heads': 64, 'num_hidden_layers': 118, "
     "'num_key_value_heads': 8, 'num_logits_to_keep': 1, 'rescale_prenorm_residual': true, 'residual_in_fp32': "
     "false, 'ssm_state_size': 256, 'time_step_floor': 0.0001, 'time_step_limit': [0.0, Infinity], 'use_bias': "
     "false, 'use_conv_bias': true, 'use_mamba_kernels': true, 'vocab_size': 131072}"},
    {"granite-4.0-h-small", 32000000000.0, 0.01, 9e+09, 0.03,
     "model card: 32B in total, 9B active",
     "{'architectures': ['GraniteMoeHybridForCausalLM'], 'model_type': 'granitemoehybrid', 'rms_norm_eps': 1e-06, "
     "'rope_theta': 1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id':"
     " 1, 'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'attention_bias': false, "
     "'attention_multiplier': 0.0078125, 'embedding_multiplier': 12, 'hidden_size': 4096, 'intermediate_size': "
     "768, 'layer_types': ['mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', 'mamba', "
     "'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', 'mamba', 'mamba', "
     "'mamba', 'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', 'mamba', 'mamba', 'mamba', "
     "'mamba', 'mamba', 'mamba', 'mamba', 'attention', 'mamba', 'mamba', 'mamba', 'mamba'], 'logits_scaling': 16, "
     "'mamba_chunk_size': 256, 'mamba_conv_bias': true, 'mamba_d_conv': 4, 'mamba_d_head': 64, 'mamba_d_state': "
     "128, 'mamba_expand': 2, 'mamba_n_groups': 1, 'mamba_n_heads': 128, 'mamba_proj_bias': false, "
     "'normalization_function': 'rmsnorm', 'num_attention_heads': 32, 'num_experts_per_tok': 10, "
     "'num_hidden_layers': 40, 'num_key_value_heads': 8, 'num_local_experts': 72, 'position_embedding_type': "
     "'nope', 'residual_multiplier': 0.22, 'shared_intermediate_size': 1536, 'tie_word_embeddings': true, "
     "'vocab_size': 100352}"},
    {"minimax-text-01", 456000000000.0, 0.005, 4.59e+10, 0.03,
     "MiniMax-01 report 2025: 456B, 45.9B active",
     "{'architectures': ['MiniMaxText01ForCausalLM'], 'model_type': 'MiniMaxText01', 'attn_type_list': [0, 0, 0, "
     "0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, "
     "1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, "
     "0, 0, 0, 0, 1], 'head_dim': 128, 'hidden_size': 6144, 'intermediate_size': 9216, "
     "'layernorm_full_attention_alpha': 3.5565588200778455, 'layernorm_full_attention_beta': 1.0, "
     "'layernorm_linear_attention_alpha': 3.5565588200778455, 'layernorm_linear_attention_beta': 1.0, "
     "'layernorm_mlp_alpha': 3.5565588200778455, 'layernorm_mlp_beta': 1.0, 'num_attention_heads': 64, "
     "'num_experts_per_tok': 2, 'num_hidden_layers': 80, 'num_key_value_heads': 8, 'num_local_experts': 32, "
     "'postnorm': true, 'rotary_dim': 64, 'shared_intermediate_size': 0, 'shared_moe_mode': 'sigmoid', "
     "'sliding_window': null, 'tie_word_embeddings': false, 'vocab_size': 200064}"},
    {"hunyuan-a13b", 80000000000.0, 0.005, 1.3e+10, 0.05,
     "model card: 80B in total, 13B active",
     "{'architectures': ['HunYuanMoEV1ForCausalLM'], 'model_type': 'hunyuan_v1_moe', 'rms_norm_eps': 1e-06, "
     "'rope_theta': 1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id':"
     " 1, 'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'attention_head_dim': 128, "
     "'head_dim': 128, 'hidden_size': 4096, 'intermediate_size': 3072, 'moe_intermediate_size': [3072, 3072, 3072,"
     " 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072,"
     " 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072], 'moe_layer_num_skipped': 0, 'moe_topk': "
     "[8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8], "
     "'num_attention_heads': 32, 'num_experts': 64, 'num_hidden_layers': 32, 'num_key_value_heads': 8, "
     "'num_shared_expert': [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,"
     " 1, 1, 1], 'org_vocab_size': 128167, 'tie_word_embeddings': true, 'use_cla': false, 'cla_share_factor': 2, "
     "'use_mixed_mlp_moe': true, 'use_qk_norm': true, 'vocab_size': 128167}"},
    {"ernie-4.5-300b-a47b", 300000000000.0, 0.005, 4.7e+10, 0.02,
     "Ernie 4.5 report 2025: 300B, 47B active",
     "{'architectures': ['Ernie4_5_MoeForCausalLM'], 'model_type': 'ernie4_5_moe', 'rms_norm_eps': 1e-06, "
     "'rope_theta': 1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id':"
     " 1, 'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'hidden_size': 8192, "
     "'intermediate_size': 28672, 'moe_capacity': [64, 64, 64], 'moe_gate': 'topk', 'moe_intermediate_size': 3584,"
     " 'moe_k': 8, 'moe_layer_interval': 1, 'moe_layer_start_index': 3, 'moe_layer_end_index': 53, "
     "'moe_num_experts': 64, 'moe_num_shared_experts': 0, 'moe_use_aux_free': true, 'num_attention_heads': 64, "
     "'num_hidden_layers': 54, 'num_key_value_heads': 8, 'num_nextn_predict_layers': 1, 'tie_word_embeddings': "
     "false, 'use_bias': false, 'vocab_size': 103424}"},
    {"seed-oss-36b", 36151104512.0, 0.0001, 0, 0,
     "safetensors total of ByteDance-Seed/Seed-OSS-36B-Base",
     "{'architectures': ['SeedOssForCausalLM'], 'model_type': 'seed_oss', 'rms_norm_eps': 1e-06, 'rope_theta': "
     "1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id': 1, "
     "'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'attention_bias': true, "
     "'attention_out_bias': false, 'head_dim': 128, 'hidden_size': 5120, 'intermediate_size': 27648, 'mlp_bias': "
     "false, 'num_attention_heads': 80, 'num_hidden_layers': 64, 'num_key_value_heads': 8, 'tie_word_embeddings': "
     "false, 'vocab_size': 155136}"},
    {"jamba-1.5-large", 398000000000.0, 0.03, 9.4e+10, 0.03,
     "Jamba 1.5 report 2024: 398B, 94B active",
     "{'architectures': ['JambaForCausalLM'], 'model_type': 'jamba', 'attn_layer_offset': 4, 'attn_layer_period': "
     "8, 'expert_layer_offset': 1, 'expert_layer_period': 2, 'hidden_act': 'silu', 'hidden_size': 8192, "
     "'intermediate_size': 24576, 'mamba_conv_bias': true, 'mamba_d_conv': 4, 'mamba_d_state': 16, "
     "'mamba_dt_rank': 512, 'mamba_expand': 2, 'mamba_proj_bias': false, 'num_attention_heads': 64, 'num_experts':"
     " 16, 'num_experts_per_tok': 2, 'num_hidden_layers': 72, 'num_key_value_heads': 8, 'sliding_window': null, "
     "'tie_word_embeddings': false, 'use_mamba_kernels': true, 'vocab_size': 65536}"},
    {"command-r-plus", 103810674688.0, 0, 0, 0,
     "safetensors total of CohereForAI/c4ai-command-r-plus",
     "{'architectures': ['CohereForCausalLM'], 'model_type': 'cohere', 'attention_bias': false, 'hidden_act': "
     "'silu', 'hidden_size': 12288, 'intermediate_size': 33792, 'layer_norm_eps': 1e-05, 'logit_scale': 0.8333, "
     "'num_attention_heads': 96, 'num_hidden_layers': 64, 'num_key_value_heads': 8, 'use_qk_norm': true, "
     "'vocab_size': 256000}"},
    {"starcoder2-15b", 15957889024.0, 0.005, 0, 0,
     "safetensors total of bigcode/starcoder2-15b, head stored apart",
     "{'architectures': ['Starcoder2ForCausalLM'], 'model_type': 'starcoder2', 'embedding_dropout': 0.1, "
     "'hidden_act': 'gelu_pytorch_tanh', 'hidden_size': 6144, 'intermediate_size': 24576, "
     "'max_position_embeddings': 16384, 'mlp_type': 'default', 'norm_epsilon': 1e-05, 'norm_type': 'layer_norm', "
     "'num_attention_heads': 48, 'num_hidden_layers': 40, 'num_key_value_heads': 4, 'rope_theta': 100000, "
     "'sliding_window': 4096, 'use_bias': true, 'vocab_size': 49152, 'tie_word_embeddings': false}"},
    {"olmo-2-13b", 13716198400.0, 0, 0, 0,
     "safetensors total of allenai/OLMo-2-1124-13B",
     "{'architectures': ['Olmo2ForCausalLM'], 'model_type': 'olmo2', 'rms_norm_eps': 1e-06, 'rope_theta': "
     "1000000.0, 'hidden_act': 'silu', 'torch_dtype': 'bfloat16', 'use_cache': true, 'bos_token_id': 1, "
     "'eos_token_id': 2, 'initializer_range': 0.02, 'attention_dropout': 0.0, 'attention_bias': false, "
     "'hidden_size': 5120, 'intermediate_size': 13824, 'num_attention_heads': 40, 'num_hidden_layers': 40, "
     "'num_key_value_heads': 40, 'tie_word_embeddings': false, 'vocab_size': 100352}"},
    {"falcon-40b", 41303000000.0, 0.005, 0, 0,
     "41.8B with the head stored apart, less 0.53B",
     "{'architectures': ['FalconForCausalLM'], 'model_type': 'falcon', 'alibi': false, "
     "'apply_residual_connection_post_layernorm': false, 'bias': false, 'hidden_dropout': 0.0, 'hidden_size': "
     "8192, 'layer_norm_epsilon': 1e-05, 'multi_query': true, 'new_decoder_architecture': true, "
     "'num_attention_heads': 128, 'num_hidden_layers': 60, 'num_kv_heads': 8, 'parallel_attn': true, 'vocab_size':"
     " 65024}"},
    {"falcon-180b", 178550000000.0, 0.005, 0, 0,
     "179.5B with the head stored apart, less 0.97B",
     "{'architectures': ['FalconForCausalLM'], 'model_type': 'falcon', 'alibi': false, 'bias': false, "
     "'hidden_size': 14848, 'multi_query': true, 'new_decoder_architecture': true, 'num_attention_heads': 232, "
     "'num_hidden_layers': 80, 'num_kv_heads': 8, 'parallel_attn': true, 'vocab_size': 65024}"},
    {"opt-13b", 12853473280.0, 0.0001, 0, 0,
     "weights of facebook/opt-13b: 12.85B",
     "{'architectures': ['OPTForCausalLM'], 'model_type': 'opt', '_remove_final_layer_norm': false, "
     "'activation_function': 'relu', 'do_layer_norm_before': true, 'dropout': 0.1, 'ffn_dim': 20480, "
     "'hidden_size': 5120, 'init_std': 0.02, 'layerdrop': 0.0, 'max_position_embeddings': 2048, "
     "'num_attention_heads': 40, 'num_hidden_layers': 40, 'prefix': '</s>', 'vocab_size': 50272, "
     "'word_embed_proj_dim': 5120}"},
    {"opt-175b", 175000000000.0, 0.005, 0, 0,
     "Zhang et al. 2022: 175B",
     "{'architectures': ['OPTForCausalLM'], 'model_type': 'opt', 'activation_function': 'relu', "
     "'do_layer_norm_before': true, 'ffn_dim': 49152, 'hidden_size': 12288, 'max_position_embeddings': 2048, "
     "'num_attention_heads': 96, 'num_hidden_layers': 96, 'vocab_size': 50272, 'word_embed_proj_dim': 12288}"},
    {"bloom-176b", 176247271424.0, 0.0001, 0, 0,
     "Le Scao et al. 2022, table 3: 176,247M",
     "{'architectures': ['BloomForCausalLM'], 'model_type': 'bloom', 'attention_dropout': 0.0, "
     "'attention_softmax_in_fp32': true, 'bias_dropout_fusion': true, 'masked_softmax_fusion': true, 'n_embed': "
     "14336, 'n_layer': 70, 'num_attention_heads': 112, 'offset_alibi': 100, 'pretraining_tp': 4, 'seq_length': "
     "2048, 'skip_bias_add': true, 'skip_bias_add_qkv': false, 'slow_but_exact': false, 'vocab_size': 250880}"},
    {"gpt-j-6b", 6050882784.0, 0.0001, 0, 0,
     "weights of EleutherAI/gpt-j-6b, the bias of its head included",
     "{'architectures': ['GPTJForCausalLM'], 'model_type': 'gptj', 'activation_function': 'gelu_new', "
     "'attn_pdrop': 0.0, 'n_embd': 4096, 'n_head': 16, 'n_inner': null, 'n_layer': 28, 'n_positions': 2048, "
     "'rotary': true, 'rotary_dim': 64, 'scale_attn_weights': true, 'summary_activation': null, 'summary_type': "
     "'cls_index', 'summary_use_proj': true, 'tie_word_embeddings': false, 'vocab_size': 50400}"},
    {"gpt-neox-20b", 20554567680.0, 0.001, 0, 0,
     "Black et al. 2022, table 1: 20,554,567,680",
     "{'architectures': ['GPTNeoXForCausalLM'], 'model_type': 'gpt_neox', 'hidden_size': 6144, "
     "'intermediate_size': 24576, 'layer_norm_eps': 1e-05, 'max_position_embeddings': 2048, 'num_attention_heads':"
     " 64, 'num_hidden_layers': 44, 'rotary_pct': 0.25, 'tie_word_embeddings': false, 'use_parallel_residual': "
     "true, 'vocab_size': 50432}"},
    {"gpt2-xl", 1557611200.0, 0, 0, 0,
     "weights of openai-community/gpt2-xl",
     "{'architectures': ['GPT2LMHeadModel'], 'model_type': 'gpt2', 'n_ctx': 1024, 'n_embd': 1600, 'n_head': 25, "
     "'n_layer': 48, 'n_positions': 1024, 'summary_type': 'cls_index', 'vocab_size': 50257}"},
};
// clang-format on

void import_check_case(const ImportCase *given) {
    Text text = {0};
    text_add(&text, given->config);
    for (char *at = text.data; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    Arena *arena = arena_new();
    Model *model = arena_take(arena, sizeof *model);
    Import import = {.file = "config.json", .name = given->name};
    Error err;
    if (!import_model(&import, text.data, text.length, arena, model, &err) ||
        !model_finish(model, &err))
        fail_msg("%s: %s:%d: %s", given->name, err.file, err.line, err.what);
    if (model->doubtful && strstr(model->doubtful, "not understood"))
        fail_msg("%s: %s", given->name, model->doubtful);
    if (fabs(model->params / given->params - 1) > given->tolerance)
        fail_msg("%s: %.0f parameters, not %.0f (%s)", given->name, model->params, given->params,
                 given->source);
    if (given->active > 0 &&
        fabs(model->active_params / given->active - 1) > given->active_tolerance)
        fail_msg("%s: %.4g active, not %.4g (%s)", given->name, model->active_params, given->active,
                 given->source);
    arena_free(arena);
    text_free(&text);
}

TEST(import, counts_what_is_published_for_well_known_models) {
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        import_check_case(&CASES[i]);
}
