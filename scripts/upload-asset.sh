#!/usr/bin/env bash
# Uploads a signed file, from a laptop or a pipeline. Needs curl 7.76 or newer, and openssl.
#
#   upload-asset.sh <server> <file> <private key.pem> [<key id>]
#
# <key id> names the key's row (GET /api/v1/asset-keys); without it the key is one of the default tenant's.
# ASSET_NAME uploads the file under another name. Prints the server's answer; ends with 0 only if the file was taken.
set -euo pipefail

if [ $# -lt 3 ]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
server=${1%/}
file=$2
key=$3
key_id=${4:-}
name=${ASSET_NAME:-$(basename "$file")}

timestamp=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sha256=$(openssl dgst -sha256 -r <"$file" | cut -d ' ' -f 1)
# Three lines without a line break at the end. A signature is taken once: each try makes its own.
signature=$(printf '%s\n%s\n%s' "$timestamp" "$name" "$sha256" | openssl dgst -sha256 -sign "$key" | openssl base64 -A)

form=(--form-string "timestamp=$timestamp" --form-string "signature=$signature")
if [ -n "$key_id" ]; then form+=(--form-string "key_id=$key_id"); fi
curl --silent --show-error --fail-with-body "${form[@]}" \
  --form "file=@\"$file\";filename=\"$name\";type=application/octet-stream" \
  "$server/api/assets/upload"
echo
