# Every target sets up what it needs, so the first command in a fresh clone may be any of them.

# The first Python that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(or $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done),python3)
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(PYTHON) tools/set_up.py
AXE := tests/journeys/axe
FEDIFY := tests/peers/fedify
OIDC := tests/oidc/provider
MASTO_JS := tests/apps/masto_js
RALPH := tests/peers/ralph
DATA ?=

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help demo install develop test check lint types translations deployment wheel sbom fuzz soak bench migration lock docs rehearsal screenshots clean

##@ Use it

demo: install ## three companies, one alliance, on this machine (DATA=dir keeps what happens)
	@$(BIN)/alliance demo $(if $(DATA),--data "$(DATA)",--prepared .demo)

install: $(VENV)/installed ## .venv/ with the product and its `alliance` command
	@:

##@ Change it

test: develop ## everything the tests need, then all tests: SQLite, PostgreSQL, every Python found
	@$(BIN)/python tools/run_tests.py

check: develop lint types translations deployment docs sbom ## format, lint, types, import law, migrations drift, translations, tests
	@$(BIN)/python tools/run_tests.py --full

lint: develop ## format and lint
	@$(BIN)/ruff format --check --quiet . || { echo "Run $(BIN)/ruff format to put this right."; exit 1; }
	@$(BIN)/ruff check --quiet .

types: develop ## mypy --strict
	@$(BIN)/mypy

translations: develop ## every text of the pages exists in every language
	@$(BIN)/python tools/translations.py --check

deployment: develop ## deploy/ as helm, Kubernetes, compose, Caddy, nginx, promtool and hadolint read it
	@$(BIN)/python tools/check_deployment.py

docs: ## the handbooks as a site in build/docs; fails for a link that leads nowhere
	@$(PYTHON) tools/own_environment.py tools/site
	@tools/site/.venv/bin/python -m sphinx --fail-on-warning --keep-going --quiet -c tools/site -b html . build/docs
	@$(PYTHON) tools/built_site.py build/docs

wheel: install ## dist/alliance-*.whl, the same bit by bit whoever builds this commit
	@rm -rf dist build/lib build/bdist.*
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m pip wheel -q --no-deps --no-build-isolation --wheel-dir dist .
	@cd dist && sha256sum *.whl

sbom: develop ## what the product is made of, in build/: CycloneDX, licences; vulnerabilities where they can be asked for
	@$(BIN)/python -m tools.bill_of_materials $(OSV)

fuzz: develop ## hostile inputs by the hundred thousand, with figures (TESTS=path: those properties, for hours)
ifdef TESTS
	@$(BIN)/python -m pytest --hypothesis-profile=fuzz -m hypothesis -n auto $(TESTS)
else
	@$(BIN)/python -W ignore -m tests.fuzz $(INPUTS) $(if $(INPUTS),$(REQUESTS))
endif

soak: develop ## kill, cut off and load three instances for hours (PLAN=kill: one of the plans)
	@$(BIN)/python -m tests.soak $(PLAN)

bench: develop ## the measured promises; writes benchmarks/results/<date>.json
	@$(BIN)/python -m benchmarks

##@ Keep it

develop: $(VENV)/developing ## .venv/ with the tools for tests and checks as well
	@:

migration: develop ## draft the next migration (NAME=sessions_have_rooms)
	@$(BIN)/python -m tools.new_migration $(NAME)

lock: ## write both lock files from pyproject.toml (OPTIONS=--upgrade: newest versions)
	@$(PYTHON) tools/lock.py $(OPTIONS)

rehearsal: ## the operator's handbook typed on a bare Debian, as root; writes docs/operator/rehearsal.md
	@$(PYTHON) tools/debian_packages.py debootstrap slirp4netns
	@$(PYTHON) -m tools.rehearsal

screenshots: develop ## the pictures in docs/screenshots, from a demo started for them
	@$(BIN)/python -m tools.screenshots

clean: ## remove everything a target has made
	@rm -rf .venv .venv-* tools/site/.venv $(AXE)/node_modules $(FEDIFY)/node_modules $(OIDC)/node_modules $(MASTO_JS)/node_modules $(RALPH)/.venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this page
	@$(PYTHON) tools/help.py $(MAKEFILE_LIST)

# The two stamps: present and newer than what they were made from means there is nothing to do.

$(VENV)/installed: requirements.lock pyproject.toml tools/set_up.py
	@$(SETUP) $(VENV) requirements.lock
	@touch $@

$(VENV)/developing: $(VENV)/installed requirements-dev.lock tools/debian_packages.py \
		$(AXE)/package-lock.json $(FEDIFY)/package-lock.json $(OIDC)/package-lock.json $(MASTO_JS)/package-lock.json \
		$(RALPH)/requirements.lock
	@$(SETUP) $(VENV) requirements-dev.lock
	@$(PYTHON) tools/debian_packages.py postgresql pgbouncer chromium dovecot-imapd systemd
	@$(PYTHON) tools/npm_packages.py $(AXE)
	@$(PYTHON) tools/npm_packages.py $(FEDIFY)
	@$(PYTHON) tools/npm_packages.py $(OIDC)
	@$(PYTHON) tools/npm_packages.py $(MASTO_JS)
	@$(PYTHON) tools/own_environment.py $(RALPH)
	@touch $@
