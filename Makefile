# The two commands are `make reproduce` and `make test`; `make help` tells the rest.
PYTHON ?= python3
# the arrays are small: threads of the linear algebra would only wait for each other
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help reproduce test lab lint bench evidence notebooks wheel lock home clean

help:
	@echo "make reproduce   every notebook, the claims table and the report, into reports/"
	@echo "make test        unit tests, doctests and every notebook against its stored outputs"
	@echo "make lab         JupyterLab on the notebooks"
	@echo "make lint        ruff"
	@echo "make bench       the simulations and speed comparisons in benchmarks/ (long)"
	@echo "make evidence    rows, moments and verdicts that ship (needs the raw files)"
	@echo "make notebooks   execute the notebooks in place, to be committed"
	@echo "make docs        the documentation site, into docs/_build/html"
	@echo "make wheel       the package as one file to install elsewhere, into dist/"
	@echo "make lock        exact versions with hashes, from pyproject.toml (needs the registry)"
	@echo "make home        links to another repository: make home REPOSITORY=owner/name"
	@echo "make clean       remove what the others made"

$(READY): pyproject.toml requirements.lock
	@echo "Making the environment in $(VENV) (a few minutes the first time)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps -e .
	@touch $@

reproduce: $(READY)
	$(BIN)/loyaltystudy reproduce

test: $(READY)
	$(BIN)/python -m pytest -p no:cacheprovider --nbval --nbval-current-env -n 2 --dist loadscope

lab: $(READY)
	$(BIN)/jupyter lab notebooks/00-all-claims.ipynb

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bench: $(READY)
	for script in benchmarks/scripts/*.py; do $(BIN)/python $$script || exit 1; done

evidence: $(READY)
	$(BIN)/python -m tools.evidence

notebooks: $(READY)
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace \
	  --ExecutePreprocessor.record_timing=False notebooks/*.ipynb

wheel: $(READY)
	$(BIN)/python -m pip wheel --disable-pip-version-check -q --no-deps -w dist .
	@ls dist/*.whl

# versions that are locked already stay; take a line out of a lock to let its package move
COMPILE := pip-compile -q --strip-extras --no-annotate --no-header --no-emit-index-url \
  --no-emit-find-links --no-emit-trusted-host --generate-hashes --allow-unsafe \
  --extra lab --extra data --extra dev
lock:
	$(PYTHON) -m venv .lock-env && .lock-env/bin/python -m pip install -q pip-tools
	.lock-env/bin/$(COMPILE) -o requirements.lock pyproject.toml
	.lock-env/bin/$(COMPILE) --extra docs --extra packaging -c requirements.lock \
	  -o requirements-docs.lock pyproject.toml
	rm -rf .lock-env

home: $(READY)
	@$(BIN)/python .ci/home.py "$(REPOSITORY)"

clean:
	rm -rf $(VENV) reports build dist docs/_build

# The site's tools have a lock of their own, so that the two commands do without them.
DOCS_READY := $(VENV)/.docs-ready

$(DOCS_READY): $(READY) requirements-docs.lock
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -q --require-hashes -r requirements-docs.lock
	@touch $@

.PHONY: docs
docs: $(DOCS_READY)
	$(BIN)/python -m sphinx -W --keep-going -q -E -b html docs docs/_build/html
	$(BIN)/python docs/check_links.py docs/_build/html
