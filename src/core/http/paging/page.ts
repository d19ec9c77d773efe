/** The most that a total says; a list longer than this is only said to be longer. */
export const countLimit = 10_000;

/**
 * One page of a list. A controller returns it, and the client gets the bare array with the rest in headers.
 *
 * `total` is how many entries there are without skip and limit. Counting may stop at `countLimit + 1`: then the answer
 * says X-Total-Count: 10000 and X-Total-Count-Capped: true.
 */
export class Page<T> {
  constructor(
    readonly items: readonly T[],
    readonly total: number,
  ) {}
}
