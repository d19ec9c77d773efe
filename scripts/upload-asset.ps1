<#
.SYNOPSIS
Uploads a signed file, from a laptop or a pipeline.
.DESCRIPTION
The signature is RSA PKCS#1 v1.5 with SHA-256 of three lines: the time, the name and the SHA-256 of the file. It is taken
once: each try makes its own. Prints the server's answer; ends with 0 only if the file was taken.
.PARAMETER KeyId
Names the key's row (GET /api/v1/asset-keys); without it the key is one of the default tenant's.
.EXAMPLE
./upload-asset.ps1 -Server https://iot.example.org -File build/thermostat.bin -KeyFile signing.pem
#>
#Requires -Version 7.2
param(
  [Parameter(Mandatory)] [string] $Server,
  [Parameter(Mandatory)] [string] $File,
  [Parameter(Mandatory)] [string] $KeyFile,
  [string] $KeyId = '',
  [string] $Name = ''
)
$ErrorActionPreference = 'Stop'

$path = (Resolve-Path -LiteralPath $File).Path
if ($Name -eq '') { $Name = [System.IO.Path]::GetFileName($path) }
$timestamp = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [cultureinfo]::InvariantCulture)
$sha256 = (Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash.ToLowerInvariant()

$rsa = [System.Security.Cryptography.RSA]::Create()
$rsa.ImportFromPem((Get-Content -LiteralPath $KeyFile -Raw))
$signature = [Convert]::ToBase64String($rsa.SignData(
    [System.Text.Encoding]::UTF8.GetBytes("$timestamp`n$Name`n$sha256"),
    [System.Security.Cryptography.HashAlgorithmName]::SHA256,
    [System.Security.Cryptography.RSASignaturePadding]::Pkcs1))

# The plain class: the one for forms reads a part's Content-Disposition and writes it in its own way.
$form = [System.Net.Http.MultipartContent]::new('form-data')
function Add-Part([System.Net.Http.HttpContent] $Content, [string] $Disposition) {
  $Content.Headers.TryAddWithoutValidation('Content-Disposition', "form-data; $Disposition") | Out-Null
  $form.Add($Content)
}
Add-Part ([System.Net.Http.StringContent]::new($timestamp)) 'name="timestamp"'
Add-Part ([System.Net.Http.StringContent]::new($signature)) 'name="signature"'
if ($KeyId -ne '') { Add-Part ([System.Net.Http.StringContent]::new($KeyId)) 'name="key_id"' }
# .NET writes headers in Latin-1, and the server reads UTF-8. A HeaderEncodingSelector does not help: it would be a script
# block called on a thread without a runspace.
$bytesOfName = [System.Text.Encoding]::Latin1.GetString([System.Text.Encoding]::UTF8.GetBytes($Name))
$content = [System.Net.Http.StreamContent]::new([System.IO.File]::OpenRead($path))
$content.Headers.TryAddWithoutValidation('Content-Type', 'application/octet-stream') | Out-Null
Add-Part $content "name=`"file`"; filename=`"$bytesOfName`""

$client = [System.Net.Http.HttpClient]::new()
$client.Timeout = [TimeSpan]::FromMinutes(15)
$answer = $client.PostAsync("$($Server.TrimEnd('/'))/api/assets/upload", $form).GetAwaiter().GetResult()
$answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()
if (-not $answer.IsSuccessStatusCode) { exit 1 }
