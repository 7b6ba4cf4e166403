#!/bin/sh
# Signs the bodies with OpenSSL for comparison in tests. One line each: kind, secret, time, body, signature.
#
#   sh test/webhooks/vectors.sh > test/webhooks/vectors.tsv
set -eu
cd "$(dirname "$0")"

# The webhooks of an API key: hex, over the time, a dot and the body.
api() {
  signature=$({ printf '%s.' "$2" && cat "bodies/$3"; } | openssl dgst -sha256 -hmac "$1" | sed 's/^.* //')
  printf 'api\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$signature"
}

# The engine's: base64, over the time and the data.
engine() {
  signature=$({ printf '%s' "$2" && cat "bodies/$3"; } | openssl dgst -sha256 -hmac "$1" -binary | openssl base64 -A)
  printf 'engine\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$signature"
}

short=whsec_0123456789abcdef
accented='whsec_é of several words'
# Longer than a block of SHA-256, where HMAC hashes the key first.
long=whsec_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

for secret in "$short" "$accented" "$long"; do
  for body in completed pretty unicode recording empty binary; do
    api "$secret" 1704110400 "$body.body"
  done
done
api "$short" 0 completed.body
api "$short" 999999999999 completed.body

engine "$short" 63871329600 engine.body
engine "$long" 1704110400 engine.body
engine "$accented" 63871329600 engine-nested.body
