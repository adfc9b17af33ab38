# Two commands matter: `make run` and `make test`. `make` alone lists the others.
# Everything is steered by the environment, and the same names work as make variables: make run PORT=8123

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3.11
DATA_DIR ?= var
HOST ?= 127.0.0.1
PORT ?= 8000
WEB_CONCURRENCY ?= 2
DATABASE_URL ?=
KEYSTORE_URL ?=
MASTER_KEYS ?=
LOOKUP_SECRET ?=
LEDGER_KEY ?=
ANCHORS ?=
REDIS_URL ?=
RATE_LIMIT ?=
NOT_THERE_LIMIT ?=
TRUSTED_PROXIES ?= 0
QUICK_EXIT_URL ?=
TEST_DATABASE_URL ?=
export DATA_DIR HOST PORT WEB_CONCURRENCY DATABASE_URL KEYSTORE_URL MASTER_KEYS LOOKUP_SECRET LEDGER_KEY ANCHORS REDIS_URL RATE_LIMIT NOT_THERE_LIMIT TRUSTED_PROXIES QUICK_EXIT_URL TEST_DATABASE_URL

UPGRADE ?=
SWAGGER_UI ?= 5.35.0
STATIC := service/http/static
BIN := .venv/bin
CLI := $(BIN)/python -m service.cli
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-strip-extras --allow-unsafe

.PHONY: help run test lint type openapi readme inventory migrate worker demo bench bench-country matching-speed score contract lock locks-current vendor clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

.venv/.ok: requirements.txt requirements-dev.txt
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 is needed; say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

run: .venv/.ok ## try it: demo directory and credentials, web and worker on HOST:PORT; Ctrl-C ends both
	@$(CLI) make-keys
	@$(CLI) migrate
	@test -s "$(DATA_DIR)/demo-directory.json" || $(BIN)/python -m tests.stories.directory > "$(DATA_DIR)/demo-directory.json"
	@$(CLI) set-up-demo --directory "$(DATA_DIR)/demo-directory.json"
	@exec $(CLI) serve --demo

test: .venv/.ok ## the whole suite, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadgroup --junit-xml=.reports/test.xml

lint: .venv/.ok ## style, import contracts, dependencies, and the language we use about people
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(CLI) inventory --check
	$(BIN)/python -m pytest -q -p no:randomly tests/contract/test_language.py

type: .venv/.ok ## mypy --strict
	$(BIN)/mypy --strict

openapi: .venv/.ok ## write openapi/openapi.json from the code
	@mkdir -p openapi
	$(BIN)/python -m service.app > openapi/openapi.json

readme: .venv/.ok ## write the settings table and the command list of the README from the code
	$(BIN)/python -m tests.readme

inventory: .venv/.ok ## write docs/inventory.md: all that is held, from the code
	@$(CLI) inventory --format markdown > docs/inventory.md

migrate: .venv/.ok ## bring both databases to the newest shape
	@$(CLI) make-keys
	@$(CLI) migrate

worker: .venv/.ok ## do the chores that requests leave behind, until Ctrl-C
	@exec $(CLI) work

demo: .venv/.ok ## play one whole story over HTTP on a throw-away server, and print it
	@$(BIN)/python -m tests.stories.demo

bench: .venv/.ok ## measure; prints figures, asserts nothing
	@$(BIN)/python -m tests.bench

bench-country: .venv/.ok ## measure matching with up to a million offerings beside PostGIS, NumPy and a loop; some hours
	@$(BIN)/python -m tests.bench.country --figures .reports/country.json

matching-speed: .venv/.ok ## write docs/matching-speed.md and its plot from what bench-country measured
	$(BIN)/python -m tests.bench.plot .reports/country.json docs/matching-speed.svg docs/matching-speed.md

score: .venv/.ok ## measure what is promised, each figure beside a naive way that must fail; about a quarter of an hour
	@$(BIN)/python -m tests.score

contract: .venv/.ok ## thousands of generated requests against the document, on both databases
	$(BIN)/python -m tests.contract.fuzz

lock: .venv/.ok ## resolve the dependencies again; UPGRADE=name raises one
	$(COMPILE) $(if $(UPGRADE),--upgrade-package $(UPGRADE)) --output-file requirements.txt pyproject.toml
	$(COMPILE) $(if $(UPGRADE),--upgrade-package $(UPGRADE)) --extra dev --output-file requirements-dev.txt pyproject.toml

locks-current: .venv/.ok ## see whether the lock files are what pyproject.toml resolves to
	@mkdir -p .reports && cp requirements.txt requirements-dev.txt .reports/
	$(COMPILE) --output-file .reports/requirements.txt pyproject.toml
	$(COMPILE) --extra dev --output-file .reports/requirements-dev.txt pyproject.toml
	@for lock in requirements.txt requirements-dev.txt; do \
		diff -u $$lock .reports/$$lock || { echo "$$lock is not current; run make lock and commit it." >&2; exit 1; }; \
	done

vendor: ## fetch the API browser's three files again (needs npm), with licence and checksums
	@fetched=$$(mktemp -d); trap 'rm -rf "$$fetched"' EXIT; \
	npm pack --silent --pack-destination "$$fetched" swagger-ui-dist@$(SWAGGER_UI) > /dev/null; \
	tar -xzf "$$fetched"/swagger-ui-dist-*.tgz -C "$$fetched"; \
	cp "$$fetched"/package/swagger-ui-bundle.js "$$fetched"/package/swagger-ui.css $(STATIC)/; \
	cp "$$fetched"/package/LICENSE $(STATIC)/swagger-ui.LICENSE; \
	cp "$$fetched"/package/NOTICE $(STATIC)/swagger-ui.NOTICE
	cd $(STATIC) && sha256sum swagger-ui.css swagger-ui-bundle.js > SHA256SUMS

clean: ## forget the environment and the caches; DATA_DIR is never touched
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis schemathesis-report .reports .coverage*
	find service tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +
