# The few commands a person types. PORT and STACK choose another port and stack name: make demo PORT=4570
PORT  ?= 4566
STACK ?= messages-local
export PORT STACK

.DEFAULT_GOAL := help
.PHONY: help setup build up deploy demo down lint test

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## Install the pinned tools into .tools/
	@tools/setup

build: setup ## Build the seven functions into .aws-sam/build
	@tools/build

up: setup ## Start the embedded AWS stack on loopback
	@tools/stack up

deploy: up ## Build, and deploy template.yaml to the embedded stack
	@tools/deploy

demo: deploy ## Upload the sample rows, show them in the table, call every API route
	@tools/demo

down: ## Stop the embedded AWS stack
	@tools/stack down

lint: setup ## Check formatting, lints, licences, the template and the scripts
	@tools/lint

test: setup ## Run everything: lint, unit, property and end-to-end tests
	@tools/test
