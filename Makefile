# chipfit. `make help` lists the targets. Settings come first; nothing below them needs changing.
MODE  = release
BUILD = build/$(MODE)
DIRS  = sim/base hw arch sim search results validate lua
ONLY  =
FILES = $(shell git ls-files -co --exclude-standard '*.c' '*.h' '*.cu')
FUZZ_SECONDS = 20

CC   = gcc
CXX  = g++
NVCC = nvcc
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
LIBRARY := $(filter-out $(TESTS) $(BENCHES) $(FUZZERS) $(MAIN) $(MODULE) $(WIRE),$(SOURCES))
EMULATED := $(if $(shell command -v $(CXX)),$(wildcard validate/*_test.cc))
CUDA    := $(if $(shell command -v $(NVCC)),$(wildcard $(addsuffix /*.cu,$(DIRS))))
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
demo: all ## two designs explained op by op, then 1.4 million of them searched and stored
	@printf '\n$$ %s\n' "$(DEMO_DENSE)"; $(DEMO_DENSE)
	@printf '\n$$ %s\n' "$(DEMO_MOE)"; $(DEMO_MOE)
	@mkdir -p results/runs; rm -f $(DEMO_RUN)
	@printf '\n$$ %s\n' "$(DEMO_SWEEP)"; $(DEMO_SWEEP)

test: all $(BUILD)/tests $(CUDA:%=$(BUILD)/%.o) ## all tests, or those whose name contains ONLY=word
	@CHIPFIT_DATA='$(CURDIR)' $(BUILD)/tests $(ONLY)

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
	@echo 'LINK $@'; $(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)

$(BUILD)/bench: $(call object,$(BENCHES)) $(ARCHIVE)
	@echo 'LINK $@'; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%_fuzz: $(BUILD)/%_fuzz.o $(ARCHIVE)
	@echo 'LINK $@'; $(CC) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The order-only `deps` runs each time, at once and silently when nothing is missing, and rebuilds nothing.
$(BUILD)/%.o: %.c Makefile | deps
	@echo 'CC   $<'; mkdir -p $(@D); $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Kernels' bodies on the host. Never with sanitizers: its fibers change stacks behind their backs.
$(BUILD)/%.o: %.cc Makefile | deps
	@echo 'CXX  $<'; mkdir -p $(@D); $(CXX) $(CPPFLAGS) -std=c++17 -O2 -g -fPIC -fno-exceptions -fno-rtti \
	  -Wall -Wextra -Wshadow -Wdouble-promotion -Wno-missing-field-initializers \
	  -Wno-unknown-pragmas -MMD -MP -c -o $@ $<

# Kernels that are measured are checked against a tolerance, not bit by bit.
$(BUILD)/validate/host%.o: CFLAGS += -ffp-contract=fast

$(BUILD)/%.cu.o: %.cu Makefile | deps
	@echo 'NVCC $<'; mkdir -p $(@D); $(NVCC) -O2 -I. -Xcompiler -fPIC -c -o $@ $<

-include $(patsubst %,$(BUILD)/%.d,$(basename $(SOURCES) $(EMULATED)))
.PHONY: all lua-module deps demo test bench fidelity engines profiles check fuzz fuzzers format clean help
.DELETE_ON_ERROR:
.SECONDARY:
