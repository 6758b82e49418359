// matmul and experts: cuBLASLt's kernels as parts.
#include "validate/cuda/fill.cuh"
#include "validate/cuda/lt.cuh"
#include "validate/reference.h"

#include <math.h>
#include <stdio.h>

namespace {

struct ScaleLayout {
    Element element;
    ScaleOrder order;
    size_t rows, blocks;
};

// Where cuBLASLt wants an operand's scales; `rows` rows of `columns` numbers. Formats without blocks: a single 1.
ScaleLayout scale_layout(int format, Operand which, int rows, int columns) {
    int block = operand_block((Format)format);
    size_t blocks = block ? (size_t)((columns + block - 1) / block) : 1, high = (size_t)rows;
    if (block == 0)
        return ScaleLayout{ELEMENT_F32, SCALE_ROWS, 1, 1};
    if (format == FORMAT_FP8_BLOCK && which == OPERAND_W)
        return ScaleLayout{ELEMENT_F32, SCALE_ROWS_OF_4, (high + 127) / 128, blocks};
    if (format == FORMAT_FP8_BLOCK)
        return ScaleLayout{ELEMENT_F32, SCALE_COLUMNS, high, blocks};
    return ScaleLayout{format == FORMAT_NVFP4 ? ELEMENT_E4M3 : ELEMENT_UE8M0, SCALE_TILES, high,
                       blocks};
}

// What matmul and experts share: the operands. rows of A and C, rows of W over all matrices.
struct Product : CudaPart {
    enum { A, W, A_SCALES, W_SCALES, C };

    size_t a_rows, w_rows;

    RunStatus plan_operands(Measurement *out) {
        int block = operand_block((Format)task.a);
        if (block && task.k % block)
            return cuda_refuse(out, RUN_UNSUPPORTED,
                               "k %d is no multiple of the %d that share a scale", task.k, block);
        want(ROLE_INPUT, element_of(task.a), a_rows * (size_t)task.k);
        want(ROLE_OWN, element_of(task.b), w_rows * (size_t)task.k);
        for (int i = 0; i < 2; i++) {
            ScaleLayout scales = layout(i);
            want(ROLE_OWN, scales.element,
                 cuda_scale_room(scales.order, scales.rows, scales.blocks));
        }
        want(ROLE_OUTPUT, lt_output(task.a), a_rows * (size_t)task.n);
        return RUN_MEASURED;
    }

    ScaleLayout layout(int i) const {
        return i == 0 ? scale_layout(task.a, OPERAND_A, (int)a_rows, task.k)
                      : scale_layout(task.b, OPERAND_W, (int)w_rows, task.k);
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        const Operand WHICH[] = {OPERAND_A, OPERAND_W};
        const float one = 1;
        for (int i = 0; i < 2; i++) {
            const Tensor &tensor = tensors[(size_t)i], &scale = tensors[(size_t)(A_SCALES + i)];
            ScaleLayout scales = layout(i);
            ScaleFill fill = {scale.base,    scales.element, scales.order, scales.rows,
                              scales.blocks, seed,           WHICH[i],     0};
            RUN_TRY(
                cuda_fill_codes(device, tensor.base, task.a, seed, WHICH[i], tensor.count, out));
            if (operand_block((Format)task.a))
                RUN_TRY(cuda_fill_scales(device, &fill, out));
            else
                RUN_TRY(cuda_upload(device, scale.base, &one, sizeof one, out));
        }
        return RUN_MEASURED;
    }

    // Operands from row `a_row` of A and matrix `matrix` of W on.
    LtOperands operands(int copy, size_t a_row, size_t matrix) const {
        bool scaled = task.a == FORMAT_FP8 || operand_block((Format)task.a);
        size_t a_at = a_row * (size_t)task.k, w_at = matrix * (size_t)task.n * (size_t)task.k;
        size_t bits = element_bits(tensors[A].element);
        return LtOperands{tensors[A].at<char>(copy) + a_at * bits / 8,
                          tensors[W].at<char>(copy) + w_at * bits / 8,
                          scaled ? tensors[A_SCALES].at<char>(copy) : NULL,
                          scaled ? tensors[W_SCALES].at<char>(copy) : NULL,
                          tensors[C].at<char>(copy) +
                              a_row * (size_t)task.n * element_bits(tensors[C].element) / 8};
    }

    Probe probe(long place) const override {
        return Probe{tensors[C].base, NULL, (size_t)place, 0, tensors[C].element, ELEMENT_F32};
    }
};

struct Matmul : Product {
    LtMatmul lt;

    RunStatus plan(CudaDevice *device, Measurement *out) override {
        const char *why = LtMatmul::unsupported(device, task.a, task.b, task.batch);
        if (why)
            return cuda_refuse(out, RUN_UNSUPPORTED, "%s x %s: %s", FORMAT_NAMES[task.a],
                               FORMAT_NAMES[task.b], why);
        a_rows = (size_t)task.batch * (size_t)task.m;
        w_rows = (size_t)task.batch * (size_t)task.n;
        return plan_operands(out);
    }

    RunStatus choose(CudaDevice *device, Measurement *out) override {
        LtShape shape = {task.a, task.m, task.n, task.k, task.batch};
        RUN_TRY(lt.make(shape, out));
        RUN_TRY(lt.choose(
            device, copies, [&](int copy) { return operands(copy, 0, 0); }, out));
        snprintf(out->kernel, sizeof out->kernel, "cublasLt %s ws %zu%s", lt.name,
                 lt.workspace_bytes, task.a == FORMAT_FP8 ? " fast" : "");
        return RUN_MEASURED;
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        return lt.launch(device, device->stream, device->workspace, operands(copy, 0, 0), alpha,
                         out);
    }
};

// Rows are spread evenly, so that all experts are at most two batches of equal matmuls: those with one row more, and the
// rest. The two run side by side.
struct Experts : Product {
    LtMatmul fuller, rest;
    int fuller_count, rest_count; // experts in each; 0: none, also where experts have no rows

    int share() const {
        return task.m / task.experts;
    }
    size_t rest_row() const {
        return (size_t)fuller_count * (size_t)(share() + 1);
    }

    RunStatus plan(CudaDevice *device, Measurement *out) override {
        fuller_count = task.m % task.experts;
        rest_count = share() > 0 ? task.experts - fuller_count : 0;
        const char *why = LtMatmul::unsupported(device, task.a, task.b, fuller_count + rest_count);
        if (why)
            return cuda_refuse(out, RUN_UNSUPPORTED, "%s x %s: %s", FORMAT_NAMES[task.a],
                               FORMAT_NAMES[task.b], why);
        a_rows = (size_t)task.m;
        w_rows = (size_t)task.experts * (size_t)task.n;
        return plan_operands(out);
    }

    LtOperands of_fuller(int copy) const {
        return operands(copy, 0, 0);
    }
    LtOperands of_rest(int copy) const {
        return operands(copy, rest_row(), (size_t)fuller_count);
    }

    RunStatus choose(CudaDevice *device, Measurement *out) override {
        LtShape more = {task.a, share() + 1, task.n, task.k, fuller_count};
        LtShape less = {task.a, share(), task.n, task.k, rest_count};
        if (fuller_count) {
            RUN_TRY(fuller.make(more, out));
            RUN_TRY(fuller.choose(
                device, copies, [&](int copy) { return of_fuller(copy); }, out));
        }
        if (rest_count) {
            RUN_TRY(rest.make(less, out));
            RUN_TRY(rest.choose(
                device, copies, [&](int copy) { return of_rest(copy); }, out));
        }
        const LtMatmul &named = rest_count ? rest : fuller;
        snprintf(out->kernel, sizeof out->kernel, "cublasLt strided batch %d+%d %s ws %zu",
                 fuller_count, rest_count, named.name, named.workspace_bytes);
        return RUN_MEASURED;
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        bool both = fuller_count && rest_count;
        cudaStream_t second = both ? device->side : device->stream;
        if (both) {
            CUDA_TRY(cudaEventRecord(device->fork, device->stream));
            CUDA_TRY(cudaStreamWaitEvent(device->side, device->fork, 0));
        }
        if (fuller_count)
            RUN_TRY(fuller.launch(device, device->stream, device->workspace, of_fuller(copy), alpha,
                                  out));
        if (rest_count)
            RUN_TRY(rest.launch(device, second, both ? device->side_workspace : device->workspace,
                                of_rest(copy), alpha, out));
        if (both) {
            CUDA_TRY(cudaEventRecord(device->join, device->side));
            CUDA_TRY(cudaStreamWaitEvent(device->stream, device->join, 0));
        }
        return RUN_MEASURED;
    }
};

// With 128 x 128 scales cuBLASLt has no batches: one launch an expert, every other one on the second stream. An expert's
// scales of A begin anew, since they lie block after block of all its rows.
struct BlockExperts : Product {
    LtMatmul fuller, rest; // experts with one row more, and the others
    size_t a_blocks, w_scales;

    size_t first(int expert) const {
        return (size_t)experts_first_row(task.m, task.experts, expert);
    }
    int active() const { // experts that have rows; the first ones
        return task.m < task.experts ? task.m : task.experts;
    }
    LtMatmul &matmul(int expert) {
        return expert < task.m % task.experts ? fuller : rest;
    }

    RunStatus plan(CudaDevice *device, Measurement *out) override {
        const char *why = LtMatmul::unsupported(device, task.a, task.b, 1);
        if (!why && task.a != FORMAT_FP8_BLOCK)
            why = "no grouped matmul with such scales";
        if (!why && task.n % 128)
            why = "n is no multiple of 128";
        if (why)
            return cuda_refuse(out, RUN_UNSUPPORTED, "%s x %s: %s", FORMAT_NAMES[task.a],
                               FORMAT_NAMES[task.b], why);
        a_rows = (size_t)task.m;
        w_rows = (size_t)task.experts * (size_t)task.n;
        a_blocks = (size_t)task.k / 128;
        w_scales = cuda_scale_room(SCALE_ROWS_OF_4, (size_t)task.n / 128, a_blocks);
        return plan_operands(out);
    }

    RunStatus fill(CudaDevice *device, Measurement *out) override {
        RUN_TRY(Product::fill(device, out));
        for (int e = 0; e < active(); e++) {
            ScaleFill fill = {tensors[A_SCALES].at<float>(0) + first(e) * a_blocks,
                              ELEMENT_F32,
                              SCALE_COLUMNS,
                              first(e + 1) - first(e),
                              a_blocks,
                              seed,
                              OPERAND_A,
                              first(e)};
            RUN_TRY(cuda_fill_scales(device, &fill, out));
        }
        return RUN_MEASURED;
    }

    LtOperands of_expert(int copy, int expert) const {
        LtOperands list = operands(copy, first(expert), (size_t)expert);
        list.a_scales = tensors[A_SCALES].at<float>(copy) + first(expert) * a_blocks;
        list.w_scales = tensors[W_SCALES].at<float>(copy) + (size_t)expert * w_scales;
        return list;
    }

    RunStatus choose(CudaDevice *device, Measurement *out) override {
        int share = task.m / task.experts, more = task.m % task.experts;
        LtShape shapes[] = {
            {task.a, share + 1, task.n, task.k, 1},
            {task.a, share,     task.n, task.k, 1}
        };
        const int firsts[] = {0, more};
        LtMatmul *matmuls[] = {&fuller, &rest};
        for (int i = more ? 0 : 1; i < (share ? 2 : 1); i++) {
            RUN_TRY(matmuls[i]->make(shapes[i], out));
            RUN_TRY(matmuls[i]->choose(
                device, copies, [&](int copy) { return of_expert(copy, firsts[i]); }, out));
        }
        snprintf(out->kernel, sizeof out->kernel, "cublasLt, %d launches in 2 streams, %.48s",
                 active(), (share ? rest : fuller).name);
        return RUN_MEASURED;
    }

    RunStatus launch(CudaDevice *device, int copy, Measurement *out) override {
        CUDA_TRY(cudaEventRecord(device->fork, device->stream));
        CUDA_TRY(cudaStreamWaitEvent(device->side, device->fork, 0));
        for (int e = 0; e < active(); e++)
            RUN_TRY(matmul(e).launch(device, e % 2 ? device->side : device->stream,
                                     e % 2 ? device->side_workspace : device->workspace,
                                     of_expert(copy, e), alpha, out));
        CUDA_TRY(cudaEventRecord(device->join, device->side));
        CUDA_TRY(cudaStreamWaitEvent(device->stream, device->join, 0));
        return RUN_MEASURED;
    }
};

} // namespace

CudaPart *cuda_part_matmul(void) {
    return new Matmul;
}

CudaPart *cuda_part_experts(int format) {
    if (operand_block((Format)format))
        return new BlockExperts;
    return new Experts;
}
