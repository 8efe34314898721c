# The Chutes client suite: one document, four clients, one conformance suite. `make help` lists the targets.
# Everything that is installed goes below .build/ (and node_modules/, target/), which git ignores.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BUILD := $(CURDIR)/.build
VENV := $(BUILD)/venv
BIN := $(VENV)/bin
RESULTS := $(BUILD)/results
export CARGO_TARGET_DIR := $(BUILD)/cargo
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1
# Cases wait more than they compute.
JOBS ?= $(shell expr 4 \* $$(nproc))

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-zA-Z-]*:.*## /{printf "  \033[1m%-22s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- set-up: each stamp is remade when the file that names its packages changes --------------------------------------

$(VENV)/.stamp: openapi/pyproject.toml conformance/pyproject.toml clients/python/pyproject.toml
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q -e "openapi[dev]" -e "conformance[dev]" -e "clients/python[dev]"
	@touch $@

openapi/node_modules/.stamp: openapi/package-lock.json
	@cd openapi && npm ci --silent && touch node_modules/.stamp

clients/ts/node_modules/.stamp: clients/ts/package-lock.json
	@cd clients/ts && npm ci --silent && touch node_modules/.stamp

.PHONY: setup
setup: $(VENV)/.stamp openapi/node_modules/.stamp clients/ts/node_modules/.stamp ## Install every tool the other targets use

.PHONY: install-python install-ts install-go install-rust
install-python: $(VENV)/.stamp ## Build one package and install it as a user would (install-ts, install-go, install-rust likewise)
	@$(BIN)/python conformance/packaging/install.py python
install-ts: $(VENV)/.stamp clients/ts/node_modules/.stamp
	@$(BIN)/python conformance/packaging/install.py ts
install-go: $(VENV)/.stamp
	@$(BIN)/python conformance/packaging/install.py go
install-rust: $(VENV)/.stamp
	@$(BIN)/python conformance/packaging/install.py rust

# ---- the document and what is generated from it ------------------------------------------------------------------------

.PHONY: gen check-gen lint-openapi
gen: setup ## Rewrite every generated file from openapi/chutes.yaml (no network)
	@$(BIN)/python -m codegen gen
check-gen: setup ## Fail on drift, on a stale generated file, and on an operation without x-sdk
	@$(BIN)/python -m codegen check
lint-openapi: openapi/node_modules/.stamp ## Lint the document
	@cd openapi && npm run --silent lint

.PHONY: docs docs-serve check-docs
DOCS := $(BUILD)/docs
docs: setup ## Write the reference pages, the four languages side by side
	@$(BIN)/python -m codegen docs $(DOCS)
docs-serve: docs ## Serve the reference pages on 127.0.0.1:8440
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(DOCS) 8440
check-docs: setup docs ## Compile or type-check every example of the reference pages
	@$(BIN)/python -m codegen check-docs $(BUILD)/docs-examples

# ---- checks and tests, part by part ------------------------------------------------------------------------------------

.PHONY: check check-python check-ts check-go check-rust check-harness check-platform
check: lint-openapi check-gen check-docs check-python check-ts check-go check-rust check-harness check-platform check-bench ## All linters, formatters and strict type checks
check-python: $(VENV)/.stamp ## Linter, formatter and type checkers of one client (check-ts, check-go, check-rust likewise)
	@cd clients/python && $(BIN)/ruff check -q . && $(BIN)/ruff format -q --check . && $(BIN)/mypy && $(BIN)/pyright --pythonpath $(BIN)/python
check-ts: clients/ts/node_modules/.stamp
	@cd clients/ts && npm run --silent check
check-go:
	@cd clients/go && test -z "$$(gofmt -l . ../../conformance/drivers/go | tee /dev/stderr)" && go vet ./... && go run -modfile=tools/go.mod honnef.co/go/tools/cmd/staticcheck ./...
	@for module in hotkey otel; do (cd clients/go/$$module && go vet ./... && go run -modfile=../tools/go.mod honnef.co/go/tools/cmd/staticcheck ./...) || exit 1; done
check-rust:
	@cd clients/rust && cargo fmt --check && cargo clippy -q --all-targets -- -D warnings && cargo clippy -q --all-targets --all-features -- -D warnings
	@cd clients/rust && cargo clippy -q --no-default-features -- -D warnings # sse and accumulate, without std
	@cd clients/rust && for target in $$(rustup target list --installed 2>/dev/null | grep -vx '$(HOST)'); do cargo check -q --no-default-features --target $$target || exit 1; done
	@cd conformance/drivers/rust && cargo fmt --check && cargo clippy -q -- -D warnings
check-harness: $(VENV)/.stamp ## Linter and types of the harness, and every case against its schema
	@cd conformance && $(BIN)/ruff check -q . && $(BIN)/mypy && $(BIN)/python -m chutes_conformance validate
check-platform: $(VENV)/.stamp ## Hold the local platform to the document with generated calls, good and bad, of every operation
	@$(BIN)/pytest -q conformance/fuzz

.PHONY: test-openapi test-python test-ts test-go test-rust test-harness
test-openapi: setup ## Tests of the generator
	@$(BIN)/pytest -q openapi/codegen/tests
test-python: $(VENV)/.stamp ## Unit tests of one client (test-ts, test-go, test-rust likewise)
	@cd clients/python && $(BIN)/pytest -q
test-ts: clients/ts/node_modules/.stamp
	@cd clients/ts && npm test --silent
test-go: $(VENV)/.stamp
	@cd clients/go && go test ./... && (cd hotkey && go test ./...) && cd otel && go test ./...
test-rust: $(VENV)/.stamp
	@cd clients/rust && cargo test -q --all-features
test-harness: $(VENV)/.stamp ## Tests of the harness, the local platform and the guests
	@$(BIN)/pytest -q conformance/tests

# ---- the conformance matrix, real parts --------------------------------------------------------------------------------

GUESTS := $(BUILD)/guests
$(GUESTS)/openai/.stamp: conformance/drivers/reference/openai_python/requirements.txt
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D) && $(@D)/bin/pip install -q -r $< && touch $@
$(GUESTS)/litellm/.stamp: conformance/drivers/reference/litellm/requirements.txt
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D) && $(@D)/bin/pip install -q -r $< && touch $@
conformance/drivers/reference/openai_node/node_modules/.stamp: conformance/drivers/reference/openai_node/package-lock.json
	@cd $(dir $<) && npm ci --silent && touch node_modules/.stamp
REFERENCE := conformance/drivers/reference
$(GUESTS)/openai-go/.stamp: $(wildcard $(REFERENCE)/openai_go/*)
	@mkdir -p $(@D) && cd $(REFERENCE)/openai_go && go build -o $(@D)/driver . && touch $@
$(GUESTS)/async-openai/.stamp: export CARGO_TARGET_DIR := $(BUILD)/cargo-guests
$(GUESTS)/async-openai/.stamp: $(wildcard $(REFERENCE)/async_openai/Cargo.* $(REFERENCE)/async_openai/src/*)
	@mkdir -p $(@D) && cd $(REFERENCE)/async_openai && cargo build -q --locked
	@cp $(CARGO_TARGET_DIR)/debug/conformance-async-openai $(@D)/driver && touch $@
$(BUILD)/realchute-venv/.stamp: conformance/realchute/requirements.txt
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D) && $(@D)/bin/pip install -q -r $< && touch $@

.PHONY: soak test-conformance test-browser test-runtimes installed guests conformance conformance-summary test-fuzz test-soak test-platform test-realchute test-guests
installed: install-python install-ts install-go install-rust ## Build the wheel, the tarball, the module and the crate, and install them
guests: $(GUESTS)/openai/.stamp $(GUESTS)/litellm/.stamp $(GUESTS)/openai-go/.stamp $(GUESTS)/async-openai/.stamp $(REFERENCE)/openai_node/node_modules/.stamp ## Build the other SDKs that stand beside ours in the matrix
conformance: installed guests ## Play every case in every language and with the guests; writes .build/results/matrix.html
	@$(BIN)/python -m chutes_conformance run --jobs $(JOBS) --out $(RESULTS)
test-platform: installed ## From sign-up to chat, builds, jobs and sign-in: every client against the local platform
	@$(BIN)/pytest -q conformance/platform_columns
conformance-summary: $(VENV)/.stamp ## Write the shares of the last `make conformance` into the READMEs
	@$(BIN)/python -m chutes_conformance summary $(RESULTS)/results.json --write README.md conformance/README.md
test-realchute: installed $(BUILD)/realchute-venv/.stamp ## Call a chute written with the official CDK from every language
	@$(BIN)/pytest -q conformance/realchute
OURS := py-sync py-async ts go rust
test-conformance: installed ## Play every case in our five columns (`make conformance` adds the guests, which decide nothing)
	@cd conformance && $(BIN)/python -m chutes_conformance run $(OURS:%=--column %) --jobs $(JOBS) --out $(RESULTS)/ours
test-fuzz: installed ## Compare all clients on the corpus of streams and on random ones
	@$(BIN)/python -m chutes_conformance fuzz --some-cuts --seeds 0:100
fuzz: installed ## The same with every cut and new random streams, then each language's own fuzz targets (fuzz-go: one's); FUZZ_SECONDS (60) each
	@$(BIN)/python -m chutes_conformance fuzz --seconds 150 --seeds $$(date +%s)000:$$(date +%s)999999
	@$(MAKE) fuzz-python fuzz-ts fuzz-go fuzz-rust
test-soak: installed ## A short soak: 100 streams at a time per language
	@$(BIN)/python -m chutes_conformance soak --short --streams 100 --seconds 5 --at-once 5
soak: installed ## 1,000 slow streams at a time for ten minutes per language; SOAK adds options (--column go --seconds 120)
	@$(BIN)/python -m chutes_conformance soak --out $(RESULTS)/soak.json $(SOAK)
.PHONY: mutants
mutants: setup ## Plant faults in each client's own stems and print those that no case notices (LANGS="go rust", ARGS="--all --seed 7")
	@cd conformance && $(BIN)/python -m mutants run $(LANGS) $(ARGS)
# No lock file: npm writes none that `npm ci` takes where a registry lacks the packages of other systems. Every version is exact.
conformance/runtimes/node_modules/.stamp: conformance/runtimes/package.json
	@cd $(dir $<) && npm install --silent --no-package-lock --no-audit --no-fund && touch node_modules/.stamp
RUNTIME_THEMES := smoke end cancel conn images signing oauth
test-runtimes: install-ts install-rust conformance/runtimes/node_modules/.stamp ## TypeScript as CommonJS, on Deno and Bun, and in workerd; Rust by threads that wait (some themes)
	@cd conformance && $(BIN)/python -m chutes_conformance --columns runtimes/columns.toml run --jobs $(JOBS) --out $(RESULTS)/runtimes $(RUNTIME_THEMES:%=--case '%/**')
	@$(BIN)/pytest -q conformance/runtimes
test-browser: install-ts ## The TypeScript client in a page of Chromium (Debian's package; fetched where it is missing)
	@command -v chromium google-chrome >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 || echo "no Chromium: the page is not played"
	@$(BIN)/pytest -q conformance/browser
test-guests: $(VENV)/.stamp guests ## The OpenAI SDKs and LiteLLM, pointed at the local platform
	@$(BIN)/pytest -q conformance/guests

# Coverage-guided where the language can: atheris, `go test -fuzz`, libFuzzer (its counters are an LLVM pass, so that stable Rust will do).
# TypeScript has fast-check, which is led by properties alone. What is found stays in .build/fuzz (Go: testdata/fuzz).
FUZZ_SECONDS ?= 60
FUZZ := $(BUILD)/fuzz
HOST = $(shell rustc -vV | sed -n 's/^host: //p')
SANCOV := -Cpasses=sancov-module $(addprefix -Cllvm-args=-sanitizer-coverage-,level=4 inline-8bit-counters pc-table trace-compares)
$(BUILD)/fuzz-venv/.stamp: clients/python/fuzz/requirements.txt clients/python/pyproject.toml
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D) && $(@D)/bin/pip install -q -r $< -e clients/python
	@touch $@
.PHONY: fuzz fuzz-python fuzz-ts fuzz-go fuzz-rust
fuzz-python: $(BUILD)/fuzz-venv/.stamp
	@for target in decoder error_body; do $(BUILD)/fuzz-venv/bin/python clients/python/fuzz/run.py $$target --seconds $(FUZZ_SECONDS) --keep $(FUZZ)/python; done
fuzz-ts: clients/ts/node_modules/.stamp
	@cd clients/ts && FUZZ_SECONDS=$(FUZZ_SECONDS) node scripts/test.mjs fuzz.test
fuzz-go:
	@cd clients/go && go test ./sse -run '^$$' -fuzz FuzzDecoder -fuzztime $(FUZZ_SECONDS)s
	@cd clients/go && for target in FuzzParseBody FuzzValidJSON FuzzChunk FuzzAddPlain; do \
		go test . -run '^$$' -fuzz $$target'$$' -fuzztime $(FUZZ_SECONDS)s || exit 1; done
fuzz-rust: export CARGO_TARGET_DIR := $(BUILD)/cargo-fuzz
fuzz-rust: export RUSTFLAGS := --cfg fuzzing $(SANCOV)
fuzz-rust:
	@cd clients/rust/fuzz && cargo build -q --release --target $(HOST)
	@for target in decoder error_body; do mkdir -p $(FUZZ)/rust/$$target && $(CARGO_TARGET_DIR)/$(HOST)/release/$$target -max_total_time=$(FUZZ_SECONDS) -max_len=4096 \
		-timeout=10 -verbosity=0 -print_final_stats=1 -artifact_prefix=$(FUZZ)/rust/$$target- $(FUZZ)/rust/$$target conformance/corpus; done

# ---- what it costs -----------------------------------------------------------------------------------------------------

# Everything that is measured is installed below .build/bench; the packages are those that `make installed` built.
BENCH := $(BUILD)/bench
BENCH_SOURCES := conformance/bench
$(BENCH)/venv/.stamp: $(BENCH_SOURCES)/python/requirements.txt
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D) && $(@D)/bin/pip install -q -r $< && touch $@
$(BENCH_SOURCES)/ts/node_modules/.stamp: $(BENCH_SOURCES)/ts/package-lock.json
	@cd $(BENCH_SOURCES)/ts && npm ci --silent && touch node_modules/.stamp
$(BENCH)/server: $(wildcard $(BENCH_SOURCES)/server/*)
	@mkdir -p $(@D) && cd $(BENCH_SOURCES)/server && go build -o $@ .

.PHONY: bench-python bench-ts bench-go bench-rust bench-setup bench bench-quick bench-regress check-bench
bench-python: $(BENCH)/venv/.stamp install-python
	@cd $(BENCH)/venv && { cmp -s $(BUILD)/dist/chutes_client-*.whl client.whl || { bin/pip install -q --force-reinstall --no-deps $(BUILD)/dist/chutes_client-*.whl && \
		bin/pip install -q $(BUILD)/dist/chutes_client-*.whl && cp $(BUILD)/dist/chutes_client-*.whl client.whl; }; }
bench-ts: $(BENCH_SOURCES)/ts/node_modules/.stamp install-ts
	@cd $(BENCH_SOURCES)/ts && { cmp -s $(BUILD)/dist/chutes-client-*.tgz node_modules/client.tgz || \
		{ npm install --silent --no-save --no-package-lock $(BUILD)/dist/chutes-client-*.tgz && cp $(BUILD)/dist/chutes-client-*.tgz node_modules/client.tgz; }; }
bench-go:
	@mkdir -p $(BENCH) && cd $(BENCH_SOURCES)/go && go build -o $(BENCH)/go .
bench-rust: export CARGO_TARGET_DIR := $(BUILD)/cargo-bench
bench-rust:
	@mkdir -p $(BENCH) && cd $(BENCH_SOURCES)/rust && cargo build -q --release && cp $(CARGO_TARGET_DIR)/release/bench $(BENCH)/rust
bench-setup: $(VENV)/.stamp $(BENCH)/server bench-python bench-ts bench-go bench-rust
bench: bench-setup ## Measure every client beside its peer and beside the limit; BENCH_ARGS adds options (--only go --rounds 3)
	@$(BIN)/python $(BENCH_SOURCES)/run.py $(BENCH_ARGS)
bench-quick: bench-setup bench-regress ## The same in under two minutes: fewer rows, one round; fails where a chunk costs more than at the previous commit
	@$(BIN)/python $(BENCH_SOURCES)/run.py --quick $(BENCH_ARGS)
.PHONY: valgrind
valgrind:
	@command -v valgrind >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends valgrind; } >/dev/null
bench-regress: bench-setup valgrind ## Instructions and allocations per chunk against the previous commit, without a clock (needs valgrind); fails above 5 % (Node: 15 %)
	@$(BIN)/python $(BENCH_SOURCES)/regress.py $(REGRESS)
check-bench: $(VENV)/.stamp installed bench-ts $(BENCH)/server valgrind ## Hold sizes, dependencies, imports, the bundle and the cost of a chunk to conformance/bench/budgets.yaml
	@$(BIN)/python $(BENCH_SOURCES)/budgets.py
	@cd $(BENCH_SOURCES) && test -z "$$(gofmt -l go server | tee /dev/stderr)" && (cd go && go vet ./...) && (cd server && go vet ./...) && cd rust && cargo fmt --check

# ---- everything --------------------------------------------------------------------------------------------------------

TEST_PARTS := check test-openapi test-python test-ts test-go test-rust test-harness test-conformance test-fuzz test-soak test-platform test-realchute test-browser test-runtimes test-guests docs-test demo
.PHONY: test docs-test
docs-test: installed ## Run every code block of the READMEs against the local platform; those of a client are its examples
	@$(BIN)/pytest -q conformance/docs
	@cd clients/python && $(BIN)/pytest -q tests/test_docs.py
	@cd clients/ts && node scripts/test.mjs package.test
	@cd clients/go && go test . -count=1 -run 'Examples|Sample'
	@cd clients/rust && cargo test -q --all-features --test examples
test: ## Every test of every part, with a one-screen summary
	@$(PYTHON) conformance/packaging/test_all.py $(TEST_PARTS)

# ---- the newcomer's way ------------------------------------------------------------------------------------------------

.PHONY: demo demo-python demo-ts demo-go demo-rust platform
demo: ## Start the local platform and do the same five things in Python, TypeScript, Go and Rust (demo-go: in one)
	@$(PYTHON) conformance/packaging/demo.py python ts go rust
demo-python demo-ts demo-go demo-rust: demo-%:
	@$(PYTHON) conformance/packaging/demo.py $*
platform: $(VENV)/.stamp ## Run the local platform in the foreground and print its CHUTES_BASE_URL
	@$(BIN)/chutes-mock
