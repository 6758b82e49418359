#include "validate/cuda/fill.cuh"

#include "validate/cuda/number.cuh"
#include "validate/cuda/plan.h"

#define FILL_THREADS 256

size_t element_bits(Element element) {
    switch (element) {
    case ELEMENT_F32:
    case ELEMENT_I32:
        return 32;
    case ELEMENT_BF16:
    case ELEMENT_F16:
        return 16;
    case ELEMENT_I4:
    case ELEMENT_E2M1:
        return 4;
    default:
        return 8;
    }
}

Element element_of(int format) {
    switch (format) {
    case FORMAT_FP32:
        return ELEMENT_F32;
    case FORMAT_FP16:
        return ELEMENT_F16;
    case FORMAT_FP8:
    case FORMAT_FP8_BLOCK:
        return ELEMENT_E4M3;
    case FORMAT_INT8:
        return ELEMENT_I8;
    case FORMAT_INT4:
        return ELEMENT_I4;
    case FORMAT_NVFP4:
    case FORMAT_MXFP4:
        return ELEMENT_E2M1;
    default:
        return ELEMENT_BF16;
    }
}

// The bits of a number that the element holds exactly.
static __device__ unsigned encode(Element element, float x) {
    switch (element) {
    case ELEMENT_F32:
        return __float_as_uint(x);
    case ELEMENT_BF16:
        return __bfloat16_as_ushort(__float2bfloat16_rn(x));
    case ELEMENT_F16:
        return __half_as_ushort(__float2half_rn(x));
    case ELEMENT_E4M3:
        return e4m3_bits(x);
    case ELEMENT_UE8M0:
        return __float_as_uint(x) >> 23;
    case ELEMENT_I32:
        return (unsigned)__float2int_rn(x);
    case ELEMENT_I8:
        return (unsigned)__float2int_rn(x) & 0xff;
    case ELEMENT_I4:
        return (unsigned)__float2int_rn(x) & 0xf;
    case ELEMENT_E2M1:
        return e2m1_bits(x);
    }
    return 0;
}

static __device__ void store(void *to, Element element, size_t index, unsigned bits) {
    if (element == ELEMENT_F32 || element == ELEMENT_I32)
        static_cast<unsigned *>(to)[index] = bits;
    else if (element == ELEMENT_BF16 || element == ELEMENT_F16)
        static_cast<unsigned short *>(to)[index] = (unsigned short)bits;
    else
        static_cast<unsigned char *>(to)[index] = (unsigned char)bits;
}

struct CodeFill {
    void *to;
    Format format;
    Element element;
    uint64_t seed;
    Operand which;
    size_t first, count;
};

static __device__ float code_at(const CodeFill &fill, size_t index) {
    return operand_code(fill.format,
                        operand_normal(fill.seed + 64 * (uint64_t)fill.which, fill.first + index));
}

static __global__ void fill_codes(CodeFill fill) {
    size_t step = (size_t)gridDim.x * blockDim.x;
    bool paired = fill.element == ELEMENT_I4 || fill.element == ELEMENT_E2M1;
    size_t stored = paired ? (fill.count + 1) / 2 : fill.count;
    for (size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x; i < stored; i += step) {
        unsigned bits = encode(fill.element, code_at(fill, paired ? 2 * i : i));
        if (paired && 2 * i + 1 < fill.count)
            bits |= encode(fill.element, code_at(fill, 2 * i + 1)) << 4;
        store(fill.to, fill.element, i, bits);
    }
}

RunStatus cuda_fill_codes(CudaDevice *device, void *to, int format, uint64_t seed, Operand which,
                          size_t count, Measurement *out) {
    return cuda_fill_range(device, to, format, seed, which, 0, count, out);
}

RunStatus cuda_fill_range(CudaDevice *device, void *to, int format, uint64_t seed, Operand which,
                          size_t first, size_t count, Measurement *out) {
    CodeFill fill = {to, (Format)format, element_of(format), seed, which, first, count};
    if (count == 0)
        return RUN_MEASURED;
    unsigned blocks = cuda_blocks(count, FILL_THREADS);
    unsigned most = (unsigned)device->multiprocessors * 32;
    CUDA_TRY(cuda_launch(fill_codes, blocks < most ? blocks : most, FILL_THREADS, 0, device->stream,
                         fill));
    return RUN_MEASURED;
}

size_t cuda_scale_room(ScaleOrder order, size_t rows, size_t blocks) {
    if (order == SCALE_TILES)
        return cuda_scale_count(rows, blocks);
    return rows * (order == SCALE_ROWS_OF_4 ? (blocks + 3) / 4 * 4 : blocks);
}

// The same as cuda_scale_place, for the device.
static __device__ size_t tile_place(size_t row, size_t block, size_t blocks) {
    size_t tile = row / 128 * ((blocks + 3) / 4) + block / 4;
    return tile * 512 + row % 32 * 16 + row % 128 / 32 * 4 + block % 4;
}

static __global__ void fill_scales(ScaleFill fill) {
    size_t step = (size_t)gridDim.x * blockDim.x;
    for (size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x; i < fill.rows * fill.blocks;
         i += step) {
        size_t row = i / fill.blocks, block = i % fill.blocks;
        size_t place = fill.order == SCALE_ROWS      ? i
                       : fill.order == SCALE_COLUMNS ? block * fill.rows + row
                       : fill.order == SCALE_TILES   ? tile_place(row, block, fill.blocks)
                                                     : row * ((fill.blocks + 3) / 4 * 4) + block;
        store(fill.to, fill.element, place,
              encode(fill.element,
                     operand_scale(fill.seed, fill.which, fill.first * fill.blocks + i)));
    }
}

RunStatus cuda_fill_scales(CudaDevice *device, const ScaleFill *fill, Measurement *out) {
    size_t room = cuda_scale_room(fill->order, fill->rows, fill->blocks);
    if (room == 0)
        return RUN_MEASURED;
    // Scales of the padding are multiplied by nothing, but must be numbers.
    CUDA_TRY(cudaMemsetAsync(fill->to, 0, room * element_bits(fill->element) / 8, device->stream));
    unsigned blocks = cuda_blocks(fill->rows * fill->blocks, FILL_THREADS);
    CUDA_TRY(cuda_launch(fill_scales, blocks < 65535 ? blocks : 65535, FILL_THREADS, 0,
                         device->stream, *fill));
    return RUN_MEASURED;
}

RunStatus cuda_poison(CudaDevice *device, const Tensor *tensor, Measurement *out) {
    if (tensor->bytes() > 0)
        CUDA_TRY(cudaMemsetAsync(tensor->base, 0xff, tensor->bytes(), device->stream));
    return RUN_MEASURED;
}

RunStatus cuda_upload(CudaDevice *device, void *to, const void *from, size_t bytes,
                      Measurement *out) {
    CUDA_TRY(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, device->stream));
    CUDA_TRY(cudaStreamSynchronize(device->stream));
    return RUN_MEASURED;
}

static __device__ double decode(const unsigned char *base, Element element, size_t index) {
    switch (element) {
    case ELEMENT_F32:
        return (double)reinterpret_cast<const float *>(base)[index];
    case ELEMENT_I32:
        return (double)reinterpret_cast<const int *>(base)[index];
    case ELEMENT_BF16:
        return (double)__bfloat162float(reinterpret_cast<const __nv_bfloat16 *>(base)[index]);
    case ELEMENT_F16:
        return (double)__half2float(reinterpret_cast<const __half *>(base)[index]);
    case ELEMENT_E4M3:
        return (double)e4m3_value(base[index]);
    case ELEMENT_UE8M0:
        return (double)ue8m0_value(base[index]);
    case ELEMENT_I8:
        return (double)reinterpret_cast<const signed char *>(base)[index];
    case ELEMENT_I4: {
        int nibble = base[index / 2] >> (index % 2 * 4) & 0xf;
        return (double)(nibble < 8 ? nibble : nibble - 16);
    }
    case ELEMENT_E2M1:
        return (double)e2m1_value(base[index / 2] >> (index % 2 * 4) & 0xf);
    }
    return 0;
}

static __global__ void read_probes(const Probe *probes, int count, double *values) {
    int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (i >= count)
        return;
    Probe probe = probes[i];
    double value = decode(probe.base, probe.element, probe.index);
    if (probe.scale_base)
        value *= decode(probe.scale_base, probe.scale_element, probe.scale_index);
    values[i] = value;
}

RunStatus cuda_read(CudaDevice *device, const Probe probes[], int count, double values[],
                    Measurement *out) {
    size_t probe_bytes = (size_t)count * sizeof(Probe),
           value_bytes = (size_t)count * sizeof(double);
    unsigned char *room = NULL;
    if (count == 0)
        return RUN_MEASURED;
    CUDA_TRY(cudaMalloc(reinterpret_cast<void **>(&room), value_bytes + probe_bytes));
    double *results = reinterpret_cast<double *>(room);
    Probe *places = reinterpret_cast<Probe *>(room + value_bytes);
    cudaError_t error =
        cudaMemcpyAsync(places, probes, probe_bytes, cudaMemcpyHostToDevice, device->stream);
    if (error == cudaSuccess)
        error = cuda_launch(read_probes, cuda_blocks((size_t)count, FILL_THREADS), FILL_THREADS, 0,
                            device->stream, places, count, results);
    if (error == cudaSuccess)
        error =
            cudaMemcpyAsync(values, results, value_bytes, cudaMemcpyDeviceToHost, device->stream);
    if (error == cudaSuccess)
        error = cudaStreamSynchronize(device->stream);
    cudaFree(room);
    CUDA_TRY(error);
    return RUN_MEASURED;
}
