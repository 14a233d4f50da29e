#!/usr/bin/env bash
# Serves a demo city from an embedded database, made at the first run (a minute or two). Idempotent: a second run starts at
# once on the same data. WQT_SCALE=county makes a smaller world.
set -euo pipefail
cd "$(dirname "$0")/.."

listen=${LISTEN:-127.0.0.1:8080}
program=${CARGO_TARGET_DIR:-target}/release/weiqitong
file=data/weiqitong.db

# Filled under another name first: a run that was broken off leaves no half-filled world behind.
if [ ! -e "$file" ]; then
    rm -rf data/filling
    "$program" demo --scale "${WQT_SCALE:-city}" --database sqlite:data/filling/weiqitong.db
    mv data/filling/weiqitong.db* data/
    rmdir data/filling
fi
"$program" migrate --database "sqlite:$file"
cat <<TEXT

Weiqitong is at http://$listen (stop it with Ctrl-C; delete data/ to begin again)

  demo accounts, all with the password Weifang-2026
  qiye       an enterprise's liaison        zonghe   coordination group    xitong  system administrator
  zhuanyuan  its service commissioner       jiejue   problem solving       anquan  security administrator
  chengban   a bureau's handler             duban    supervision           shenji  audit administrator
  fuze       that bureau's head             lingdao  a leader             bianban establishment office
  fuwutai    the service desk of a county   zhucheng, shifuwutai   the desks of another county and of the city

TEXT
exec "$program" serve --database "sqlite:$file" --listen "$listen"
