/** What the clients of devices are called at an issuer, and no others: document 003's server named its own so. */
export const deviceClientPrefix = 'iotdevice-';
