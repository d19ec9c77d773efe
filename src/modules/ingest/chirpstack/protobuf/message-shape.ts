/** How one value lies on the wire, and what it is in JSON. Enums are lists of [number, name]. */
export type ValueKind =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'uint32'
  | 'int32'
  | 'float'
  | 'double'
  | 'timestamp'
  | 'duration'
  | 'struct'
  | { readonly enum: readonly string[] }
  | { readonly message: MessageShape };

/** One field: its name in JSON, and what it holds. A map is one of texts to texts. */
export interface FieldShape {
  readonly name: string;
  readonly kind: ValueKind;
  readonly many?: 'list' | 'map';
}

/** A message of ChirpStack: its fields by their numbers. */
export interface MessageShape {
  /** ChirpStack's JSON has the defaults of its events, and leaves out those of gateways. */
  readonly writesDefaults: boolean;
  readonly fields: Readonly<Record<number, FieldShape>>;
}
