# The few commands a person types. PORT and STACK choose another port and stack name: make demo PORT=4570
# BIND has the stack listen where containers reach it: make demo BIND=bridge
PORT  ?= 4566
STACK ?= messages-local
export PORT STACK BIND

.DEFAULT_GOAL := help
# What is deployed to the embedded stack for a look is built in a fraction of the time, and not as it ships (tools/profile.sh). For
# what ships: make deploy BUILD_PROFILE=release
deploy demo trace-demo load api-fuzz: export BUILD_PROFILE ?= demo
.PHONY: help setup build up deploy demo trace-demo sam-local ingest status dashboard down dlq lint test chaos fuzz docs api-fuzz load bench \
  tools-sam tools-stack tools-deploy tools-api tools-lint tools-chaos tools-fuzz tools-bench tools-node

help: ## Show this list
	@awk -f tools/lib/make_help.awk Makefile

setup: ## Install all pinned tools into .tools/; the other commands install those that they take
	@tools/setup

tools-sam:; @tools/setup sam
tools-stack:; @tools/setup sam ministack
tools-deploy:; @tools/setup sam ministack functions
tools-api:; @tools/setup sam ministack api functions
tools-lint:; @tools/setup sam node crates
tools-chaos:; @tools/setup sam ministack chaos functions
tools-fuzz:; @tools/setup crates
tools-bench:; @tools/setup sam node crates
tools-node:; @tools/setup node

build: tools-sam ## Build the seven functions into .aws-sam/build
	@tools/build

up: tools-stack ## Start the embedded AWS stack on loopback
	@tools/stack up

# With SCHEMA also TTL, and PARTITION_KEY, PARTITION_KEY_TYPE, SORT_KEY and SORT_KEY_TYPE where the data package does not show the
# key. As SCHEMA was given: names may have spaces, brackets and quotation marks in them. PARAMETERS has further parameters of the
# template, apart by spaces: PARAMETERS="ExistingTableName=table KeyPrefix=incoming/".
deploy: export DATA_PACKAGE_FILE = $(value SCHEMA)
deploy: export TEMPLATE_PARAMETERS = $(value PARAMETERS)
deploy: tools-deploy ## Build, and deploy template.yaml to the embedded stack; SCHEMA=schema/datapackage.json: for declared files
	@tools/stack up
	@tools/deploy $${DATA_PACKAGE_FILE:+--schema="$$DATA_PACKAGE_FILE"} $${TTL:+--ttl="$$TTL"} \
	  $${PARTITION_KEY:+--partition-key="$$PARTITION_KEY"} $${PARTITION_KEY_TYPE:+--partition-key-type="$$PARTITION_KEY_TYPE"} \
	  $${SORT_KEY:+--sort-key="$$SORT_KEY"} $${SORT_KEY_TYPE:+--sort-key-type="$$SORT_KEY_TYPE"} $$TEMPLATE_PARAMETERS

demo: deploy ## Upload the sample rows, show them in the table, call every API route
	@tools/demo

trace-demo: tools-deploy ## The same upload, traced from the S3 event to the items written, as a tree
	@tools/stack up
	@tools/trace_demo

sam-local: tools-sam ## Run each function in a container of sam local, against the embedded stack, which make demo BIND=bridge starts
	@tools/sam_local

# As it was given: names may have spaces, brackets and quotation marks in them.
ingest: export INGEST_FILES = $(value FILE)
ingest: tools-sam ## Upload FILE=data.csv, or several, and follow them until every row is written
	@tools/ingest --named-in "$$INGEST_FILES"

status: tools-sam ## Show on one screen how the embedded stack is
	@tools/status

dashboard: tools-sam ## Draw the dashboard with the metrics of the embedded stack, into docs/dashboard.svg
	@tools/dashboard

down: ## Stop the embedded AWS stack
	@tools/stack down

dlq: tools-sam ## Show the dead-letter queue of the embedded stack by reason; MOVE=all, MOVE=InvalidItem: move back
	@tools/dlq $(if $(MOVE),move $(addprefix --reason ,$(filter-out all,$(MOVE))),list)

docs: tools-node ## Render the API reference, docs/openapi.yaml, into .local/docs/index.html
	@tools/docs

lint: tools-lint ## Check formatting, lints, licences, the template and the scripts
	@tools/lint

test: setup ## Run everything: lint, unit, property and end-to-end tests
	@tools/test

chaos: tools-chaos ## Inject every fault and see that no row is lost (half an hour)
	@tools/chaos

fuzz: tools-fuzz ## Run the fuzz targets for some minutes
	@tools/fuzz

api-fuzz: tools-api deploy ## Fuzz the API of the embedded stack by docs/openapi.yaml, for some minutes
	@tools/api_fuzz

load: tools-api deploy ## Drive the API of the embedded stack with CLIENTS=25 at once, for SECONDS=30, and look for lost writes
	@tools/load $(or $(SECONDS),30) $(or $(CLIENTS),25)

bench: tools-bench ## Measure the functions beside their peers, some 25 minutes; SIZE=quick, tiny, pages; ONLY=api,writer
	@tools/bench $(or $(SIZE),full) $(ONLY)
