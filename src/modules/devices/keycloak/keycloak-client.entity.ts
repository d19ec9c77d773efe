import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A device that is a client in Keycloak. Its secret is Keycloak's alone. */
@Entity('keycloak_clients')
@Unique('UQ_keycloak_clients_client_id', ['clientId'])
export class KeycloakClient {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_keycloak_clients' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'device_id', primaryKeyConstraintName: 'PK_keycloak_clients' })
  deviceId!: string;

  @Column('text', { name: 'client_id' })
  clientId!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
