export type FieldValue = number | boolean | string;

/** One moment of one device, as a time-series database has it. */
export interface Point {
  /** The delivery that carries it: writing it again is the same point. */
  deliveryId: string;
  measurement: string;
  timeMs: number;
  tags: Readonly<Record<string, string>>;
  fields: Readonly<Record<string, FieldValue>>;
}
