#!/usr/bin/env bash
# Prints the path of a Python that has Google OR-Tools, which `make bench` solves the same networks with. Made once, under
# target/; nothing of it becomes part of the program. Prints nothing, and says why, when it cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly version=9.15.6755 home=${CARGO_TARGET_DIR:-target}/ortools
if [ ! -e "$home/ready" ]; then
    rm -rf "$home"
    if ! { python3 -m venv "$home" && "$home/bin/pip" install --quiet --disable-pip-version-check "ortools==$version"; } >&2; then
        echo "OR-Tools could not be installed (python3 with venv, and PyPI): its figures will be missing." >&2
        exit 0
    fi
    touch "$home/ready"
fi
echo "$PWD/$home/bin/python" | sed "s|$PWD//|/|"
