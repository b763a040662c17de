# `make demo` shows Relance on this machine, `make test` says whether a change may land. The others are parts of these two.
# Each works in a fresh clone: it sets up first what is missing. See docs/development.md.

PYTHON_HERE := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test lint format messages lock bench schedulers interleavings rules pictures gallery simulate mutants webhooks dovecot

help:
	@echo "make demo        start everything and print the address and the logins (PORT=8000)"
	@echo "make demo-reset  remove the demo's data (YES=1: without asking)"
	@echo "make test        all checks and tests (ARGS=\"tests/firms -k rights\": these tests alone)"
	@echo "make lint        the checks without the tests"
	@echo "make format      put the code into shape"
	@echo "make messages    bring the French catalogues in line with the code (needs gettext)"
	@echo "make lock        lock the newest versions that requirements*.in and package.json allow"
	@echo "make bench       measure (ONLY=sweep: that alone)"
	@echo "make schedulers  five schedulers, 10,000 ticks of a virtual month: each reminder once"
	@echo "make interleavings    10,000 acts while messages are on their way: none overtaken, none lost"
	@echo "make webhooks    100,000 reports of providers, shuffled, doubled and forged, against a model"
	@echo "make dovecot     read what comes back from a real mailbox (needs Dovecot 2.3)"
	@echo "make faults           kill and stop workers, database, broker and server: what is lost and doubled (SHARE=0.1: a tenth)"
	@echo "make simulate    live firm-years of reminders and compare with two models (YEARS=2000 SEED=7)"
	@echo "make mutants     plant twenty bugs, one after the other, and see the tests catch them (ONLY=cap: those alone)"
	@echo "make rules       which rules of docs/rules.md have a test"
	@echo "make gallery     every e-mail, language and setting on one page, with pictures (needs Chromium)"
	@echo "make pictures    take the README's pictures from the demo that runs"

setup:
	@ops/setup

demo: setup
	@exec $(PYTHON_HERE) -m ops.demo

demo-reset: setup
	@exec $(PYTHON_HERE) -m ops.demo_reset

test: setup
	@exec $(PYTHON_HERE) -m ops.suite $(ARGS)

lint: setup
	@exec $(PYTHON_HERE) -m ops.suite --checks

format: setup
	@$(PYTHON_HERE) -m ruff check --fix --quiet . || true
	@$(PYTHON_HERE) -m ruff format .

messages: setup
	@ops/update-messages

lock: setup
	@ops/lock

bench: setup
	@exec $(PYTHON_HERE) -m ops.services --durable --folder var/bench -- $(PYTHON_HERE) -m bench $(ONLY)

schedulers: setup
	@TICKS=10000 exec $(PYTHON_HERE) -m ops.suite tests/reminders/test_schedulers.py -q

interleavings: setup
	@INTERLEAVINGS=5000 SEEDS="20261105 20261126" $(PYTHON_HERE) -m ops.suite tests/notifications/test_interleavings.py -q && cat var/interleavings/*.txt

webhooks: setup
	@WEBHOOK_EVENTS=$(or $(EVENTS),100000) $(PYTHON_HERE) -m ops.suite tests/tracking/test_model.py -q && cat var/webhooks.txt

dovecot: setup
	@MAILBOX=dovecot exec $(PYTHON_HERE) -m ops.suite tests/tracking/test_returned.py tests/tracking/test_dovecot.py -q

faults: setup
	@exec $(PYTHON_HERE) -m tests.faults $(or $(SHARE),1)

simulate: setup
	@exec $(PYTHON_HERE) -m ops.simulate $(or $(YEARS),100) $(or $(SEED),1)

mutants: setup
	@exec $(PYTHON_HERE) -m ops.mutants $(ONLY)

rules: setup
	@exec $(PYTHON_HERE) -m ops.rules

gallery: setup
	@exec $(PYTHON_HERE) -m ops.gallery

pictures: setup
	@exec $(PYTHON_HERE) -m ops.pictures
