# The few commands a person types. PORT and STACK choose another port and stack name: make demo PORT=4570
# BIND makes the stack listen on an address that containers reach, too: make demo BIND=bridge
PORT  ?= 4566
STACK ?= messages-local
export PORT STACK BIND

.DEFAULT_GOAL := help
# On the embedded stack the functions are not optimised, which builds them in a fraction of the time (tools/profile.sh).
# To deploy what ships: make deploy BUILD_PROFILE=release
deploy demo trace-demo load api-fuzz test: export BUILD_PROFILE ?= demo
.PHONY: help setup build up deploy demo trace-demo sam-local ingest status dashboard down dlq lint test test-all chaos fuzz docs api-fuzz load bench \
  tools-sam tools-stack tools-deploy tools-test tools-api tools-lint tools-chaos tools-fuzz tools-bench

help: ## Show this list
	@awk -f tools/lib/make_help.awk Makefile

setup: ## Install all pinned tools into .tools/; other commands install what they need
	@tools/setup

tools-sam:; @tools/setup sam
tools-stack:; @tools/setup sam ministack
tools-deploy:; @tools/setup sam ministack functions
tools-test:; @tools/setup sam ministack node api charts trace frictionless crates functions
tools-api:; @tools/setup sam ministack api functions
tools-lint:; @tools/setup sam node crates
tools-chaos:; @tools/setup sam ministack chaos functions
tools-fuzz:; @tools/setup crates
tools-bench:; @tools/setup sam node charts bench crates

build: tools-sam ## Build the seven functions into .aws-sam/build
	@tools/build

up: tools-stack ## Start the embedded AWS stack on loopback
	@tools/stack up

# SCHEMA names a data package. With it go TTL, and PARTITION_KEY, PARTITION_KEY_TYPE, SORT_KEY and SORT_KEY_TYPE for a data
# package that does not show the key. PARAMETERS holds further parameters of the template, separated by spaces:
# PARAMETERS="ExistingTableName=table KeyPrefix=incoming/". $(value) passes both on unexpanded: a name may contain spaces,
# brackets and quotation marks.
deploy: export DATA_PACKAGE_FILE = $(value SCHEMA)
deploy: export TEMPLATE_PARAMETERS = $(value PARAMETERS)
deploy: tools-deploy ## Build, and deploy template.yaml to the embedded stack; for declared files: SCHEMA=schema/datapackage.json
	@tools/stack up
	@tools/deploy $${DATA_PACKAGE_FILE:+--schema="$$DATA_PACKAGE_FILE"} $${TTL:+--ttl="$$TTL"} \
	  $${PARTITION_KEY:+--partition-key="$$PARTITION_KEY"} $${PARTITION_KEY_TYPE:+--partition-key-type="$$PARTITION_KEY_TYPE"} \
	  $${SORT_KEY:+--sort-key="$$SORT_KEY"} $${SORT_KEY_TYPE:+--sort-key-type="$$SORT_KEY_TYPE"} $$TEMPLATE_PARAMETERS

demo: deploy ## Upload the sample rows, show them in the table, call every API route
	@tools/demo

trace-demo: tools-deploy ## Deploy with tracing, upload the sample rows, show the upload's trace as a tree
	@tools/stack up
	@tools/trace_demo

sam-local: tools-sam ## Run each function in a container of sam local, against a stack that make demo BIND=bridge started
	@tools/sam_local

# $(value) passes FILE on unexpanded: a name may contain spaces, brackets and quotation marks.
ingest: export INGEST_FILES = $(value FILE)
ingest: tools-sam ## Upload FILE=data.csv, or several, and follow them until every row is written
	@tools/ingest --named-in "$$INGEST_FILES"

status: tools-sam ## Show on one screen whether the embedded stack is healthy, and what to do
	@tools/status

dashboard: tools-sam ## Draw the dashboard of the embedded stack into docs/dashboard.svg
	@tools/dashboard

down: ## Stop the embedded AWS stack
	@tools/stack down

dlq: tools-sam ## List the dead letters of the embedded stack by reason; to move them back: MOVE=all, MOVE=InvalidItem
	@tools/dlq $(if $(MOVE),move $(addprefix --reason ,$(filter-out all,$(MOVE))),list)

docs: tools-sam ## Render the API reference, docs/openapi.yaml, into .local/docs/index.html
	@tools/docs

lint: tools-lint ## Check formatting, lints, licences, templates, scripts and documents
	@tools/lint

test: tools-test ## Run the unit, property and end-to-end tests
	@tools/test

test-all: setup ## Run everything, with the functions as they ship: lint, make test, faults, fuzzing, stack lifecycles
	@tools/test_all

chaos: tools-chaos ## Inject every fault and check that no row is lost (a quarter of an hour)
	@tools/chaos

fuzz: tools-fuzz ## Run the fuzz targets for a few minutes
	@tools/fuzz

api-fuzz: tools-api deploy ## Fuzz the API of the embedded stack from docs/openapi.yaml, for a few minutes
	@tools/api_fuzz

load: tools-api deploy ## Drive the API of the embedded stack with CLIENTS=25 at once for SECONDS=30, and look for lost writes
	@tools/load $(or $(SECONDS),30) $(or $(CLIENTS),25)

bench: tools-bench ## Measure the functions and their peers (25 minutes); SIZE=quick, tiny or pages; ONLY=api,writer
	@tools/bench $(or $(SIZE),full) $(ONLY)
