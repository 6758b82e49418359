// import_quant.h — what a quantization_config says of the weights as they are published.
#ifndef LUA_IMPORT_QUANT_H
#define LUA_IMPORT_QUANT_H

#include "lua/import_config.h"

#ifdef __cplusplus
extern "C" {
#endif

// Appends the weights' format, the `formats` that come nearest, and the modules that stay in 16 bit to the note; a way of
// quantising that is not known, with its name, to the doubts. Nothing where the weights are not quantised.
void import_formats(const Config *config, Text *note, Text *doubt);

#ifdef __cplusplus
}
#endif
#endif
