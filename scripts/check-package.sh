#!/usr/bin/env bash
# Packs the package as it is published and installs it into an empty project. Two linters check the tarball. A program and
# all declarations must compile there with both module resolutions, and the program must run. Two compilers must be able
# to name the type of every export, and those that the snippets of the documentation export. At last a dry run of the
# release.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$root"
node scripts/stage.ts
node scripts/snippets.ts
# The compiler elides a type that is too long and writes `any`. A named type prevents that.
if grep -rl --include='*.d.ts' '/\*elided\*/' dist; then
  echo "a declaration is cut off with any" >&2
  exit 1
fi
npm pack --silent ./.package --pack-destination "$work" >/dev/null
node scripts/lint-package.ts "$work"/*.tgz
version() { node -p "require('$root/package.json').devDependencies['$1']"; }

cd "$work"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund ./*.tgz "effect@$(version effect)" "redis@^6" "@types/node@$(version @types/node)" \
  "@effect/platform-node@$(version @effect/platform-node)" "@effect/vitest@$(version @effect/vitest)" \
  "vitest@$(version vitest)" "typescript@$(version typescript)" \
  "typescript5@npm:typescript@~5.9"
cp "$root/test/consumer/consumer.ts" .
for resolution in NodeNext Bundler; do
  module=$([ "$resolution" = Bundler ] && echo ESNext || echo NodeNext)
  node node_modules/typescript/bin/tsc --noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --target ES2024 \
    --lib ES2024,DOM,DOM.Iterable --module "$module" --moduleResolution "$resolution" --types node consumer.ts
  echo "$resolution: compiles"
done
node consumer.ts

# The first program of the README, as its reader compiles and runs it.
node --input-type=module -e "
  import { fencesOf } from '$root/scripts/fences.ts'
  process.stdout.write(fencesOf('$root/README.md').find(({ isRun }) => isRun).code)
" >main.ts
node node_modules/typescript/bin/tsc --noEmit --strict --module nodenext --types node main.ts
node main.ts | grep -F '+14155551234 is active'

cp "$root/scripts/declared.ts" .
node declared.ts node_modules/effect-audian declared
cp -r "$root/.snippets" snippets
for compiler in typescript typescript5; do
  node "node_modules/$compiler/bin/tsc" --declaration --emitDeclarationOnly --outDir "out/$compiler" --strict \
    --exactOptionalPropertyTypes --skipLibCheck --target ES2024 --lib ES2024,DOM,DOM.Iterable --module NodeNext \
    --types node declared/*.ts snippets/*.ts
  if grep -rlE '/\*elided\*/|effect-audian/dist' "out/$compiler"; then
    echo "a declaration of $compiler is cut off or names a file of the package" >&2
    exit 1
  fi
  echo "$compiler $(node -p "require('$compiler/package.json').version"): declares every export and snippet"
done

cd "$root"
npm run -s release -- --dry-run
