/** An entity's columns as plain values: what a query answered or is about to write need not be an instance of its class. */
export type Row<Entity> = { -readonly [Column in keyof Entity]: Entity[Column] };
