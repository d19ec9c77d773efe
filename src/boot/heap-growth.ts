import { setFlagsFromString } from 'node:v8';

/** How much the old part of the heap may grow over what was alive after its last collection. */
const percent = 50;

/**
 * What an uplink leaves behind lives for as long as its commits take, long enough to count as old, and V8 collects the old
 * part of the heap only when it is two to three times what is alive. Collected sooner, in the background, it costs no
 * throughput that could be measured, and an overloaded server grows by a quarter of what it did (docs/performance.md).
 *
 * Not on the command line, which not every way of starting us would give.
 */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
