import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { KeycloakAdmin } from '../../src/modules/devices/keycloak/keycloak-admin.js';

const settings = loadSettings();
const isHere = settings.keycloak !== undefined;
if (!isHere) {
  process.stderr.write(
    '\nSKIPPED: no Keycloak is named by KEYCLOAK_ADMIN_URL, _REALM, _CLIENT_ID and _CLIENT_SECRET\n\n',
  );
}

(isHere ? describe : describe.skip)('a real Keycloak', () => {
  const keycloak = new KeycloakAdmin(settings);
  const clientId = `iotdevice-test-${randomUUID()}`;
  afterAll(() => keycloak.remove(clientId));

  const statusOfToken = async (secret: string): Promise<number> => {
    const answer = await fetch(keycloak.tokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };

  it('makes a device’s client, gives it tokens and another secret, and removes it', async () => {
    const first = await keycloak.ensure(clientId, { newSecret: false });
    expect(await statusOfToken(first)).toBe(200);
    expect(await keycloak.ensure(clientId, { newSecret: false })).toBe(first);
    const second = await keycloak.ensure(clientId, { newSecret: true });
    expect([await statusOfToken(first), await statusOfToken(second)]).toEqual([401, 200]);
    await keycloak.remove(clientId);
    await keycloak.remove(clientId);
    expect(await statusOfToken(second)).toBe(401);
  }, 60_000);
});
