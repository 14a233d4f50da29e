#!/usr/bin/env bash
# Installs what `make test` needs on Debian and is not there yet. Says nothing when there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/.."

# Two runs at once would trip over each other's apt: the second waits, and then finds nothing to do.
if [ "${WQT_SETUP_ALONE:-}" != yes ]; then
    exec env WQT_SETUP_ALONE=yes flock "${TMPDIR:-/tmp}/weiqitong-setup.lock" "$PWD/scripts/setup-debian.sh" "$@"
fi

has() { command -v "$1" >/dev/null 2>&1; }
wanted=()
has cc || wanted+=(build-essential)
scripts/with-postgres.sh --find >/dev/null 2>&1 || wanted+=(postgresql)
has chromium || has google-chrome || wanted+=(chromium)
has node || wanted+=(nodejs)
has npm || wanted+=(npm)
dpkg-query -W -f='${Status}' fonts-noto-cjk 2>/dev/null | grep -q 'ok installed' || wanted+=(fonts-noto-cjk)
[ ${#wanted[@]} -gt 0 ] || exit 0

echo "Installing: ${wanted[*]}"
if [ "${1:-}" = --dry-run ]; then exit 0; fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update && apt-get -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends "${wanted[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
