import { describe, expect, it } from '@jest/globals';
import { MemoryImage } from './memory-image.js';

const PAGE = 65_536;

describe('MemoryImage', () => {
  it('restores every byte, those that were empty too', () => {
    const memory = Buffer.alloc(20 * PAGE);
    memory.write('stack', 3 * PAGE - 5);
    memory.write('heap', 9 * PAGE + 17);
    memory[20 * PAGE - 1] = 7;
    const before = Buffer.from(memory);
    const image = MemoryImage.of(memory);

    memory.fill(0xaa);
    image.restoreTo(memory);

    expect(memory.equals(before)).toBe(true);
  });

  it('does not store empty stretches', () => {
    const memory = Buffer.alloc(20 * PAGE);
    memory[0] = 1;
    memory[20 * PAGE - 1] = 1;
    expect(MemoryImage.of(memory).storedBytes).toBe(8192);
    expect(MemoryImage.of(Buffer.alloc(PAGE)).storedBytes).toBe(0);
  });
});
