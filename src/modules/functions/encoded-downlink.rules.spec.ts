import { describe, expect, it } from '@jest/globals';
import { encodedDownlink } from './encoded-downlink.rules.js';
import type { SandboxResult } from './sandbox/sandbox.contract.js';

const returned = (output: unknown): SandboxResult => ({
  ...{ status: 'success', outputJson: JSON.stringify(output), logs: [], error: null, durationMs: 0 },
});

describe('encodedDownlink', () => {
  it('adds the bytes as a network server takes them', () => {
    const { outputJson } = encodedDownlink(returned({ bytes: [1, 16], fPort: 10 }));
    expect(JSON.parse(outputJson ?? '')).toEqual({ bytes: [1, 16], fPort: 10, payload: 'ARA=' });
  });

  it.each([
    [{}],
    [{ data: [1, 2] }],
    [{ bytes: 'ff' }],
    [{ bytes: [256] }],
    [{ bytes: [-1] }],
    [{ bytes: [1.5] }],
    [{ bytes: Array.from({ length: 243 }, () => 0) }],
    [{ bytes: [1], fPort: 0 }],
    [{ bytes: [1], fPort: 224 }],
  ])('takes %j for an error', (output) => {
    expect(encodedDownlink(returned(output))).toMatchObject({
      ...{ status: 'error', outputJson: null },
      error: { code: 'codec.errors' },
    });
  });

  it('leaves alone what failed', () => {
    const failed: SandboxResult = {
      ...{ status: 'error', outputJson: null, logs: [], durationMs: 1 },
      error: { code: 'sandbox.threw', message: 'no' },
    };
    expect(encodedDownlink(failed)).toBe(failed);
  });
});
