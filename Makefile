# Differentia: everything a person runs. `make help` lists it.
#
# The environment is .venv, made once from the pins in requirements/. A different interpreter is
# chosen with PYTHON=...; releases live where DIFFERENTIA_HOME says, else in the user data folder.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?=
export PYTHON

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
CASE := examples/ataxia-two-sisters.txt
COMMON := examples/breathless-after-surgery.txt
REPORT := out/report.html
WHOLE := examples/whole-case
FILM := $(WHOLE)/00000193_019.png
IMAGE ?= $(FILM)
DRAWN := out/drawn-chest.png
WHOLE_REPORT := out/whole-case.html
HPO3 := .cache/bench-hpo3

.PHONY: help demo build serve test check knowledge bench soak clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

demo: .venv/.base ## set up; a rare case, a common one, a chest film (yours: IMAGE=FILE), a whole case
	@$(BIN)/differentia build
	@mkdir -p out
	@printf '\nThe report, ranked in scope rare: %s (our words, the facts of PMID:31632679; see examples/README.md)\n\n' '$(CASE)'
	@$(BIN)/differentia diagnose --text '$(CASE)' --scope rare --top 10
	@$(BIN)/differentia diagnose --text '$(CASE)' --scope rare --top 10 --format html --output '$(REPORT)'
	@printf '\nThe HTML report: %s\n' "$$PWD/$(REPORT)"
	@printf '\nA common case, made up by us, ranked in scope common: %s\n\n' '$(COMMON)'
	@$(BIN)/differentia diagnose --text '$(COMMON)' --scope common --setting emergency --top 5
	@printf '\nA chest film: %s%s\n' '$(IMAGE)' \
		"$$([ '$(IMAGE)' != '$(FILM)' ] || echo ' (NIH Clinical Center; see examples/README.md)')"
	@$(BIN)/differentia analyse '$(IMAGE)' || [ $$? -eq 2 ]
	@printf '\nA drawing of a chest, which is no film: %s\n' '$(DRAWN)'
	@$(BIN)/python examples/draw_chest.py '$(DRAWN)'
	@$(BIN)/differentia analyse '$(DRAWN)' || [ $$? -eq 2 ]
	@printf '\nA whole case: %s (report and values made up by us, the film is real; see examples/README.md)\n\n' '$(WHOLE)'
	@$(BIN)/differentia diagnose --case '$(WHOLE)' --top 5
	@$(BIN)/differentia diagnose --case '$(WHOLE)' --top 5 --format html --output '$(WHOLE_REPORT)'
	@printf '\nIts HTML report: %s\n' "$$PWD/$(WHOLE_REPORT)"

build: .venv/.base ## make a release of the knowledge base
	@$(BIN)/differentia build

serve: build ## build the knowledge base if there is none, and start the HTTP service
	@exec $(BIN)/differentia serve

test: .venv/.dev ## run the tests
	@$(BIN)/python -m pytest

check: .venv/.dev ## ruff, mypy, import-linter, the curated tables and the documentation tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m benchmarks.knowledge
	@$(BIN)/python -m pytest --quiet tests/docs

knowledge: .venv/.dev ## make docs/knowledge from the curated tables
	@$(BIN)/python -m benchmarks.knowledge --pages docs/knowledge

bench: build $(HPO3)/.installed ## measure ranking, cold starts and films, beside hpo3, `import spacy` and DenseNet
	@$(BIN)/python -m benchmarks.bench --hpo3-python '$(HPO3)/bin/python' \
		--text '$(CASE)' --film '$(FILM)'
	@if command -v java >/dev/null && command -v mvn >/dev/null; then \
		$(BIN)/python -m pip --disable-pip-version-check install --quiet -r requirements/neo4j.txt; \
		$(BIN)/python -m benchmarks.load --turns 3; \
	else echo 'Loading was not measured: Neo4j needs Java and Maven.' >&2; fi

soak: .venv/.dev ## kill loads of the full knowledge base at seeded moments, on both stores
	@$(BIN)/python -u -m benchmarks.soak --kills 50
	@$(BIN)/python -u -m benchmarks.soak --kills 10 --neo4j

clean: ## remove what the targets left behind, except .venv, .cache and releases
	@rm -rf build dist out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache .coverage
	@find . -name __pycache__ -type d -not -path './.venv/*' -not -path './.cache/*' -prune \
		-exec rm -rf {} +

# An interpreter within range: PYTHON if it is given, else the first that runs.
define find_python
in_range='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))'; \
for python in $${PYTHON:-python3.11 python3.12 python3 python}; do \
	if "$$python" -c "$$in_range" >/dev/null 2>&1; then break; fi; \
	python=; \
done; \
if [ -z "$$python" ]; then \
	echo "Differentia needs Python 3.11 or 3.12, and $${PYTHON:-no python on the PATH} is not one." >&2; \
	echo "Install one of them, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
	exit 2; \
fi
endef

.venv/.base: requirements/base.txt requirements/vision.txt pyproject.toml
	@$(find_python); \
	if [ ! -x $(BIN)/python ]; then \
		echo 'Making .venv and installing the pinned requirements (a few minutes, 6 GB) ...' >&2; \
		"$$python" -m venv .venv; \
	fi
	@$(PIP) -r requirements/vision.txt
	@$(PIP) --no-deps --editable .
	@touch $@

.venv/.dev: requirements/dev.txt requirements/neo4j.txt requirements/training.txt .venv/.base
	@$(PIP) -r requirements/dev.txt -r requirements/training.txt
	@touch $@

$(HPO3)/.installed: requirements/bench-hpo3.txt .venv/.base
	@$(BIN)/python -m venv $(HPO3)
	@$(HPO3)/bin/python -m pip --disable-pip-version-check install --quiet -r $<
	@touch $@
