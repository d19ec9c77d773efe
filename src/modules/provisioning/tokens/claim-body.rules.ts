import { sanitiseJson } from '../../../core/json/sanitise-json.js';
import { ClaimRefused } from './device-token.errors.js';

const maxMetadataBytes = 16_384;

/** Reads a claim as devices send it; what is wrong with it is said in document 002’s words. */
export function claimIn(body: unknown): { token: string; deviceMetadata: Record<string, unknown> | null } {
  const { token, device_metadata: metadata } = objectIn(body);
  if (typeof token !== 'string' || token.trim() === '') throw new ClaimRefused('token is required.');
  return { token, deviceMetadata: isObject(metadata) ? metadata : null };
}

function objectIn(body: unknown): Record<string, unknown> {
  try {
    const { value } = sanitiseJson(JSON.parse(Buffer.isBuffer(body) ? body.toString() : ''));
    if (isObject(value) && JSON.stringify(value['device_metadata'] ?? null).length <= maxMetadataBytes) return value;
  } catch {
    // Said below.
  }
  throw new ClaimRefused('Invalid JSON body');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
