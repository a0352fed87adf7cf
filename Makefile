# `make demo` and `make test` are each complete from a fresh clone; both need Python 3.11 or later and nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test lint clean

demo: $(VENV)/demo.done
	$(BIN)/kg build pipelines/abstracts/sample/papers.jsonl -o outputs/demo
	@echo "open outputs/demo/graph.html in a browser"

test: $(VENV)/test.done
	sh tests/prepare.sh $(VENV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy kg
	KG_NODE_MODULES=$(VENV)/node/node_modules $(BIN)/python -m pytest

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo.done: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/test.done: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	touch $@ $(VENV)/demo.done

clean:
	rm -rf $(VENV) outputs/demo build dist
