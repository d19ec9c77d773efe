#!/usr/bin/env bash
# Does everything that document 003's tables of endpoints name, by curl, and knows nothing but that text. Each line of its
# output is a step that held; the first that does not ends the script.
#
#   document-003.sh <server> <access token> <signing key.pem> <url of an image>
set -euo pipefail

server=$1 token=$2 key=$3 image=$4
mac=a4-cf-12-6b-02-01
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# step <expected status> <what> <curl's arguments…>: the answer's body is in $folder/body.
step() {
  local expected=$1 what=$2 status
  shift 2
  status=$(curl -sS -o "$folder/body" -w '%{http_code}' -H "Authorization: Bearer $token" "$@")
  if [ "$status" != "$expected" ]; then
    echo "$what: $status, not $expected: $(head -c 500 "$folder/body")" >&2
    exit 1
  fi
  echo "$what: $status"
}
says() {
  grep -q -- "$1" "$folder/body" || { echo "the answer does not say $1: $(head -c 500 "$folder/body")" >&2; exit 1; }
}
save() { # <expected status> <what> <body>
  step "$1" "$2" -X PUT "$server/api/configs/$mac" -H 'Content-Type: application/json' -d "$3"
}

save 201 'create configuration' '{"content": {"deviceName": "Kitchen", "enableOTA": true}, "allow_overwrite": true}'
save 200 'update configuration' '{"content": {"deviceName": "Kitchen", "enableOTA": false}, "allow_overwrite": true}'
save 409 'prevent overwriting' '{"content": {}, "allow_overwrite": false}'
says RECORD_EXISTS
step 200 'get configuration by MAC address' "$server/api/configs/$mac"
says '"enableOTA":false'
step 200 'list all configurations' "$server/api/configs"
says "\"mac_address\":\"$mac\""
step 204 'delete configuration' -X DELETE "$server/api/configs/$mac"
step 404 'it is gone' "$server/api/configs/$mac"

printf 'what a display draws' >"$folder/splash.bin"
timestamp=$(date -u +%Y-%m-%dT%H:%M:%SZ)
signature=$(printf '%s' "$timestamp" | openssl dgst -sha256 -sign "$key" | openssl base64 -A)
upload=(-F "file=@$folder/splash.bin" --form-string "timestamp=$timestamp" --form-string "signature=$signature")
step 200 'upload a signed asset' -X POST "$server/api/assets/upload" "${upload[@]}"
says '"filename":"splash.bin"'
step 400 'not with the same signature again' -X POST "$server/api/assets/upload" "${upload[@]}"
step 200 'the asset' "$server/api/assets/splash.bin"
cmp -s "$folder/body" "$folder/splash.bin"

step 200 'proxy and convert image to LVGL format' -G "$server/api/images/proxy" --data-urlencode "url=$image" -d width=1 -d height=1
[ "$(head -c 2 "$folder/body" | od -An -tx1 | tr -d ' \n')" = 1910 ]

step 200 'health check' "$server/api/health"
says '"status":"healthy"'
step 200 'Prometheus metrics' "$server/metrics"
for name in iot_config_operations_total iot_asset_upload_requests_total iot_image_proxy_operations_total; do says "$name"; done
step 200 'OpenAPI documentation' "$server/api/docs"
