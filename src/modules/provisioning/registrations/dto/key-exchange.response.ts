import { ApiProperty } from '@nestjs/swagger';
import type { ExchangedDevice } from '../key-exchange.service.js';

/** The device whose key was shown. */
export class ExchangedDeviceResponse {
  @ApiProperty({ example: 'dev_01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' })
  deviceId: string;

  @ApiProperty({ example: '550e8400-e29b-41d4-a716-446655440000' })
  uuid: string;

  @ApiProperty({ example: 'my-raspberry-pi' })
  deviceName: string;

  constructor({ deviceId, uuid, deviceName }: ExchangedDevice) {
    this.deviceId = `dev_${deviceId}`;
    this.uuid = uuid;
    this.deviceName = deviceName;
  }
}

/** The key is the device’s; it may forget the provisioning key. */
export class KeyExchangeResponse {
  @ApiProperty({ example: 'ok' })
  status: string = 'ok';

  @ApiProperty({ example: 'Key exchange successful' })
  message: string = 'Key exchange successful';

  @ApiProperty({ type: ExchangedDeviceResponse })
  device: ExchangedDeviceResponse;

  constructor(device: ExchangedDevice) {
    this.device = new ExchangedDeviceResponse(device);
  }
}
