#!/usr/bin/env bash
# Packs the library, installs it with the example into a temporary folder, starts a PostgreSQL, and runs test.ts.
# Removes all of it at the end.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export PATH="$root/node_modules/.bin:$PATH"

skip() {
  echo "durable: skipped: $1"
  exit 0
}

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$bin" ] && command -v initdb >/dev/null; then bin=$(dirname "$(readlink -f "$(command -v initdb)")"); fi
if [ -z "$bin" ]; then
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || skip "PostgreSQL is not installed, and only root can install it"
  (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y postgresql) >/dev/null 2>&1 ||
    skip "apt-get could not install PostgreSQL"
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
fi

work=$(mktemp -d)
# PostgreSQL does not run as root.
as=()
if [ "$(id -u)" -eq 0 ]; then as=(runuser -u postgres --); fi
stop() {
  if [ -f "$work/pg/data/postmaster.pid" ]; then
    (cd "$work/pg" && "${as[@]}" "$bin/pg_ctl" -D "$work/pg/data" -m immediate -w stop) >/dev/null 2>&1 || true
  fi
  rm -rf "$work"
}
trap stop EXIT

mkdir "$work/pg" "$work/app"
chmod 711 "$work"
if [ "$(id -u)" -eq 0 ]; then chown postgres "$work/pg"; fi
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
(
  cd "$work/pg"
  "${as[@]}" "$bin/initdb" -D data -U durable -A trust --no-sync
  # Trust authentication: the server listens on loopback only, and ends with the test.
  "${as[@]}" "$bin/pg_ctl" -D data -l log -w -o "-h 127.0.0.1 -p $port -k $work/pg" start
) >"$work/pg.log" 2>&1 || {
  cat "$work/pg.log" >&2
  exit 1
}

(
  cd "$root"
  npm run -s build
  npm pack --silent --ignore-scripts --pack-destination "$work"
) >/dev/null
cp "$here"/*.ts "$here"/package.json "$here"/tsconfig.json "$work/app"
cd "$work/app"
sed -i "s#file:../..#file:$(ls "$work"/*.tgz)#" package.json
npm install --silent --no-audit --no-fund
npm run -s check
DATABASE_URL="postgres://durable@127.0.0.1:$port/postgres" node test.ts
