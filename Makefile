# One door to everything. `make help` lists what can be asked for.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SCANNER := .venv-checkov

# Real readings for the slow tests and the benchmarks: a CSV in the shape that
# docs/DEVELOPING.md describes, in a folder `data` here or beside this checkout.
# Without it those tests skip and say so.
export FIRN_READINGS ?= $(firstword $(wildcard data/hpwren-2021-03.csv.gz ../*/data/hpwren-2021-03.csv.gz))

# A folder with Terraform's providers, for machines without a network: the first
# of the usual ones. Without any, terraform looks by itself and then downloads.
export FIRN_TERRAFORM_MIRROR ?= $(firstword $(patsubst %/registry.terraform.io,%,$(wildcard \
	$(addsuffix /registry.terraform.io,$(HOME)/.terraform.d/plugins /usr/local/share/terraform/plugins /opt/*))))

.DEFAULT_GOAL := help
.PHONY: help install demo build test test-slow scan check format lock bench clean

help: ## List what can be asked for.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/installed: pyproject.toml requirements/all.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "firn needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/all.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

install: $(VENV)/installed ## Set up .venv with everything, at locked versions.

demo: install ## Run a small fleet through the whole pipeline, on this machine alone.
	$(BIN)/firn local --devices 12 --days 3 --every 10 \
		--duplicate-messages 0.01 --redeliver 0.05 --refuse 0.1 \
		--column 'temperature:decimal(5,2):Temperature' \
		--column 'humidity:decimal(5,1):Humidity' \
		--column 'pressure:decimal(6,1):Pressure' \
		--column 'battery:decimal(4,2):Battery' \
		--column 'wind:decimal(5,1):Wind' \
		--column 'firmware:string:Firmware' \
		--column 'sensor_id:string:sensorID'

build: install ## Build the Lambda packages, for AWS and for this machine.
	$(BIN)/python -m infra.packages

test: install ## Run every test but the few marked slow.
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadgroup

test-slow: install ## Run the tests marked slow, on real readings where FIRN_READINGS names them.
	$(BIN)/python -m pytest -m slow -n 2 --dist loadgroup

scan: $(SCANNER)/installed ## Scan infra/ with checkov, in a virtual environment of its own.
	$(SCANNER)/bin/checkov --directory infra --framework terraform --skip-download --quiet --compact

# checkov wants other versions of nearly everything, so it stands alone.
$(SCANNER)/installed: requirements/checkov.txt
	$(PYTHON) -m venv $(SCANNER)
	$(SCANNER)/bin/python -m pip install --quiet --require-hashes --requirement requirements/checkov.txt
	@touch $@

check: install ## Format, lint, types, import contracts, generated documents.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cog --check --diff -U README.md docs/*.md

format: install ## Format the code and regenerate the documents.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/cog -Ur README.md docs/*.md

# Hashes, and no names of indexes: each builder has an index of their own.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-emit-package firn

# Each package's lock is a part of all.txt: what is tested is what is deployed.
lock: install ## Write requirements/*.txt anew from pyproject.toml.
	$(BIN)/python -m pip install --quiet uv==0.13.9
	$(COMPILE) --all-extras --group dev --group packages \
		--output-file requirements/all.txt pyproject.toml requirements/build.in
	$(COMPILE) --output-file requirements/checkov.txt requirements/checkov.in
	for extra in ingest router transform; do \
		$(COMPILE) --extra $$extra --constraint requirements/all.txt \
			--output-file requirements/$$extra.txt pyproject.toml || exit 1; \
	done

bench: install ## Run all benchmarks, print their tables, write benchmarks/report.json.
	$(BIN)/python -m benchmarks

clean: ## Remove what the other targets made.
	rm -rf $(VENV) $(SCANNER) .venv-peers build .mypy_cache .ruff_cache .pytest_cache .hypothesis
