# Walks through the identity of a Fieldline on this machine: reads, provisions, renames, sets a target, resets.
# It ends with 0 if all was as it should be. The identity is reset by it!
#   ./test-api.ps1 -Url http://localhost:8000
# With -Token, a superuser's access token, it works where IDENTITY_LOCAL_ACCESS is off, too.
param([string]$Url = 'http://localhost:3000', [string]$Token = '')

$api = "$Url/api/v1"
$headers = @{}
if ($Token -ne '') { $headers['Authorization'] = "Bearer $Token" }
$script:failed = 0

function Ask([string]$Method, [string]$Path, [scriptblock]$Check, $Body = $null, [int]$Status = 200) {
  $request = @{ Uri = "$api$Path"; Method = $Method; Headers = $headers; ContentType = 'application/json' }
  if ($null -ne $Body) { $request['Body'] = $Body | ConvertTo-Json -Depth 10 }
  $answer = $null
  $code = 200
  try { $answer = Invoke-RestMethod @request } catch { $code = [int]$_.Exception.Response.StatusCode }
  if ($code -eq $Status -and ($code -ne 200 -or (& $Check $answer))) { Write-Host "ok      $Method $Path" }
  else {
    Write-Host "FAILED  $Method $Path -> $code $($answer | ConvertTo-Json -Depth 10 -Compress)"
    $script:failed = 1
  }
}

Ask Post '/device/reset' { param($a) $a.message -eq 'Device reset successfully' }
Ask Get '/device' { param($a) $a.uuid -and -not $a.provisioned }
Ask Get '/device/provisioned' { param($a) $a.provisioned -eq $false }
Ask Post '/device/provision' { param($a) $a.device.deviceName -eq 'my-pi' } @{ deviceName = 'my-pi'; deviceType = 'raspberrypi4-64' }
Ask Get '/device' { param($a) $a.deviceId -match '^dev_\d+$' }
Ask Get '/device/provisioned' { param($a) $a.provisioned -eq $true }
Ask Patch '/device' { param($a) $a.device.deviceName -eq 'new-name' } @{ deviceName = 'new-name' }
Ask Post '/state/target' { $true } @{ no = 'apps' } 400
Ask Post '/state/target' { param($a) $a.target.version -ge 1 } @{ apps = @{ '1001' = @{ appId = 1001; appName = 'My App'; services = @() } } }
Ask Get '/state' { param($a) $a.target.apps.'1001'.appName -eq 'My App' }
Ask Post '/device/reset' { param($a) $a.device.provisioned -eq $false }
exit $script:failed
