/** What a device asks Keycloak for its tokens with, by the grant `client_credentials`. */
export interface DeviceClient {
  clientId: string;
  /** Kept by Keycloak, and by nobody else. */
  clientSecret: string;
  tokenUrl: string;
}
