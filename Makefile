# make run    a served demo city from a clean clone, on http://127.0.0.1:8080
# make test   everything that must hold before a change is merged
# make bench, make fmt, make doc

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run
MAKEFLAGS += --no-print-directory

# A machine that builds once and throws the result away gains nothing from incremental files.
ifeq ($(CI),true)
export CARGO_INCREMENTAL = 0
endif

CARGO := cargo
LISTEN ?= 127.0.0.1:8080

.PHONY: run test bench fmt doc web tools lint suites e2e

run: web
	$(CARGO) build --locked --release --package weiqitong
	LISTEN=$(LISTEN) scripts/run.sh

test: tools web lint suites e2e
	@echo "All is well."

# On Debian, as root, what is missing gets installed; then, everywhere, nothing may be missing.
tools:
	@if [ "$$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then scripts/setup-debian.sh; fi
	@scripts/check-tools.sh

lint:
	$(CARGO) fmt --all --check
	$(CARGO) xtask tidy
	$(CARGO) xtask licences
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

# The second run uses the very binaries of the first: a runner lets only those through that touch a database.
suites:
	WQT_TEST_DATABASE=sqlite $(CARGO) test --locked --workspace
	WQT_TEST_DATABASE=postgres WQT_ONLY="platform store weiqitong" scripts/with-postgres.sh \
		$(CARGO) test --locked --workspace --tests --config 'target."cfg(unix)".runner = "$(CURDIR)/scripts/only.sh"'

# The browser's half. `npm ci` only when the lock file is newer than what it installed.
web:
	@if [ -e web/package.json ]; then cd web; \
		if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then npm ci --no-audit --no-fund; fi; \
		npm run check --if-present; npm run build; \
	fi

e2e:
	@if [ -e e2e/package.json ]; then \
		$(CARGO) build --locked --package weiqitong; \
		cd e2e; \
		if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then npm ci --no-audit --no-fund; fi; \
		npm test; \
	fi

# Everything at city size takes a quarter of an hour; BENCH_SCALE=county or tiny is for trying out. With BENCH_TIMES=10 the
# city is measured beside one with ten times its demands, which takes as long again and 10 GB of disk.
bench:
	WQT_ORTOOLS_PYTHON=$${WQT_ORTOOLS_PYTHON:-$$(scripts/ortools.sh)} WQT_TEST_DURABLE=yes \
		scripts/with-postgres.sh $(CARGO) bench --locked --workspace --benches

fmt:
	$(CARGO) fmt --all
	@if [ -e web/package.json ] && [ -d web/node_modules ]; then cd web && npm run fmt --if-present; fi

doc:
	$(CARGO) doc --locked --workspace --no-deps --document-private-items
