# A thin front over meson. `make run` and `make test` do all the set-up on a fresh Debian 12.
# BUILD: the build folder. TESTS: what `meson test` is to run, e.g. make test TESTS="--suite model".
BUILD ?= build
TESTS ?=

DEMO = data/examples/document-analysis.yard.yaml

.PHONY: all run test soak bench lint fuzz install clean help

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

run: setup-build all
	@if [ -x $(BUILD)/app/switchyard-gui ] && [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
	  GSETTINGS_SCHEMA_DIR=$(BUILD)/data SWITCHYARD_LOCALE_DIR=$(CURDIR)/$(BUILD)/data/po $(BUILD)/app/switchyard open $(DEMO); \
	else \
	  $(BUILD)/app/switchyard run $(DEMO); \
	fi

test: setup-build setup-test all
	@build-aux/run-tests $(BUILD) $(TESTS)

soak: setup-build setup-test all
	@build-aux/soak $(BUILD) $(TESTS)

bench: setup-build setup-bench
	@[ -f $(BUILD)-release/build.ninja ] || meson setup $(BUILD)-release --buildtype=release >/dev/null
	@ninja -C $(BUILD)-release >/dev/null
	@python3 tests/bench/bench.py $(BUILD)-release $(BENCH)

lint: setup-lint
	@build-aux/lint

fuzz: setup-build setup-fuzz
	@build-aux/fuzz $(BUILD)-fuzz

install: all
	@meson install -C $(BUILD)

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-release $(BUILD)-fuzz

help:
	@echo 'make run     install what is missing, build, open the window on the demo workflow (no display: run it here)'
	@echo 'make test    the same set-up, then the whole suite (sanitizer builds too); TESTS="--suite NAME" for a part'
	@echo 'make bench   side by side with ninja, GNU make, xargs and, where npm has it, Dagu'
	@echo 'make lint    static analysis, man pages, scripts'
	@echo 'make fuzz    libFuzzer on every parser, 60 s each (FUZZ_SECONDS)'
	@echo 'make soak    the long forms of the fault tests, about two hours; TESTS="store/log-faults" for some of them'
	@echo 'make install PREFIX by meson configure -Dprefix=…'

setup-%:
	@build-aux/setup $*

$(BUILD)/build.ninja: meson.build
	@meson setup $(BUILD) >/dev/null
