const axios = require('axios');
const API = 'http://localhost:3000/api/v1';

async function provisionDevice() {
  // Get device info
  const device = await axios.get(`${API}/device`);
  console.log('Device:', device.data);

  // Provision if not already provisioned
  if (!device.data.provisioned) {
    const result = await axios.post(`${API}/device/provision`, {
      deviceName: 'my-device',
      deviceType: 'raspberrypi4-64',
    });
    console.log('Provisioned:', result.data);
  }

  // Check status
  const status = await axios.get(`${API}/device/provisioned`);
  console.log('Provisioned:', status.data.provisioned);
}

provisionDevice();
