#!/usr/bin/env bash
# Says everything that is missing for `make test`, at once, and fails if anything is.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=0
lacks() {
    echo "missing: $1" >&2
    missing=1
}
has() { command -v "$1" >/dev/null 2>&1; }
any() {
    local name
    for name in "$@"; do if has "$name"; then return 0; fi; done
    return 1
}

has cargo || lacks "cargo: install Rust with rustup (https://rustup.rs); rust-toolchain.toml names the version"
has cc || lacks "cc, a C compiler: SQLite is compiled from source (Debian: build-essential)"
scripts/with-postgres.sh --find >/dev/null 2>&1 ||
    lacks "PostgreSQL 15 or newer, its server programs initdb and pg_ctl (Debian: postgresql)"
if [ -e web/package.json ] || [ -e e2e/package.json ]; then
    has node || lacks "node 18 or newer (Debian: nodejs)"
    has npm || lacks "npm (Debian: npm)"
fi
if [ -e e2e/package.json ]; then
    any chromium chromium-browser google-chrome || lacks "Chromium, for the browser tests (Debian: chromium)"
    if has fc-list; then
        fc-list :lang=zh family | grep -q . || lacks "a Chinese font, for the browser tests (Debian: fonts-noto-cjk)"
    else
        lacks "fontconfig and a Chinese font, for the browser tests (Debian: fonts-noto-cjk)"
    fi
fi
if [ "$missing" = 1 ]; then
    echo "Install what is missing and run again. As root on Debian, scripts/setup-debian.sh does it." >&2
    exit 1
fi
