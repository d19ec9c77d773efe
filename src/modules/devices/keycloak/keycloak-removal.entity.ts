import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A client that goes from Keycloak when it is due, unless it is a device's by then. */
@Entity('keycloak_removals')
@Index('IDX_keycloak_removals_tenant_id', ['tenantId'])
export class KeycloakRemoval {
  @PrimaryColumn('text', { name: 'client_id', primaryKeyConstraintName: 'PK_keycloak_removals' })
  clientId!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;
}
