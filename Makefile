# Roadmap Atlas. `make run` and `make test` set up whatever is missing first.

VENV := .venv
PYTHON_HERE := $(VENV)/bin/python
APP_READY := $(VENV)/.app-ready
TEST_READY := $(VENV)/.test-ready
BUILD_READY := $(VENV)/.build-ready
WEB_READY := tests/web/node_modules/.ready

# The server takes port 8501, or the next free one, and prints the address; `make run PORT=9000` asks for one.
PORT_OPTION := $(if $(PORT),--port $(PORT))
# Behind a proxy that passes paths on as they are, `make run BASE=/atlas` serves under one.
BASE_OPTION := $(if $(BASE),--base-path $(BASE))
# What pytest is to do, e.g. make test TESTS="tests/geo -k border"
TESTS ?=
# Tests run on as many cores as there are, four at most: beside each worker stand a server and a browser of its own.
# A file goes to one worker as a whole, so that what its tests share is made once; the files come in the order of
# tests/conftest.py, which begins with those that take longest.
WORKERS ?= auto
SPREAD := --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: help run test test-pythons fuzz kills lint bench build-data pins clean

help:
	@echo 'make run         set everything up and open the app'
	@echo 'make test        set everything up and run every check and test'
	@echo 'make lint        ruff, mypy, and what checks the scripts for the browser'
	@echo 'make test-pythons  all but the browser tests on every Python from 3.11 on that is found'
	@echo 'make fuzz        read 20,000 damaged scenarios; ATLAS_EXAMPLES says how many'
	@echo 'make kills       kill 700 writers of files at random moments; ATLAS_EXAMPLES says how many'
	@echo 'make bench       measure a phase step and the first paint in Chromium'
	@echo 'make build-data  rebuild data/geography from the published packages'
	@echo 'make clean       remove everything that these commands made'

run: $(APP_READY)
	$(PYTHON_HERE) serve.py $(PORT_OPTION) $(BASE_OPTION)

lint: $(TEST_READY) $(WEB_READY)
	$(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) -m mypy
	$(PYTHON_HERE) -m pytest tests/layers/test_web.py

# ruff and mypy run among the tests, so that pytest's closing line is the last one and speaks for all.
test: $(TEST_READY) $(WEB_READY)
	$(PYTHON_HERE) tests/browser/chromium.py --install
	$(PYTHON_HERE) tests/browser/others.py --install
	-$(PYTHON_HERE) -m tests.browser.nginx --install
	$(PYTHON_HERE) -m pytest $(SPREAD) $(TESTS)

# Looks in PATH, and for what PYTHON names: make test-pythons PYTHON="python3.13 /opt/python3.12/bin/python"
test-pythons: $(TEST_READY)
	$(PYTHON_HERE) tests/pythons.py $(SPREAD) $(TESTS)

# Mutants of a scenario, ATLAS_EXAMPLES of them (20,000): each is read as it is written, or a fault says where it is wrong.
fuzz: $(TEST_READY)
	$(PYTHON_HERE) -m tests.fuzz

# Writers of files, ATLAS_EXAMPLES of them (700), killed at random moments.
kills: $(TEST_READY)
	ATLAS_EXAMPLES=$${ATLAS_EXAMPLES:-700} $(PYTHON_HERE) -m pytest tests/kills

bench: $(TEST_READY)
	$(PYTHON_HERE) tests/browser/chromium.py --install
	$(PYTHON_HERE) -m bench.step
	$(PYTHON_HERE) -m bench.maps

build-data: $(BUILD_READY)
	$(PYTHON_HERE) -m geo.build

# The versions that the pinned packages bring along now, for constraints.txt.
pins: $(TEST_READY)
	@$(PYTHON_HERE) -m pip freeze

clean:
	rm -rf $(VENV) $(VENV)-3.* static tests/web/node_modules .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(APP_READY): requirements.txt constraints.txt
	.ci/environment $(VENV) requirements.txt
	@touch $@

$(TEST_READY): requirements-test.txt requirements.txt constraints.txt
	.ci/environment $(VENV) requirements-test.txt
	@touch $@ $(APP_READY)

# What checks the drawing scripts, by Node and npm, which pip brings.
$(WEB_READY): $(TEST_READY) tests/web/package-lock.json
	PATH="$(abspath $(VENV))/bin:$$PATH" $(VENV)/bin/npm ci --prefix tests/web --no-progress --loglevel error
	@touch $@

$(BUILD_READY): data/requirements-build.txt requirements.txt constraints.txt
	.ci/environment $(VENV) data/requirements-build.txt
	@touch $@
