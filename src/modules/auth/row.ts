/** An entity's columns as plain values: what is about to be inserted need not be an instance of its class. */
export type Row<Entity> = { -readonly [Column in keyof Entity]: Entity[Column] };
