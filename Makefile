# Everything a developer types. `make help` lists it; CMakePresets.json has the details.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# A translation unit takes up to 1 GB, so memory limits the jobs as well as processors do.
JOBS ?= $(shell awk -v cpus="$$(nproc)" '/^MemAvailable:/ {jobs = int($$2 / 1000000)} \
  END {if (jobs > cpus) jobs = cpus; if (jobs < 1) jobs = 1; print jobs}' /proc/meminfo)

# Arguments for `argot serve`, as in: make serve ARGS="--listen 127.0.0.1:9000"
ARGS ?=
# States of the persistence model for `make crash`; the other campaigns grow with it.
STATES ?= 37000
# Minutes for each target of `make fuzz`, and of `make chaos`.
MINUTES ?= 0.5
# Of `make chaos`: what an earlier one printed, to repeat it.
SEED ?=

# Ninja itself configures again when a CMake file changed.
define build_preset
  @[ -f build/$(1)/build.ninja ] || cmake --preset $(1)
  @cmake --build --preset $(1) --parallel $(JOBS)
endef

.PHONY: help
help:  ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

.PHONY: serve
serve: build  ## Install what is missing, build, and serve on 127.0.0.1:8080
	@exec build/release/argot serve $(ARGS)

.PHONY: build
build:  ## Install what is missing and build build/release/argot
	@tools/setup.sh build
	$(call build_preset,release)

.PHONY: test
test:  ## Install what is missing, build and run every test
	@tools/setup.sh test
	$(call build_preset,dev)
	@ctest --preset dev --parallel $(JOBS)

.PHONY: package
package:  ## Build Debian packages of the program and the SDK into build/release
	@tools/setup.sh package
	$(call build_preset,release)
	@cd build/release && cpack

.PHONY: bench
bench:  ## Build and run the benchmarks
	@tools/setup.sh bench
	$(call build_preset,bench)
	@tools/bench.sh $(ARGS)

.PHONY: fuzz
fuzz:  ## Run every fuzz target for MINUTES minutes
	@tools/setup.sh check
	$(call build_preset,fuzz)
	@tools/fuzz.sh "$$(awk 'BEGIN {print int(60 * $(MINUTES))}')"

.PHONY: crash
crash:  ## Run the crash campaigns over STATES states
	@tools/setup.sh test
	$(call build_preset,dev)
	@build/dev/tests/crash/argot_crash_test --states=$(STATES)

.PHONY: chaos
chaos:  ## Run a storm over three replicas for MINUTES minutes, with SEED=
	@tools/setup.sh test
	$(call build_preset,dev)
	@ARGOT_TEST_PROGRAM=build/dev/argot ARGOT_CHAOS_SEED=$(SEED) \
	  ARGOT_CHAOS_SECONDS="$$(awk 'BEGIN {print int(60 * $(MINUTES))}')" \
	  python3 -B tests/chaos/chaos_test.py

.PHONY: lint
lint:  ## Run clang-tidy over the sources
	@tools/setup.sh check
	$(call build_preset,tidy)

.PHONY: format
format:  ## Format the sources
	@tools/setup.sh check
	@tools/format.sh

.PHONY: check
check:  ## Run everything that CI runs
	@bash .ci/run

.PHONY: clean
clean:  ## Remove every build
	@rm -rf build
