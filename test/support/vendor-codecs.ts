import { readdirSync, readFileSync } from 'node:fs';

/** The codecs as they were written, not as the compiler left them. */
const house = new URL('../../../test/codecs/', import.meta.url);

/** A codec in the way that some vendor writes them, with an uplink and what it must make of it: its first line says both. */
export interface VendorCodec {
  name: string;
  code: string;
  fPort: number;
  hex: string;
  decoded: Record<string, unknown>;
}

export const vendorCodecs: readonly VendorCodec[] = readdirSync(house).map((file) => {
  const code = readFileSync(new URL(file, house), 'utf8');
  const [, fPort = '', hex = '', decoded = ''] = /^\/\/ Uplink: (\d+) ([0-9a-f]+) → (.+)$/m.exec(code) ?? [];
  return {
    name: file.replace('.cjs', ''),
    code,
    fPort: Number(fPort),
    hex,
    decoded: JSON.parse(decoded) as Record<string, unknown>,
  };
});
