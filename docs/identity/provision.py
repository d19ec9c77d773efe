import requests

API = 'http://localhost:3000/api/v1'

# Get device info
response = requests.get(f'{API}/device')
device = response.json()
print('Device:', device)

# Provision if needed
if not device['provisioned']:
    response = requests.post(f'{API}/device/provision', json={
        'deviceName': 'my-device',
        'deviceType': 'raspberrypi4-64'
    })
    print('Provisioned:', response.json())

# Check status
response = requests.get(f'{API}/device/provisioned')
print('Provisioned:', response.json()['provisioned'])
