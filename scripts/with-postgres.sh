#!/usr/bin/env bash
# with-postgres.sh COMMAND…   runs COMMAND beside a private, throw-away PostgreSQL
# with-postgres.sh --find     prints the folder of the server programs that would be used
#
# COMMAND finds the server in WQT_TEST_POSTGRES_URL (and in PGHOST, PGPORT, PGUSER). The cluster listens on a free
# port of 127.0.0.1 and on a socket in its own folder, sorts text by bytes like SQLite, and is not durable unless
# WQT_TEST_DURABLE=yes, which leaves commits, pages and vacuum as PostgreSQL has them, for measuring. It is
# stopped and removed when COMMAND ends, however it ends; the exit code is COMMAND's.
set -euo pipefail

die() {
    echo "with-postgres: $1" >&2
    exit 1
}

# The newest server of at least version 15, Debian's layout first, then the PATH.
find_programs() {
    local folder version best= best_version=14
    for folder in /usr/lib/postgresql/*/bin "$(dirname "$(command -v initdb || echo /none/initdb)")"; do
        [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] || continue
        version=$("$folder/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
        if [ "$version" -gt "$best_version" ]; then best=$folder best_version=$version; fi
    done
    [ -n "$best" ] || die "no PostgreSQL 15 or newer: neither in /usr/lib/postgresql nor on the PATH (Debian: apt-get install postgresql)"
    echo "$best"
}

programs=$(find_programs)
if [ "${1:-}" = --find ]; then
    echo "$programs"
    exit 0
fi
[ $# -gt 0 ] || die "say which command to run"

home=$(mktemp -d "${TMPDIR:-/tmp}/wqt-postgres.XXXXXX")
child=
stop() {
    trap - EXIT INT TERM HUP
    if [ -n "$child" ]; then kill "$child" 2>/dev/null || true; fi
    if [ -e "$home/data/postmaster.pid" ]; then
        as_owner "$programs/pg_ctl" --pgdata="$home/data" --mode=immediate --silent stop >/dev/null 2>&1 || true
    fi
    rm -rf "$home"
}
trap stop EXIT
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM HUP

# PostgreSQL refuses to run as root, so root lends it to somebody else.
as_owner() { (cd / && "$@"); }
if [ "$(id -u)" = 0 ]; then
    owner=nobody
    if id postgres >/dev/null 2>&1; then owner=postgres; fi
    chown "$owner" "$home"
    group=$(id -g "$owner")
    if command -v setpriv >/dev/null 2>&1; then
        as_owner() { (cd / && setpriv --reuid="$owner" --regid="$group" --clear-groups -- "$@"); }
    elif command -v runuser >/dev/null 2>&1; then
        as_owner() { (cd / && runuser -u "$owner" -- "$@"); }
    else
        as_owner() { (cd / && su "$owner" -s /bin/sh -c "$(printf '%q ' "$@")"); }
    fi
fi

as_owner "$programs/initdb" --pgdata="$home/data" --username=postgres --auth=trust \
    --locale=C --encoding=UTF8 --no-sync >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; die "initdb failed"; }

settings="-c listen_addresses=127.0.0.1 -c unix_socket_directories='$home' -c timezone=UTC -c max_connections=300"
if [ "${WQT_TEST_DURABLE:-}" != yes ]; then
    settings+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"
    settings+=" -c autovacuum=off"
fi

# Ports below those the system hands out; if somebody holds the one drawn, another is drawn.
started=
for _ in 1 2 3 4 5 6 7 8; do
    port=$((15000 + RANDOM % 17000))
    if as_owner "$programs/pg_ctl" --pgdata="$home/data" --log="$home/data/server.log" --options="-p $port $settings" \
        --wait --timeout=60 --silent start >/dev/null 2>&1; then
        started=yes
        break
    fi
done
[ -n "$started" ] || { tail -n 20 "$home/data/server.log" >&2; die "the server did not start"; }

export WQT_TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:$port/postgres
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGDATABASE=postgres

# In the background, so that a signal is acted upon at once and not after the command.
"$@" <&0 &
child=$!
code=0
wait "$child" || code=$?
child=
exit "$code"
