# Get device info
Invoke-RestMethod -Uri "http://localhost:3000/api/v1/device" -Method Get

# Provision device
$body = @{
  deviceName = "my-pi"
  deviceType = "raspberrypi4-64"
} | ConvertTo-Json

Invoke-RestMethod -Uri "http://localhost:3000/api/v1/device/provision" `
  -Method Post `
  -Body $body `
  -ContentType "application/json"

# Check if provisioned
Invoke-RestMethod -Uri "http://localhost:3000/api/v1/device/provisioned" -Method Get

# Update device name
$body = @{ deviceName = "new-name" } | ConvertTo-Json
Invoke-RestMethod -Uri "http://localhost:3000/api/v1/device" `
  -Method Patch `
  -Body $body `
  -ContentType "application/json"

# Reset device
Invoke-RestMethod -Uri "http://localhost:3000/api/v1/device/reset" -Method Post
