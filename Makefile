# chipfit. `make help` lists the targets. Settings come first; nothing below them needs changing.
MODE  = release
BUILD = build/$(MODE)
DIRS  = sim/base hw arch sim search results validate validate/host validate/cuda lua
ONLY  =
FILES = $(shell git ls-files -co --exclude-standard '*.c' '*.h' '*.cu')
FUZZ_SECONDS = 20

CC   = gcc
CXX  = g++
NVCC = nvcc
comma = ,
MPICC = mpicc
# Without -ffast-math: the two -fno flags leave every result as IEEE 754 defines it.
CFLAGS_release = -O3 -flto=auto -finline-limit=400 -fno-math-errno -fno-trapping-math
CFLAGS_debug   = -O0 -g
CFLAGS_asan    = -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all
CFLAGS_tsan    = -O1 -g
CFLAGS_fuzz    = -O1 -g -fno-sanitize-recover=all -fsanitize=fuzzer-no-link
SANITIZE_asan  = -fsanitize=address,undefined
SANITIZE_fuzz  = -fsanitize=address,undefined
SANITIZE_tsan  = -fsanitize=thread
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
           -Wdouble-promotion -Wformat=2
CPPFLAGS = -D_POSIX_C_SOURCE=200809L -I. -I/usr/include/lua5.4
CFLAGS   = -std=c11 -fPIC $(CFLAGS_$(MODE)) $(SANITIZE_$(MODE)) $(WARNINGS)
LDFLAGS  = $(SANITIZE_$(MODE))
LDLIBS   = -llua5.4 -ljansson -lsqlite3 -lnlopt -lm -lpthread

# ------------------------------------------------------------------------------------------------
SOURCES := $(wildcard $(addsuffix /*.c,$(DIRS)))
TESTS   := $(filter %_test.c %/test.c,$(SOURCES))
BENCHES := $(filter %_bench.c,$(SOURCES))
FUZZERS := $(filter %_fuzz.c,$(SOURCES))
MAIN    := $(filter lua/main.c,$(SOURCES))
MODULE  := $(filter lua/module.c,$(SOURCES))
WIRE    := search/mpi.c
CUDA_MAIN := validate/cuda/main.c
LIBRARY := $(filter-out $(TESTS) $(BENCHES) $(FUZZERS) $(MAIN) $(MODULE) $(WIRE) $(CUDA_MAIN),$(SOURCES))
CUDA_HOME    := $(patsubst %/bin/nvcc,%,$(realpath $(shell command -v $(NVCC))))
CUDA_PROGRAM := build/chipfit-cuda
CUDA_HARNESS := $(addprefix sim/base/,error field format heap number text unit) $(addprefix validate/,cuda/main \
  cuda/plan cuda/watch column csv measurement reference reference_attention reference_places reference_sum results_file \
  rounds runner sampler task task_read worker worker_task)
CUDA_OBJECTS := $(patsubst %,build/cuda/%.o,$(wildcard validate/cuda/*.cu) $(CUDA_HARNESS))
EMULATED := $(if $(shell command -v $(CXX)),$(wildcard validate/cuda/*_test.cc))
PROGRAM := $(if $(filter build/release,$(BUILD)),build,$(BUILD))/chipfit
ARCHIVE := $(BUILD)/libchipfit.a
LUA_SO  := $(PROGRAM).so
MPI_SO  := $(if $(shell command -v $(MPICC)),$(PROGRAM)-mpi.so)
object   = $(patsubst %,$(BUILD)/%.o,$(basename $(1)))

all: $(ARCHIVE) $(PROGRAM) $(LUA_SO) $(MPI_SO) ## the library and the program build/chipfit (MODE=release|debug|asan|tsan)

lua-module: $(LUA_SO) ## build/chipfit.so, for require "chipfit" in lua5.4

deps: ## what the build needs, installed by apt-get where it is missing
	@.ci/deps

DEMO_DENSE = $(PROGRAM) explain --chip h100_sxm --chips 8 --model llama-3.1-70b \
  --phase decode --batch 64 --context 2048 --tp 8
DEMO_MOE = $(PROGRAM) explain --chip h800 --chips 32 --model deepseek-v3 \
  --phase decode --batch 2048 --context 4096 --dp 32 --ep 32 --formats fp8
DEMO_RUN = results/runs/first_sweep.sqlite
DEMO_SWEEP = $(PROGRAM) sweep lua/examples/first_sweep.lua -o $(DEMO_RUN)
DEMO_HOST = results/runs/host.lua
DEMO_PROBE = $(PROGRAM) probe host --quick -o $(DEMO_HOST)
DEMO_VALIDATE = $(PROGRAM) validate run lua/examples/host_short.lua --backend host --chip $(DEMO_HOST) --tolerance 0.5 --disturbed
DEMO_REPORT = $(PROGRAM) report $(DEMO_RUN) -o results/runs/report
demo: all ## two designs explained, 1.4 million of them searched and stored, a few kernels run on this machine, a report
	@printf '\n$$ %s\n' "$(DEMO_DENSE)"; $(DEMO_DENSE)
	@printf '\n$$ %s\n' "$(DEMO_MOE)"; $(DEMO_MOE)
	@mkdir -p results/runs; rm -f $(DEMO_RUN) results/runs/host_short-host.*
	@printf '\n$$ %s\n' "$(DEMO_SWEEP)"; $(DEMO_SWEEP)
	@printf '\n$$ %s\n' "$(DEMO_PROBE)"; $(DEMO_PROBE)
	@printf '\n$$ %s\n' "$(DEMO_VALIDATE)"; $(DEMO_VALIDATE)
	@printf '\n$$ %s\n' "$(DEMO_REPORT)"; $(DEMO_REPORT)

test: CUDA_STRICT = -Werror all-warnings
test: all $(BUILD)/tests $(if $(shell command -v $(NVCC)),$(CUDA_PROGRAM)) ## all tests, or those whose name contains ONLY=word
	@CHIPFIT_DATA='$(CURDIR)' $(BUILD)/tests $(ONLY)

cuda: $(CUDA_PROGRAM) ## build/chipfit-cuda, the measuring harness for NVIDIA GPUs; needs nvcc and gcc only

bench: all $(BUILD)/bench ## how long an evaluation takes, a line of predict, a design of a sweep
	@CHIPFIT_DATA='$(CURDIR)' $(BUILD)/bench
	@CHIPFIT_DATA='$(CURDIR)' .ci/bench_predict $(PROGRAM) $(BUILD)
	@CHIPFIT_DATA='$(CURDIR)' .ci/bench_sweep $(PROGRAM) $(BUILD)

fidelity: all ## how far predictions lie off the measured rows, against the committed table
	@CHIPFIT_DATA='$(CURDIR)' .ci/fidelity $(PROGRAM) $(FIDELITY)

engines: all ## fits hw/engines/ anew to the served rows: each model left out in turn in results/engines.csv
	@.ci/engines $(PROGRAM) --write

profiles: all ## fits hw/kernels/ anew to the measured rows
	@.ci/profiles $(PROGRAM)

check: all ## sanitizers, headers, layers, format, generated files, sizes
	@MAKE='$(MAKE)' .ci/check

fuzz: ## every *_fuzz.c for FUZZ_SECONDS, with clang-14's libFuzzer
	@$(MAKE) --no-print-directory MODE=fuzz CC=clang-14 fuzzers
fuzzers: $(patsubst %.c,$(BUILD)/%,$(FUZZERS))
	@for f in $^; do echo "FUZZ $$f"; \
	  $$f -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -artifact_prefix=$(BUILD)/ || exit 1; done

format: ## clang-format over the sources, or over FILES="arch/*.c"
	@clang-format-14 -i $(FILES)

clean: ## removes build/
	@rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

$(ARCHIVE): $(call object,$(LIBRARY))
	@echo 'AR   $@'; rm -f $@; $(if $(findstring -flto,$(CFLAGS)),gcc-ar,ar) rcs $@ $^

$(PROGRAM): $(call object,$(MAIN)) $(ARCHIVE)
	@echo 'LINK $@'; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# It finds Lua in the program that loads it, and shows that program nothing but luaopen_chipfit.
$(LUA_SO): $(call object,$(MODULE)) $(ARCHIVE)
	@echo 'LINK $@'; $(CC) -shared $(LDFLAGS) -Wl,--exclude-libs,ALL -o $@ $^ $(filter-out -llua%,$(LDLIBS))

# Loaded when several processes are started, and not linked in: that would double what every command takes to start.
$(MPI_SO): $(WIRE) search/wire.h Makefile
	@echo 'MPI  $@'; mkdir -p $(@D); $(MPICC) $(CPPFLAGS) -std=c11 -O2 -fPIC -shared $(WARNINGS) -o $@ $<

$(BUILD)/tests: $(call object,$(TESTS) $(EMULATED)) $(ARCHIVE)
	@echo 'LINK $@'; $(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(if $(EMULATED),-lstdc++) $(LDLIBS)

$(BUILD)/bench: $(call object,$(BENCHES)) $(ARCHIVE)
	@echo 'LINK $@'; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%_fuzz: $(BUILD)/%_fuzz.o $(ARCHIVE)
	@echo 'LINK $@'; $(CC) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The order-only `deps` runs each time, at once and silently when nothing is missing, and rebuilds nothing.
$(BUILD)/%.o: %.c Makefile | deps
	@echo 'CC   $<'; mkdir -p $(@D); $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# What measurements say of the code that took them.
REVISION := $(or $(shell git describe --always --dirty 2>/dev/null),unknown)
build/revision: FORCE
	@mkdir -p build; echo '$(REVISION)' | cmp -s - $@ || echo '$(REVISION)' >$@
$(BUILD)/validate/host/host.o build/cuda/validate/cuda/cuda.cu.o: build/revision
$(BUILD)/validate/host/host.o: CPPFLAGS += -DCHIPFIT_REVISION='"$(REVISION)"'

# Kernels that are measured are checked against a tolerance, not bit by bit.
$(BUILD)/validate/host/%.o: CFLAGS += -ffp-contract=fast

# Kernels' bodies on the host. Never with sanitizers: its fibers change stacks behind their backs.
$(BUILD)/%.o: %.cc Makefile | deps
	@echo 'CXX  $<'; mkdir -p $(@D); $(CXX) $(CPPFLAGS) $(CUDA_HOME:%=-isystem %/include) -std=c++17 -O2 -g -fPIC \
	  -fno-exceptions -fno-rtti \
	  -Wall -Wextra -Wshadow -Wdouble-promotion -Wno-missing-field-initializers \
	  -Wno-unknown-pragmas -MMD -MP -c -o $@ $<

# The CUDA program is built where it runs, with nothing from `deps`: kernels, and what of the library reads shapes, checks
# results and writes them.
CUDA_CFLAGS = -std=c11 -O2 -D_POSIX_C_SOURCE=200809L -I. $(WARNINGS)
CUDA_FLAGS  = -std=c++17 -O3 -I. -Xcompiler -Wall,-Wextra,-Wshadow $(CUDA_STRICT) \
  -DCHIPFIT_REVISION='"$(REVISION)"' $(CUDA_CODES)
# Machine code for A100, H100, B200 where this nvcc knows them, and PTX for what comes later.
CUDA_CODES  = $(foreach code,80 90a 100,$(if $(filter sm_$(code:%a=%),$(CUDA_KNOWN)),\
  -gencode arch=compute_$(code)$(comma)code=sm_$(code))) -gencode arch=compute_80$(comma)code=compute_80
CUDA_KNOWN := $(if $(CUDA_HOME),$(shell $(NVCC) --list-gpu-code))

$(CUDA_PROGRAM): $(CUDA_OBJECTS)
	@echo 'LINK $@'; mkdir -p $(@D)
	@$(NVCC) -o $@ $^ -Xlinker -rpath=$(CUDA_HOME)/lib64 -lcublasLt -ldl -lm -lpthread

build/cuda/%.cu.o: %.cu Makefile
	@echo 'NVCC $<'; mkdir -p $(@D); $(NVCC) $(CUDA_FLAGS) -MMD -MP -MF $(@:.o=.d) -c -o $@ $<

build/cuda/%.o: %.c Makefile
	@echo 'CC   $<'; mkdir -p $(@D); $(CC) $(CUDA_CFLAGS) -MMD -MP -c -o $@ $<

-include $(patsubst %,$(BUILD)/%.d,$(basename $(SOURCES) $(EMULATED))) $(CUDA_OBJECTS:.o=.d)
FORCE:
.PHONY: FORCE all lua-module deps demo test cuda bench fidelity engines profiles check fuzz fuzzers format clean help
.DELETE_ON_ERROR:
.SECONDARY:
