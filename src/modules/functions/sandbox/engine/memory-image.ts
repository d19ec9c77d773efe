/** How finely empty memory is told from used memory; a page of zeros is never stored. */
const GRAIN = 4096;
/** Empty stretches shorter than this are copied along: one longer copy is cheaper than two short ones. */
const JOIN_GAP = 32_768;

interface Stretch {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Bytes that nothing ever writes to. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

const NO_GAP: Gap = { from: 0, to: 0 };

/**
 * The whole memory of a virtual machine at one moment, kept without its empty stretches.
 *
 * `restoreTo` makes a memory equal to the image, whatever ran in it meanwhile: used stretches are copied, all others are filled with zeros. This is what
 * keeps two calls apart, so it guesses at nothing: the only bytes that it leaves out are those of the `gap`, which the machine cannot reach.
 *
 *     const image = MemoryImage.of(memory);   // after loading the user's source
 *     … a call …
 *     image.restoreTo(memory);                // as if the call had never been
 */
export class MemoryImage {
  private constructor(
    readonly sizeBytes: number,
    private readonly stretches: readonly Stretch[],
    private readonly gap: Gap,
  ) {}

  static of(memory: Buffer, gap: Gap = NO_GAP): MemoryImage {
    const zeros = Buffer.alloc(GRAIN);
    const stretches: Stretch[] = [];
    let start = -1;
    let end = 0;
    for (let at = 0; at < memory.length; at += GRAIN) {
      if (memory.compare(zeros, 0, GRAIN, at, at + GRAIN) === 0) continue;
      if (start >= 0 && at - end > JOIN_GAP) {
        stretches.push({ offset: start, bytes: Buffer.from(memory.subarray(start, end)) });
        start = -1;
      }
      if (start < 0) start = at;
      end = at + GRAIN;
    }
    if (start >= 0) stretches.push({ offset: start, bytes: Buffer.from(memory.subarray(start, end)) });
    return new MemoryImage(memory.length, stretches, gap);
  }

  /** What the image itself occupies. */
  get storedBytes(): number {
    return this.stretches.reduce((sum, stretch) => sum + stretch.bytes.length, 0);
  }

  /** `memory` must have the size of the image. */
  restoreTo(memory: Buffer): void {
    let at = 0;
    for (const { offset, bytes } of this.stretches) {
      this.clear(memory, at, offset);
      memory.set(bytes, offset);
      at = offset + bytes.length;
    }
    this.clear(memory, at, memory.length);
  }

  private clear(memory: Buffer, from: number, to: number): void {
    const { gap } = this;
    if (from < gap.from) memory.fill(0, from, Math.min(to, gap.from));
    if (to > gap.to) memory.fill(0, Math.max(from, gap.to), to);
  }
}
