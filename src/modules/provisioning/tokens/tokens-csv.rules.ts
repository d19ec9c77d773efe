import type { IssuedTokenResponse } from './dto/issued-token.response.js';

/** Issued tokens as a file for label printers; nothing in it needs quotes. A QR code holds a comma, and gets them. */
export function csvOf(tokens: readonly IssuedTokenResponse[], withQrCodes: boolean): string {
  const head = ['device_id', 'token', 'expires_at', ...(withQrCodes ? ['qr_code'] : [])];
  const lines = tokens.map(({ device_id, token, expires_at, qr_code }) => [
    ...[device_id, token, expires_at ?? ''],
    ...(withQrCodes ? [`"${qr_code ?? ''}"`] : []),
  ]);
  return [head, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}
