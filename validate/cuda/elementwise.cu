// Norm, gate, quantise, dequantise, copy, triad: kernels of cuda/stream.cuh as parts.
#include "validate/cuda/fill.cuh"
#include "validate/cuda/stream.cuh"
#include "validate/reference.h"

#include <stdio.h>

namespace {

// How a block's threads share rows: `held` pieces a thread, block.x threads a row, block.y rows.
struct RowSpread {
    int held;
    dim3 block;
};

struct Elementwise : CudaPart {
    RunStatus choose(CudaDevice *, Measurement *out) override {
        snprintf(out->kernel, sizeof out->kernel, "chipfit %s", TASK_KIND_WORDS[task.kind]);
        return RUN_MEASURED;
    }

    size_t elements() const {
        return (size_t)task.m * (size_t)task.n;
    }

    RunStatus in_bf16(Measurement *out, int multiple) const {
        if (task.a != FORMAT_BF16 && task.a != FORMAT_NONE)
            return cuda_refuse(out, RUN_UNSUPPORTED, "our kernels take bf16, not %s",
                               FORMAT_NAMES[task.a]);
        if (task.n % multiple)
            return cuda_refuse(out, RUN_UNSUPPORTED, "rows of %d are no multiple of %d", task.n,
                               multiple);
        return RUN_MEASURED;
    }

    // Rows of so many pieces, at most 4096. Few rows: many threads each, for their latency; many rows: more loads in flight a
    // thread.
    RowSpread spread_row(const CudaDevice *device, unsigned pieces) const {
        unsigned wished = task.m <= 2 * device->multiprocessors ? 1024 : 256;
        int held = pieces <= wished ? 1 : pieces <= 2 * wished ? 2 : 4;
        unsigned threads = cuda_blocks(cuda_blocks(pieces, (unsigned)held), 32) * 32;
        return RowSpread{held, dim3(threads, threads < 256 ? 256 / threads : 1)};
    }

    Probe plain(const Tensor &tensor, long place) const {
        return Probe{tensor.base, NULL, (size_t)place, 0, tensor.element, ELEMENT_F32};
    }
};

struct Norm : Elementwise {
    enum { X, RESIDUAL, WEIGHT, OUT, SUM };
    RowSpread rows;

    RunStatus plan(CudaDevice *device, Measurement *out) override {
        RUN_TRY(in_bf16(out, 8));
        if (task.n > 32768)
            return cuda_refuse(out, RUN_UNSUPPORTED, "norm: rows above 32768 numbers");
        want(ROLE_INPUT, ELEMENT_BF16, elements());
        want(ROLE_OWN, ELEMENT_BF16, elements());
        want(ROLE_OWN, ELEMENT_BF16, (size_t)task.n);
        want(ROLE_OUTPUT, ELEMENT_BF16, elements());
        want(ROLE_OUTPUT, ELEMENT_BF16, elements());
        rows = spread_row(device, (unsigned)task.n / 8);
        return RUN_MEASURED;
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        RUN_TRY(cuda_fill_codes(device, tensors[X].base, FORMAT_BF16, seed, OPERAND_A, elements(),
                                out));
        RUN_TRY(cuda_fill_codes(device, tensors[RESIDUAL].base, FORMAT_BF16, seed, OPERAND_RESIDUAL,
                                elements(), out));
        return cuda_fill_codes(device, tensors[WEIGHT].base, FORMAT_BF16, seed, OPERAND_W,
                               (size_t)task.n, out);
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        NormArguments p = {tensors[X].at<Half8>(copy),
                           tensors[RESIDUAL].at<Half8>(copy),
                           tensors[WEIGHT].at<Half8>(copy),
                           tensors[OUT].at<Half8>(copy),
                           tensors[SUM].at<Half8>(copy),
                           (size_t)task.m,
                           (unsigned)task.n / 8,
                           (float)task.n,
                           (float)NORM_EPSILON};
        void (*kernel)(NormArguments) = rows.held == 1   ? norm_kernel<1>
                                        : rows.held == 2 ? norm_kernel<2>
                                                         : norm_kernel<4>;
        CUDA_TRY(cuda_launch(kernel, cuda_blocks((size_t)task.m, rows.block.y), rows.block, 0,
                             device->stream, p));
        return RUN_MEASURED;
    }

    Probe probe(long place) const override {
        bool sum = (size_t)place >= elements();
        return plain(tensors[sum ? SUM : OUT], sum ? place - (long)elements() : place);
    }
};

struct Gated : Elementwise {
    RunStatus plan(CudaDevice *, Measurement *out) override {
        RUN_TRY(in_bf16(out, 8));
        want(ROLE_INPUT, ELEMENT_BF16, 2 * elements());
        want(ROLE_OUTPUT, ELEMENT_BF16, elements());
        return RUN_MEASURED;
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        return cuda_fill_codes(device, tensors[0].base, FORMAT_BF16, seed, OPERAND_A,
                               2 * elements(), out);
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        size_t count = elements() / 8;
        CUDA_TRY(cuda_launch(gated_kernel, cuda_blocks(count, STREAM_THREADS), STREAM_THREADS, 0,
                             device->stream, tensors[0].at<Half8>(copy), tensors[1].at<Half8>(copy),
                             count, (unsigned)task.n / 8));
        return RUN_MEASURED;
    }

    Probe probe(long place) const override {
        return plain(tensors[1], place);
    }
};

// copy and triad: fp32 numbers in task.bytes.
struct Stream : Elementwise {
    size_t count;

    RunStatus plan(CudaDevice *, Measurement *out) override {
        count = (size_t)task.bytes / sizeof(float);
        if (count == 0)
            return cuda_refuse(out, RUN_UNSUPPORTED, "no whole number of 4 bytes to move");
        want(ROLE_INPUT, ELEMENT_F32, count);
        want(ROLE_OUTPUT, ELEMENT_F32, count);
        if (task.kind == TASK_TRIAD)
            want(ROLE_OWN, ELEMENT_F32, count);
        return RUN_MEASURED;
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        RUN_TRY(cuda_fill_codes(device, tensors[0].base, FORMAT_FP32, seed, OPERAND_A, count, out));
        if (task.kind == TASK_TRIAD)
            RUN_TRY(
                cuda_fill_codes(device, tensors[2].base, FORMAT_FP32, seed, OPERAND_W, count, out));
        return RUN_MEASURED;
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        size_t chunks = count / 4;
        unsigned blocks = cuda_blocks(chunks, STREAM_THREADS * STREAM_UNROLL);
        blocks = blocks ? blocks : 1;
        float *a = tensors[1].at<float>(copy);
        const float *b = tensors[0].at<float>(copy);
        if (task.kind == TASK_TRIAD)
            CUDA_TRY(cuda_launch(triad_kernel, blocks, STREAM_THREADS, 0, device->stream, b,
                                 tensors[2].at<float>(copy), a, TRIAD_FACTOR, chunks, count));
        else
            CUDA_TRY(cuda_launch(copy_kernel, blocks, STREAM_THREADS, 0, device->stream, b, a,
                                 chunks, count));
        return RUN_MEASURED;
    }

    Probe probe(long place) const override {
        return plain(tensors[1], place);
    }
};

// fp8: of the whole tensor, as a calibrated network brings it along; 3.5, more than a normal number here, fills the codes.
const float FP8_SCALE = 3.5f / 448.0f;

Element scale_element(int format) {
    return format == FORMAT_NVFP4   ? ELEMENT_E4M3
           : format == FORMAT_MXFP4 ? ELEMENT_UE8M0
           : format == FORMAT_INT4  ? ELEMENT_BF16
                                    : ELEMENT_F32;
}

// Rows of n in 16 bit on the wide side; codes and scales on the narrow one. Scales: one of the tensor (fp8), of each row
// (int8) or of each block.
struct Quantise : Elementwise {
    enum { WIDE, CODES, SCALES };
    RowSpread rows;

    size_t scaled() const { // numbers that share a scale
        size_t block = (size_t)operand_block((Format)task.a);
        return task.a == FORMAT_FP8 ? elements() : task.a == FORMAT_INT8 ? (size_t)task.n : block;
    }

    RunStatus plan(CudaDevice *device, Measurement *out) override {
        int block = operand_block((Format)task.a), multiple = block > 16 ? block : 16;
        if (task.n % multiple)
            return cuda_refuse(out, RUN_UNSUPPORTED, "rows of %d are no multiple of %d", task.n,
                               multiple);
        if (task.a == FORMAT_INT8 && task.n > 65536)
            return cuda_refuse(out, RUN_UNSUPPORTED, "int8: rows above 65536 numbers");
        rows = spread_row(device, (unsigned)task.n / 16);
        want(ROLE_INPUT, ELEMENT_BF16, elements());
        want(ROLE_OUTPUT, element_of(task.a), elements());
        want(task.a == FORMAT_FP8 ? ROLE_OWN : ROLE_OUTPUT, scale_element(task.a),
             elements() / scaled());
        return RUN_MEASURED;
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        if (task.a == FORMAT_FP8)
            RUN_TRY(cuda_upload(device, tensors[SCALES].base, &FP8_SCALE, sizeof FP8_SCALE, out));
        return cuda_fill_codes(device, tensors[WIDE].base, FORMAT_BF16, seed, OPERAND_A, elements(),
                               out);
    }

    cudaError_t run_rows(CudaDevice *device, int copy) {
        void (*kernel)(const Half8 *, Codes<8> *, float *, size_t, unsigned) =
            rows.held == 1   ? quantise_rows_kernel<1>
            : rows.held == 2 ? quantise_rows_kernel<2>
                             : quantise_rows_kernel<4>;
        return cuda_launch(kernel, cuda_blocks((size_t)task.m, rows.block.y), rows.block, 0,
                           device->stream, tensors[WIDE].at<Half8>(copy),
                           tensors[CODES].at<Codes<8>>(copy), tensors[SCALES].at<float>(copy),
                           (size_t)task.m, (unsigned)task.n / 16);
    }

    template <int FORMAT> cudaError_t run(CudaDevice *device, int copy) {
        size_t count = elements() / 16;
        return cuda_launch(quantise_kernel<FORMAT>, cuda_blocks(count, STREAM_THREADS),
                           STREAM_THREADS, 0, device->stream, tensors[WIDE].at<Half8>(copy),
                           tensors[CODES].at<Codes<Narrow<FORMAT>::BITS>>(copy),
                           tensors[SCALES].at<typename Narrow<FORMAT>::Scale>(copy), count,
                           FP8_SCALE);
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        cudaError_t error = task.a == FORMAT_FP8         ? run<FORMAT_FP8>(device, copy)
                            : task.a == FORMAT_FP8_BLOCK ? run<FORMAT_FP8_BLOCK>(device, copy)
                            : task.a == FORMAT_INT8      ? run_rows(device, copy)
                            : task.a == FORMAT_INT4      ? run<FORMAT_INT4>(device, copy)
                            : task.a == FORMAT_NVFP4     ? run<FORMAT_NVFP4>(device, copy)
                                                         : run<FORMAT_MXFP4>(device, copy);
        CUDA_TRY(error);
        return RUN_MEASURED;
    }

    Probe probe(long place) const override {
        size_t i = (size_t)place;
        return Probe{tensors[CODES].base, tensors[SCALES].base,   i,
                     i / scaled(),        tensors[CODES].element, tensors[SCALES].element};
    }
};

struct Dequantise : Elementwise {
    enum { CODES, SCALES, WIDE };

    size_t blocks() const {
        int block = operand_block((Format)task.b);
        return block ? (size_t)(task.n / block) : 0;
    }
    size_t scale_rows() const {
        return (size_t)(task.b == FORMAT_FP8_BLOCK ? (task.m + 127) / 128 : task.m);
    }

    RunStatus plan(CudaDevice *, Measurement *out) override {
        int block = operand_block((Format)task.b), multiple = block > 16 ? block : 16;
        if (task.n % multiple)
            return cuda_refuse(out, RUN_UNSUPPORTED, "rows of %d are no multiple of %d", task.n,
                               multiple);
        want(ROLE_OWN, element_of(task.b), elements());
        want(ROLE_OWN, scale_element(task.b), block ? scale_rows() * blocks() : 1);
        want(ROLE_OUTPUT, ELEMENT_BF16, elements());
        return RUN_MEASURED;
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        ScaleFill scales = {tensors[SCALES].base,
                            tensors[SCALES].element,
                            SCALE_ROWS,
                            scale_rows(),
                            blocks(),
                            seed,
                            OPERAND_W,
                            0};
        float one = 1;
        if (operand_block((Format)task.b))
            RUN_TRY(cuda_fill_scales(device, &scales, out));
        else
            RUN_TRY(cuda_upload(device, tensors[SCALES].base, &one, sizeof one, out));
        return cuda_fill_codes(device, tensors[CODES].base, task.b, seed, OPERAND_W, elements(),
                               out);
    }

    template <int FORMAT> cudaError_t run(CudaDevice *device, int copy) {
        size_t count = elements() / 16;
        return cuda_launch(dequantise_kernel<FORMAT>, cuda_blocks(count, STREAM_THREADS),
                           STREAM_THREADS, 0, device->stream,
                           tensors[CODES].at<Codes<Narrow<FORMAT>::BITS>>(copy),
                           tensors[SCALES].at<typename Narrow<FORMAT>::Scale>(copy),
                           tensors[WIDE].at<Half8>(copy), count, (unsigned)task.n / 16, 1.0f);
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        cudaError_t error = task.b == FORMAT_FP8         ? run<FORMAT_FP8>(device, copy)
                            : task.b == FORMAT_FP8_BLOCK ? run<FORMAT_FP8_BLOCK>(device, copy)
                            : task.b == FORMAT_INT8      ? run<FORMAT_INT8>(device, copy)
                            : task.b == FORMAT_INT4      ? run<FORMAT_INT4>(device, copy)
                            : task.b == FORMAT_NVFP4     ? run<FORMAT_NVFP4>(device, copy)
                                                         : run<FORMAT_MXFP4>(device, copy);
        CUDA_TRY(error);
        return RUN_MEASURED;
    }

    Probe probe(long place) const override {
        return plain(tensors[WIDE], place);
    }
};

} // namespace

CudaPart *cuda_part_elementwise(int kind) {
    switch (kind) {
    case TASK_NORM:
        return new Norm;
    case TASK_GATED:
        return new Gated;
    case TASK_COPY:
    case TASK_TRIAD:
        return new Stream;
    case TASK_QUANTISE:
        return new Quantise;
    case TASK_DEQUANTISE:
        return new Dequantise;
    default:
        return NULL;
    }
}
