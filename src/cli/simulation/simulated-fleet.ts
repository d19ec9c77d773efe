import type { HttpApi } from './http-api.js';
import { simulatedMeasurements } from './smooth-reading.rules.js';

const profileName = 'Simulated sensor';

/** A made-up device that may send. */
export interface SimulatedDevice {
  number: number;
  name: string;
  /** Speaks with the device's own key. */
  api: HttpApi;
}

interface Named {
  id: string;
  name: string;
}

/** Makes the devices of a simulation, or finds those of an earlier one by their serial numbers, and has them claim their keys. */
export class SimulatedFleet {
  constructor(private readonly api: HttpApi) {}

  async ready(count: number): Promise<SimulatedDevice[]> {
    const profile = await this.profile();
    const devices: SimulatedDevice[] = [];
    for (let number = 1; number <= count; number += 1) devices.push(await this.device(number, profile));
    return devices;
  }

  private async profile(): Promise<Named> {
    const path = '/api/v1/device-profiles';
    const found = await this.api.get<Named[]>(`${path}?name=${encodeURIComponent(profileName)}&limit=1000`);
    const known = found.find(({ name }) => name === profileName);
    if (known !== undefined) return known;
    const description = 'Made-up devices of `fieldline simulate`';
    return this.api.post<Named>(path, { name: profileName, description, measurements: simulatedMeasurements });
  }

  private async device(number: number, profile: Named): Promise<SimulatedDevice> {
    const serial = `SIM-${number.toString().padStart(4, '0')}`;
    const [known] = await this.api.get<Named[]>(`/api/v1/devices?serial=${serial}`);
    const wanted = { name: `${profileName} ${number.toString()}`, serial, profile_id: profile.id };
    const { id, name } = known ?? (await this.api.post<Named>('/api/v1/devices', wanted));
    const { token } = await this.api.post<{ token: string }>(`/gateway/devices/${id}/provision`, {});
    const { api_key } = await this.api.post<{ api_key: string }>('/gateway/devices/claim', { token });
    return { number, name, api: this.api.as(api_key) };
  }
}
