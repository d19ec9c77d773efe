import KeycloakAdminClient, { NetworkError } from '@keycloak/keycloak-admin-client';
import { Injectable, Logger } from '@nestjs/common';
import { Settings, type KeycloakSettings } from '../../../core/config/settings.js';
import { KeycloakFailed } from './keycloak-failed.error.js';

/** One request. Some eight make a client, within a transaction that may idle for ten seconds. */
const timeoutMs = 3_000;
const patienceMs = 8_000;

/** What is made for every device beside the audience: Mosquitto's plugins read them. */
const standardScopes = ['profile', 'email'];

/** Makes and removes clients in the operator's Keycloak, by its admin API. Every failure is a KeycloakFailed. */
@Injectable()
export class KeycloakAdmin {
  private readonly logger = new Logger(KeycloakAdmin.name);
  private readonly keycloak: KeycloakSettings | undefined;

  constructor({ keycloak }: Settings) {
    this.keycloak = keycloak;
  }

  get isOn(): boolean {
    return this.keycloak !== undefined;
  }

  get tokenUrl(): string {
    return `${this.keycloak?.url ?? ''}/realms/${this.keycloak?.realm ?? ''}/protocol/openid-connect/token`;
  }

  /** The secret of a client, which is made if it is not there. */
  async ensure(clientId: string, { newSecret }: { newSecret: boolean }): Promise<string> {
    return this.asAdmin(async (admin, { deviceScope }) => {
      const known = await idOf(admin, clientId);
      const id = known ?? (await this.make(admin, clientId));
      await this.giveScopes(admin, id, [deviceScope, ...standardScopes]);
      const { value } =
        known !== null && newSecret
          ? await admin.clients.generateNewClientSecret({ id })
          : await admin.clients.getClientSecret({ id });
      if (value === undefined) throw new KeycloakFailed('it did not say the client’s secret', undefined);
      return value;
    });
  }

  async remove(clientId: string): Promise<void> {
    await this.asAdmin(async (admin) => {
      const id = await idOf(admin, clientId);
      if (id !== null) await admin.clients.del({ id });
    });
  }

  private async make(admin: KeycloakAdminClient, clientId: string): Promise<string> {
    const { id } = await admin.clients.create({
      clientId,
      protocol: 'openid-connect',
      description: 'A device of Fieldline',
      enabled: true,
      publicClient: false,
      serviceAccountsEnabled: true,
      standardFlowEnabled: false,
      implicitFlowEnabled: false,
      directAccessGrantsEnabled: false,
    });
    return id;
  }

  /** What the realm does not have is missing in the device's tokens; the device is made all the same. */
  private async giveScopes(admin: KeycloakAdminClient, id: string, names: string[]): Promise<void> {
    const [scopes, given] = await Promise.all([
      admin.clientScopes.find(),
      admin.clients.listDefaultClientScopes({ id }),
    ]);
    const missing = names.filter((name) => !given.some((scope) => scope.name === name));
    for (const name of missing) {
      const scopeId = scopes.find((scope) => scope.name === name)?.id;
      if (scopeId === undefined)
        this.logger.warn({ scope: name }, 'the realm has no such client scope: devices go without');
      else await admin.clients.addDefaultClientScope({ id, clientScopeId: scopeId });
    }
  }

  private async asAdmin<T>(work: (admin: KeycloakAdminClient, keycloak: KeycloakSettings) => Promise<T>): Promise<T> {
    const { keycloak } = this;
    if (keycloak === undefined) throw new Error('no Keycloak is set');
    const admin = new KeycloakAdminClient({ baseUrl: keycloak.url, realmName: keycloak.realm, timeout: timeoutMs });
    const { clientId, clientSecret } = keycloak;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new Error('it took too long'));
    }, patienceMs);
    const working = admin
      .auth({ grantType: 'client_credentials', clientId, clientSecret })
      .then(() => work(admin, keycloak));
    try {
      return await Promise.race([working, late.promise]);
    } catch (error) {
      throw failureOf(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Keycloak's own id of a client; null when there is none. */
async function idOf(admin: KeycloakAdminClient, clientId: string): Promise<string | null> {
  const found = await admin.clients.find({ clientId, max: 2 });
  return found.find((client) => client.clientId === clientId)?.id ?? null;
}

/** Without what it answered: that is for the log. */
function failureOf(error: unknown): KeycloakFailed {
  if (error instanceof KeycloakFailed) return error;
  if (error instanceof NetworkError) return new KeycloakFailed(`it answered ${error.response.status}`, error);
  return new KeycloakFailed('it does not answer', error);
}
