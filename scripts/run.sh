#!/usr/bin/env bash
# Brings the embedded database up to date and serves it. Idempotent: a second run starts at once on the same data.
set -euo pipefail
cd "$(dirname "$0")/.."

listen=${LISTEN:-127.0.0.1:8080}
program=${CARGO_TARGET_DIR:-target}/release/weiqitong
database=sqlite:data/weiqitong.db

"$program" migrate --database "$database"
echo "Weiqitong is at http://$listen (stop it with Ctrl-C; delete data/ to begin again)"
exec "$program" serve --database "$database" --listen "$listen"
