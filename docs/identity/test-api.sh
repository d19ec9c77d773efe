#!/usr/bin/env bash
# Walks through the identity of a Fieldline on this machine: reads, provisions, renames, sets a target, resets.
# It ends with 0 if all was as it should be. The identity is reset by it!
#   FIELDLINE_URL=http://localhost:8000 docs/identity/test-api.sh
# With FIELDLINE_TOKEN, a superuser's access token, it works where IDENTITY_LOCAL_ACCESS is off, too.
set -u
api="${FIELDLINE_URL:-http://localhost:3000}/api/v1"
failed=0

# ask METHOD PATH EXPECTED_STATUS PATTERN [BODY]
ask() {
  local options=(-s -S -o - -w '\n%{http_code}' -X "$1" -H 'Content-Type: application/json')
  [ -n "${FIELDLINE_TOKEN:-}" ] && options+=(-H "Authorization: Bearer $FIELDLINE_TOKEN")
  [ $# -ge 5 ] && options+=(-d "$5")
  local answer status body
  answer=$(curl "${options[@]}" "$api$2")
  status=${answer##*$'\n'}
  body=${answer%$'\n'*}
  if [ "$status" = "$3" ] && grep -qE "$4" <<<"$body"; then
    echo "ok      $1 $2"
  else
    echo "FAILED  $1 $2 -> $status $body (wanted $3 and $4)"
    failed=1
  fi
}

ask POST /device/reset 200 'Device reset successfully'
ask GET /device 200 '"provisioned":false'
ask GET /device/provisioned 200 '"provisioned":false'
ask POST /device/provision 200 'Device provisioned successfully' '{"deviceName":"my-pi","deviceType":"raspberrypi4-64"}'
ask GET /device 200 '"deviceId":"dev_[0-9]+"'
ask GET /device/provisioned 200 '"provisioned":true'
ask PATCH /device 200 '"deviceName":"new-name"' '{"deviceName":"new-name"}'
ask POST /state/target 400 'apps' '{"no":"apps"}'
ask POST /state/target 200 '"version":' '{"apps":{"1001":{"appId":1001,"appName":"My App","services":[]}}}'
ask GET /state 200 '"appName":"My App"'
ask POST /device/reset 200 '"provisioned":false'
exit $failed
