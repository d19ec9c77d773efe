import type { CallGuard } from './call-guard.js';
import { QuickJs, type MachineImage } from './quickjs.js';

/** Sizes kept at once. Nearly all sources share one; a large one has its own. */
const KEPT = 4;

/**
 * The machines of a thread, one for each size of memory. A machine belongs to nobody: it becomes whatever image it is given.
 *
 * Whoever takes one gives it back when the call ended well. One that hit a limit or grew is simply not given back.
 */
export class MachineShelf {
  private readonly bySize = new Map<number, QuickJs>();

  constructor(
    private readonly module: WebAssembly.Module,
    private readonly guard: CallGuard,
  ) {}

  /** A machine that is the one of the image, byte for byte. */
  take(image: MachineImage): QuickJs {
    const size = image.memory.sizeBytes;
    const machine = this.bySize.get(size) ?? new QuickJs(this.module, this.guard);
    this.bySize.delete(size);
    machine.restore(image);
    return machine;
  }

  giveBack(machine: QuickJs): void {
    this.bySize.set(machine.sizeBytes, machine);
    if (this.bySize.size <= KEPT) return;
    for (const oldest of this.bySize.keys()) {
      this.bySize.delete(oldest);
      return;
    }
  }
}
