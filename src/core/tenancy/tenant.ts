/** Whose world a query looks at. Every repository takes one, so that no query can forget it. */
export interface Tenant {
  /** The id of the tenants row. */
  readonly id: string;
}
