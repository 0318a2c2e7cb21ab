# Everything works in a folder whose path has spaces or Cyrillic letters: only relative names are used here.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory

# The machine's uv if there is one, else a copy of our own.
UV = $$(command -v uv || echo .tools/bin/uv)
ORIENTIR = .venv/bin/orientir
PYTHON = .venv/bin/python
DBT_SQL = dbt_project/models
STAMP = .venv/.installed
# What the processes of a run import, most of it in four of them at once: each would compile it for itself.
SHARED = airflow alembic cadwyn cosmos cryptography dbt dbt_common fastapi great_expectations holidays httpx jsonschema networkx \
	numpy opentelemetry pandas polars pydantic scipy sqlalchemy starlette structlog uvicorn xlsxwriter

export DO_NOT_TRACK = 1
export DBT_SEND_ANONYMOUS_USAGE_STATS = false
export UV_PYTHON_DOWNLOADS = never
# Airflow imports thousands of modules in every process. What the first run has compiled, the next ones load three
# times as fast; a machine that forbids Python to keep it would compile them anew in each process.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

.PHONY: install
install: $(STAMP) ## Install Python packages into .venv (needs Python 3.11 and a package registry)

# Installed once for a lock file; afterwards nothing here touches the network.
$(STAMP): pyproject.toml uv.lock
	@python=$$(command -v python3.11 || true)
	if [ -z "$$python" ] && command -v python3 >/dev/null && python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then python=$$(command -v python3); fi
	if [ -z "$$python" ]; then echo "Python 3.11 is needed and was not found. Install python3.11, or put it on PATH." >&2; exit 3; fi
	if ! command -v uv >/dev/null && [ ! -x .tools/bin/uv ]; then
		echo "installing uv into .tools"
		"$$python" -m pip install --quiet --disable-pip-version-check --target .tools 'uv>=0.9' || { echo "uv could not be installed: $$python needs pip (python3-pip) and a package registry." >&2; exit 3; }
	fi
	"$(UV)" sync --frozen --python "$$python"
	(cd .venv/lib/python3.11/site-packages && ../../../bin/python -m compileall -q -j 0 -x '/tests?/' $(SHARED))
	touch $(STAMP)

.PHONY: run
run: install ## Run the whole pipeline once on the demo region
	@$(ORIENTIR) run --demo

.PHONY: up
up: install ## Start PostgreSQL and Airflow and leave them running
	@$(ORIENTIR) up

.PHONY: down
down: ## Stop what `make up` has started
	@if [ -x $(ORIENTIR) ]; then $(ORIENTIR) down; fi

.PHONY: lint
lint: install ## Check style, types, imports and SQL
	@.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	# The two slow ones beside each other: each of them keeps one core busy.
	.venv/bin/mypy & types=$$!
	found=0
	.venv/bin/sqlfluff lint --processes 1 $(DBT_SQL) || found=1
	wait $$types || found=1
	exit $$found

# Style is checked beside the tests, which leave a core idle now and then; what it has to say comes at the end.
define tested
	mkdir -p var
	$(MAKE) --no-print-directory lint > var/lint.log 2>&1 & style=$$!
	found=0
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(1) || found=$$?
	wait $$style || found=1
	cat var/lint.log
	exit $$found
endef

.PHONY: test
test: install ## Check style and run the tests (under 12 minutes on two cores)
	@$(call tested,-m "not slow")

.PHONY: test-all
test-all: install ## Run every test, the slow ones too
	@$(call tested,)

.PHONY: bench
bench: install ## Measure reading, checking, building, DAGs and memory; write JSON and a table
	@$(PYTHON) -m bench

.PHONY: clean
clean: ## Remove everything that was made: database, var, .venv, .tools, caches
	@if [ -x $(ORIENTIR) ]; then $(ORIENTIR) clean --yes; fi
	rm -rf var .venv .tools .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	rm -rf dbt_project/target dbt_project/logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
