/**
 * One page of a history. A controller returns it, and the client gets the bare array, with the way to the next page in
 * the Link header. `nextCursor` is null at the end; `total` is only there when it was asked for.
 */
export class CursorPage<T> {
  constructor(
    readonly items: readonly T[],
    readonly nextCursor: string | null,
    readonly total?: number,
  ) {}
}
