import type { SandboxResult } from './sandbox/sandbox.contract.js';

/** LoRaWAN's longest application payload. */
const maxBytes = 242;

/**
 * What `encodeDownlink` answered, with the bytes as a network server takes them: `{bytes: [1, 16], fPort: 10}` gains
 * `payload: "ARA="`. An answer without bytes that can be sent is an error, as it would be there.
 */
export function encodedDownlink(result: SandboxResult): SandboxResult {
  if (result.outputJson === null) return result;
  const output = JSON.parse(result.outputJson) as Record<string, unknown>;
  const { bytes, fPort } = output;
  if (!isPayload(bytes)) {
    return refused(
      result,
      `encodeDownlink must return bytes: at most ${maxBytes.toString()} whole numbers from 0 to 255`,
    );
  }
  if (fPort !== undefined && fPort !== null && !isPort(fPort)) {
    return refused(result, 'encodeDownlink must return no fPort, or a whole number from 1 to 223');
  }
  return { ...result, outputJson: JSON.stringify({ ...output, payload: Buffer.from(bytes).toString('base64') }) };
}

function isPayload(value: unknown): value is number[] {
  const isByte = (item: unknown): boolean => Number.isInteger(item) && Number(item) >= 0 && Number(item) <= 255;
  return Array.isArray(value) && value.length <= maxBytes && value.every(isByte);
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 223;
}

function refused(result: SandboxResult, message: string): SandboxResult {
  return { ...result, status: 'error', outputJson: null, error: { code: 'codec.errors', message } };
}
