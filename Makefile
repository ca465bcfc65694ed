# Every target works as the first command after a clone: .venv makes itself.
#   make demo    everything, on real people's data      (DEMO_ARGS=--no-serve ends after the table)
#   make test    the whole test suite                   (TEST_ARGS='-k wear' chooses)
#   make lint    style, types, import rules, bandit
#   make audit   known vulnerabilities of what is pinned; needs the network
#   make fuzz    properties and stateful tests with 100,000 examples and more   (FUZZ_ARGS='-k google')
#   make sabotage   breaks the program in ten ways; tests must notice   (SABOTAGE_ARGS='4 6')
#   make mutants   metrics/ and engagement/ broken in thousands of ways   (MUTANTS_ARGS=--again)
#   make kills   a backfill killed at every point, and at random   (KILLS_ARGS='--every 10')
#   make soak    a simulated year in which everything goes wrong   (SOAK_ARGS='--nights 30')
#   make bench   benchmarks, as ratios                  (BENCH_ARGS='--people 10')
#   make readme  the README's tables, from the code
#   make screenshots   every page of the demo's dashboard   (SCREENSHOT_ARGS=--readme: the README's)
#   make lock    pin the dependencies anew

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)

.PHONY: demo test lint audit format fuzz sabotage mutants kills soak bench readme screenshots lock clean

demo: $(STAMP)
	$(BIN)/fitbit-pipeline demo $(DEMO_ARGS)

# More workers than cores: half of the time a test waits for processes that it started.
TEST_WORKERS ?= 4

test: $(STAMP)
	$(BIN)/python -m pytest --numprocesses $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder \
		$(TEST_ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml fitbit_pipeline dashboard tools bench soak

audit: $(STAMP)
	$(BIN)/python -m tools.audit

fuzz: $(STAMP)
	$(BIN)/python -m pytest --numprocesses 2 -p fitbit_pipeline_tests.fuzz --hypothesis-profile=deep \
		--timeout 14400 fitbit_pipeline_tests/properties $(FUZZ_ARGS)

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sabotage: $(STAMP)
	$(BIN)/python -m tools.sabotage $(SABOTAGE_ARGS)

mutants: $(STAMP)
	$(BIN)/python -m tools.mutants $(MUTANTS_ARGS)

kills: $(STAMP)
	$(BIN)/python -m fitbit_pipeline_tests.kills $(KILLS_ARGS)

soak: $(STAMP)
	$(BIN)/python -m soak $(SOAK_ARGS)

bench: $(STAMP)
	$(BIN)/python -m bench $(BENCH_ARGS)

readme: $(STAMP)
	$(BIN)/python -m tools.readme

screenshots: $(STAMP)
	$(BIN)/python -m tools.screenshots $(SCREENSHOT_ARGS)

$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	VIRTUAL_ENV=.venv $(UV) pip install --quiet --requirements requirements.lock
	VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --editable .
	touch $(STAMP)

lock: $(STAMP)
	command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	$(UV) pip compile --quiet --universal --python-version 3.11 --group dev --generate-hashes \
		--no-header --no-emit-index-url --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .demo screenshots mutants .pytest_cache .mypy_cache .ruff_cache
