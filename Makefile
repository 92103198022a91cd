# Every command sets up what it needs; all are safe to repeat. State lives in var/ (YTEMPIRE_VAR).
SHELL := /bin/bash
export YTEMPIRE_VAR ?= $(CURDIR)/var
export PYTHONPATH := $(CURDIR)
PYTHON := $(YTEMPIRE_VAR)/venv/bin/python
export PATH := $(YTEMPIRE_VAR)/venv/bin:$(PATH)

.PHONY: run test start demo stop env channel-connect clean-runs check format bench serve train-report help setup
.DEFAULT_GOAL := help

run: setup    ## Set up, start everything, make a first round of videos, serve until Ctrl-C
	@$(PYTHON) -m stack run

test: setup   ## Set up and pass the tests
	@$(PYTHON) -m stack test

start: setup  ## Start the stack in the background; return when all of it is healthy
	@$(PYTHON) -m stack start

demo: setup   ## One round of videos, then stop; writes var/demo.json
	@$(PYTHON) -m stack demo

stop:         ## Stop the stack
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m stack stop; else echo "Nothing is set up, so nothing runs."; fi

env:          ## Print shell exports for eval: the airflow command, psql's URL and the addresses
	@[ -x $(PYTHON) ] || { echo "Nothing is set up yet. Run: make start" >&2; exit 1; }
	@$(PYTHON) -m stack env

channel-connect: setup ## Connect CHANNEL=name to its account (CLIENT=client_secret.json, CONSOLE=1: no browser here)
	@$(PYTHON) -m stack channel-connect "$(CHANNEL)" $(if $(CLIENT),--client "$(CLIENT)") $(if $(CONSOLE),--console)

clean-runs: setup ## Remove Airflow's records of old runs (freshness: of two days ago); for a daily cron line
	@$(PYTHON) -m stack clean-runs

check: setup  ## Format, lint, types, import contracts, DAG house rules
	@ruff format --check . && ruff check . && mypy dags plugins ytempire etl ml sandbox stack && lint-imports && $(PYTHON) -m stack check-dags

format: setup ## Format the code and mend what the linter can mend
	@ruff format . && ruff check --fix .

bench: setup  ## Run the benchmark NAME=x, or all of them as a table
	@$(PYTHON) -m stack bench $(NAME)

serve: setup  ## Serve the champion's predictions over HTTP beside a running stack, until Ctrl-C
	@$(PYTHON) -m stack serve

train-report: setup ## Train on HISTORY=dir up to UNTIL=day, measure on later days; writes var/train-report.json
	@$(PYTHON) -m ml.trend.report "$(HISTORY)" --until "$(UNTIL)"

help:         ## Explain the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 17

setup:
	@stack/bootstrap
