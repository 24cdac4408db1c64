# Everything runs in .venv, which is made on first use: make reproduce, make test.
SHELL := bash
SUPPORTED := import sys; sys.exit(sys.version_info[:2] not in [(3, 11), (3, 12)])
PYTHON ?= $(shell for python in python3 python3.12 python3.11; do \
	$$python -c '$(SUPPORTED)' 2> /dev/null && echo $$python && break; done)
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: reproduce verify verify-some test committed smoke rehearsal lint types environment relock

reproduce: environment
	snakemake --cores all

# Bits are demanded where every kind of arithmetic gives those of the machine that made the committed results.
# A $(shell …) may not see the PATH above.
ELSEWHERE = $(shell .venv/bin/python -m pipeline bits | grep -v '^\#' | cmp -s - tests/bits.txt || echo --elsewhere)
verify: reproduce
	python -m pipeline verify $(ELSEWHERE)

# Two experiments from their data on, in place of all of them: fully connected, and convolutions with a penalty
SOME := comparison/compare_gan tempered/patches16_wgan
verify-some: environment
	snakemake --cores all --forceall $(SOME:%=reports/metrics/%.json)
	python -m pipeline verify $(ELSEWHERE) $(foreach one,$(SOME),--only 'reports/*/$(one).*')

test: environment
	OMP_NUM_THREADS=1 pytest -n auto -m "not committed and not smoke and not rehearsal"

committed: environment
	pytest -m committed tests/graph tests/docs

smoke: environment
	pytest -m smoke tests/graph

rehearsal: environment
	OMP_NUM_THREADS=1 pytest -s -m rehearsal tests/rehearsal

lint: environment
	ruff check
	ruff format --check
	snakefmt --check Snakefile
	snakemake --lint --directory suites/smoke

types: environment
	mypy

environment: .venv/installed

.venv/installed: pyproject.toml requirements.lock environment.py
	@'$(PYTHON)' -c '$(SUPPORTED)' 2> /dev/null \
		|| { echo "error: Python 3.11 or 3.12 is needed; name one, such as: make PYTHON=python3.12" >&2; exit 1; }
	@echo "installing what requirements.lock names into .venv"
	@'$(PYTHON)' environment.py

# After a change of what pyproject.toml needs. Versions stay where they can: make relock UPGRADE=--upgrade moves all.
relock: environment
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command 'make relock' --extra dev --extra install $(UPGRADE) \
		--output-file requirements.lock pyproject.toml
