// cuda/fill.cuh — operands made on the device by operand.h, outputs poisoned, and single elements read back.
#ifndef VALIDATE_CUDA_FILL_CUH
#define VALIDATE_CUDA_FILL_CUH

#include "validate/cuda/part.cuh"

// Codes of elements 0 .. count - 1 of an operand, packed as `format` is stored.
RunStatus cuda_fill_codes(CudaDevice *device, void *to, int format, uint64_t seed, Operand which,
                          size_t count, Measurement *out);

// The same of elements first .. first + count - 1.
RunStatus cuda_fill_range(CudaDevice *device, void *to, int format, uint64_t seed, Operand which,
                          size_t first, size_t count, Measurement *out);

// How the scales of a tensor's blocks lie: `rows` rows of `blocks` scales.
enum ScaleOrder {
    SCALE_ROWS,      // row after row
    SCALE_COLUMNS,   // block after block of all rows: what cuBLASLt reads 1 x 128 scales from
    SCALE_ROWS_OF_4, // rows padded to a multiple of 4 scales: cuBLASLt's 128 x 128
    SCALE_TILES      // cuda_scale_place
};

struct ScaleFill {
    void *to;
    Element element; // F32, BF16, E4M3, UE8M0
    ScaleOrder order;
    size_t rows, blocks;
    uint64_t seed;
    Operand which;
    size_t first; // row of the operand that is the first here
};

size_t cuda_scale_room(ScaleOrder order, size_t rows, size_t blocks); // in scales
RunStatus cuda_fill_scales(CudaDevice *device, const ScaleFill *fill, Measurement *out);

// Every byte 0xff: NaN in the floating formats, -1 in the whole ones, no value that a correct kernel would leave.
RunStatus cuda_poison(CudaDevice *device, const Tensor *tensor, Measurement *out);

// Copies `bytes` from the host. For what is too odd to be made on the device, as lists of experts.
RunStatus cuda_upload(CudaDevice *device, void *to, const void *from, size_t bytes,
                      Measurement *out);

// The numbers that the probes point to.
RunStatus cuda_read(CudaDevice *device, const Probe probes[], int count, double values[],
                    Measurement *out);

#endif
