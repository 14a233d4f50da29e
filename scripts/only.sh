#!/usr/bin/env bash
# A cargo runner: runs the test binary when its package is named in WQT_ONLY, else passes it over.
set -euo pipefail
case " ${WQT_ONLY:?} " in
    *" ${CARGO_PKG_NAME:?} "*) exec "$@" ;;
    *) echo "passed over: $CARGO_PKG_NAME does not touch a database" ;;
esac
