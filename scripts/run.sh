#!/usr/bin/env bash
# Serves the demo city. Fills the database the first time; afterwards starts at once on the same data.
set -euo pipefail
cd "$(dirname "$0")/.."

listen=${LISTEN:-127.0.0.1:8080}
program=${CARGO_TARGET_DIR:-target}/release/weiqitong
database=data/weiqitong.db
export WQT_DATABASE=sqlite:$database

mkdir -p data
if [ ! -e "$database" ]; then
    # A city that is only half there must not be taken for a whole one the next time.
    undo() { rm -f "$database" "$database-wal" "$database-shm" data/demo.txt; }
    trap 'undo; exit 1' INT TERM
    trap undo EXIT
    "$program" migrate
    "$program" demo --scale city | tee data/demo.txt
    trap - INT TERM EXIT
elif [ -e data/demo.txt ]; then
    cat data/demo.txt
fi

echo "Weiqitong is at http://$listen (stop it with Ctrl-C; delete data/ to begin again)"
exec "$program" serve --database "$WQT_DATABASE" --listen "$listen" --data data
