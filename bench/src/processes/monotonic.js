/** Milliseconds on the machine's own clock, which all its processes share and nobody sets. */
export function monotonicMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}
