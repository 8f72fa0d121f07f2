# The front door. Every target makes what it needs, the environment included; it takes Python 3.11 or newer and make.
# Stamp files under $(VENV) and build/ keep the second run short.

VENV ?= .venv
# More than there are cores: many tests wait for a process or a deadline.
JOBS ?= 4
# Where `make interpreters` builds; a folder outside the clone outlives it.
INTERPRETERS ?= build/interpreters
# What `make bench` measures: bridge or workers.
WHAT ?= bridge
CODE ?= $(wildcard packages/*/src tests examples bench tools)
# The messenger needs 3.11: what is checked for 3.9 leaves it out.
CODE_3_9 ?= $(filter-out tests packages/jarvis/src,$(CODE)) $(filter-out tests/__pycache__ tests/jarvis tests/golden tests/typing,$(wildcard tests/*))

BIN := $(VENV)/bin
UV := $(BIN)/uv
LIBRARY := packages/ambidex/src
LIBRARY_FILES := $(shell find $(LIBRARY) -name '*.py' -o -name py.typed -o -name LICENSE)
PYRIGHT = $(BIN)/basedpyright --pythonpath $(BIN)/python
# The tree, not what an editable install points at: these commands also run on copies of the tree.
ON_TREE := PYTHONPATH=$(LIBRARY):packages/jarvis/src
EXPORT = $(UV) pip compile --quiet --universal --no-header --no-annotate --no-emit-index-url
WHEEL = $$(echo build/dist/*.whl)

DEV := $(VENV)/.dev-ready
BUILT := build/dist/.ready
TEST_ENV := build/venvs/test/.ready
OLDEST_ENV := build/venvs/oldest/.ready
PACKAGES_ENV := build/venvs/packages/.ready

# The interpreters of this machine are the ones that count; none is fetched.
export UV_PYTHON_DOWNLOADS := never
# Empty is unset. The tests start a thousand programs: each would compile anew all that it imports.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check check-slow interpreters soak generate bench coverage fmt dev lock wheel clean \
	constructs packages check-format check-lint check-types check-platforms check-mypy check-layers check-generated check-requirements \
	test-smoke test-oldest test-wheel

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: generate ## Generate the example's public module and use it in every way
	$(ON_TREE) $(BIN)/python examples/bookshelf/demo.py

test: test-smoke test-oldest test-wheel ## Test the built wheel: every interpreter, oldest dependencies, the whole suite

check: check-format check-lint check-layers check-generated check-requirements check-types check-platforms check-mypy ## Run every static check

check-slow: $(BUILT) $(PACKAGES_ENV) ## Run everything, slow tests and `packages` included, on each interpreter
	build/venvs/packages/bin/python -m tests.packages --check
	$(BIN)/python tools/matrix.py full --uv $(UV) --wheel $(WHEEL) --interpreters $(INTERPRETERS) --jobs $(JOBS) $(if $(SECONDS_LIMIT),--seconds $(SECONDS_LIMIT))

interpreters: | $(UV) ## Build a free-threaded CPython for the matrix from Debian's source; INSTALL_DEPENDENCIES=1 installs what that needs
	$(BIN)/python tools/interpreters.py --into $(INTERPRETERS) --jobs $(JOBS) $(if $(INSTALL_DEPENDENCIES),--install-dependencies)

soak: $(DEV) $(TEST_ENV) ## Run the behaviours 50 times in random order, 20 minutes at most; stop at a failure
	build/venvs/test/bin/python tools/soak.py --jobs $(JOBS) $(if $(SECONDS_LIMIT),--seconds $(SECONDS_LIMIT)) $(if $(SEED),--seed $(SEED))

generate: $(DEV) ## Write the generated modules that [tool.ambidex] lists
	$(ON_TREE) $(BIN)/python -m ambidex.cli generate

constructs: $(DEV) ## Run four type checkers over the golden cases and write docs/constructs.md
	$(ON_TREE) $(BIN)/python -m tools.constructs --check-types

packages: $(PACKAGES_ENV) ## Wrap other people's packages, check and use them, write docs/packages.md; ONLY="aiosqlite nats" for some
	build/venvs/packages/bin/python -m tests.packages $(ONLY)

bench: $(DEV) ## Measure against the named peers and the targets, in 5 minutes; WHAT=workers for calls to child processes, WHAT=services for those of services; OPTIONS=--quick
	$(ON_TREE) $(BIN)/python bench/$(WHAT).py --json build/bench/$(WHAT).json $(OPTIONS)

coverage: $(TEST_ENV) ## Run the suite under coverage and report the lines it missed
	@rm -rf build/coverage && mkdir -p build/coverage
	build/venvs/test/bin/coverage run -m pytest -m "not slow"
	build/venvs/test/bin/coverage combine --quiet
	build/venvs/test/bin/coverage report

fmt: $(DEV) ## Format, and fix what the linter can fix
	$(BIN)/ruff check --fix --exit-zero --quiet
	$(BIN)/ruff format

dev: $(DEV) ## Make the development environment

lock: $(UV) ## Bring requirements/ up to date with pyproject.toml; UPGRADE=1 also takes newer versions
	$(EXPORT) $(if $(UPGRADE),--upgrade) --python-version 3.9 --group pyproject.toml:test -o requirements/test.txt
	$(EXPORT) $(if $(UPGRADE),--upgrade) --python-version 3.11 --group pyproject.toml:dev -c requirements/test.txt -o requirements/dev.txt
	$(EXPORT) $(if $(UPGRADE),--upgrade) --python-version 3.11 --group pyproject.toml:packages -c requirements/test.txt -o requirements/packages.txt

wheel: $(BUILT) ## Build the wheel into build/dist

clean: ## Remove the environments and everything built
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# --- check, one command at a time

check-format: $(DEV)
	$(BIN)/ruff format --check --diff --quiet

check-lint: $(DEV)
	$(BIN)/ruff check --quiet

check-layers: $(DEV)
	$(ON_TREE) $(BIN)/lint-imports --no-cache

check-generated: $(DEV)
	$(ON_TREE) $(BIN)/python -m ambidex.cli check

check-requirements: $(UV)
	@rm -rf build/requirements && mkdir -p build && cp -r requirements build/requirements
	$(EXPORT) --python-version 3.9 --group pyproject.toml:test -o build/requirements/test.txt
	$(EXPORT) --python-version 3.11 --group pyproject.toml:dev -c build/requirements/test.txt -o build/requirements/dev.txt
	$(EXPORT) --python-version 3.11 --group pyproject.toml:packages -c build/requirements/test.txt -o build/requirements/packages.txt
	@# Names and versions alone: how the markers are written changes from one release of uv to the next.
	@rm -rf build/pins && mkdir -p build/pins/committed build/pins/resolved
	@for list in test dev packages; do \
		sed 's/ *;.*//' requirements/$$list.txt | sort -u >build/pins/committed/$$list; \
		sed 's/ *;.*//' build/requirements/$$list.txt | sort -u >build/pins/resolved/$$list; \
	done
	@diff -ru build/pins/committed build/pins/resolved || { echo "requirements/ is behind pyproject.toml: run make lock"; exit 1; }

check-types: $(DEV)
	$(PYRIGHT) --pythonversion 3.9 $(CODE_3_9)
	$(PYRIGHT) --pythonversion 3.11 packages/jarvis/src tests/jarvis
	$(PYRIGHT) --pythonversion 3.14 $(CODE)

check-platforms: $(DEV)
	$(PYRIGHT) --pythonplatform Windows $(LIBRARY)
	$(PYRIGHT) --pythonplatform Darwin $(LIBRARY)

check-mypy: $(DEV)
	$(BIN)/mypy $(CODE)

# --- test, one environment at a time; the whole suite comes last, so that its closing line does too

test-smoke: $(BUILT)
	$(BIN)/python tools/matrix.py smoke --uv $(UV) --wheel $(WHEEL) --interpreters $(INTERPRETERS)

test-oldest: $(OLDEST_ENV)
	@# What they can change is the text, the watching, spans and msgpack; what follows from the same text is shown by
	@# test-wheel.
	build/venvs/oldest/bin/python -m pytest -m "not slow and not of_text" -n $(JOBS) --dist worksteal tests/codegen tests/workers/test_spans.py tests/rpc/test_msgpack_codec.py

test-wheel: $(DEV) $(TEST_ENV)
	@# The files that name the mark: to collect all of them takes as long as a test.
	build/venvs/test/bin/python -m pytest -m "serial and not slow" $$(grep -rl --include='test_*.py' 'mark[.]serial' tests) || [ $$? -eq 5 ] # 5: none is
	build/venvs/test/bin/python -m pytest -m "not serial and not slow" -n $(JOBS) --dist worksteal

# --- environments

$(UV):
	@for python in python3.11 python3 python3.12 python3.13 python3.14; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Python 3.11 or newer is needed to work on this repository, and none was found"; exit 1; fi; \
	echo "making $(VENV) with $$($$found --version)"; \
	$$found -m venv $(VENV)
	$(BIN)/python -m pip install --quiet 'uv>=0.9'

$(DEV): requirements/dev.txt packages/ambidex/pyproject.toml packages/jarvis/pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python -r requirements/dev.txt -e packages/ambidex -e packages/jarvis
	@touch $@

$(BUILT): $(LIBRARY_FILES) packages/ambidex/pyproject.toml LICENSE | $(UV)
	@rm -rf build/dist && mkdir -p build/dist
	$(UV) build --quiet --no-create-gitignore --python $(BIN)/python --wheel packages/ambidex --out-dir build/dist
	@touch $@

$(TEST_ENV): $(BUILT) requirements/test.txt
	$(UV) venv --quiet --clear --python $(BIN)/python build/venvs/test
	$(UV) pip install --quiet --python build/venvs/test/bin/python -r requirements/test.txt "$(WHEEL)[codegen]"
	@touch $@

$(OLDEST_ENV): $(BUILT) requirements/test.txt
	$(UV) venv --quiet --clear --python $(BIN)/python build/venvs/oldest
	$(UV) pip install --quiet --python build/venvs/oldest/bin/python -r requirements/test.txt $(WHEEL)
	$(UV) pip compile --quiet --resolution lowest-direct --all-extras --no-header packages/ambidex/pyproject.toml \
		--no-emit-index-url -o build/venvs/oldest/requirements.txt
	@# The SDK goes with one version of its API.
	$(UV) pip install --quiet --python build/venvs/oldest/bin/python -r build/venvs/oldest/requirements.txt opentelemetry-sdk
	@touch $@

$(PACKAGES_ENV): $(BUILT) requirements/packages.txt
	$(UV) venv --quiet --clear --python $(BIN)/python build/venvs/packages
	$(UV) pip install --quiet --python build/venvs/packages/bin/python -r requirements/packages.txt "$(WHEEL)[codegen]"
	@touch $@
