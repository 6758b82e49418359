// row_attention.h — what sources time beside an attention, and how their libraries run it.
#ifndef VALIDATE_ROW_ATTENTION_H
#define VALIDATE_ROW_ATTENTION_H

#include "validate/row.h"

#ifdef __cplusplus
extern "C" {
#endif

// Adds the ops beside the row's attention, and changes its shape where the library packs heads in the plain case only.
void row_attention(Row *row, const SourceInfo *source, AttentionShape *shape);

// The same of latent attention (MLA).
void row_latent(Row *row, const SourceInfo *source, const AttentionShape *shape);

#ifdef __cplusplus
}
#endif
#endif
