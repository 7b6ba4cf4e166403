#!/usr/bin/env bash
# Packs the package and installs it into an empty project. A program and all declarations must compile there with both
# module resolutions, and the program must run.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$root"
npm run -s build
# The compiler elides a type that is too long and writes `any`. A named type prevents that.
if grep -rl --include='*.d.ts' '/\*elided\*/' dist; then
  echo "a declaration is cut off with any" >&2
  exit 1
fi
npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
version() { node -p "require('$root/package.json').devDependencies['$1']"; }

cd "$work"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund ./*.tgz "effect@$(version effect)" "redis@^6" "@types/node@$(version @types/node)" \
  "@effect/platform-node@$(version @effect/platform-node)" "typescript@$(version typescript)"
cp "$root/test/consumer/consumer.ts" .
for resolution in NodeNext Bundler; do
  module=$([ "$resolution" = Bundler ] && echo ESNext || echo NodeNext)
  node_modules/.bin/tsc --noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --target ES2024 \
    --lib ES2024,DOM,DOM.Iterable --module "$module" --moduleResolution "$resolution" --types node consumer.ts
  echo "$resolution: compiles"
done
node consumer.ts
