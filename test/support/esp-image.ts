/** An image as ESP-IDF builds it, as far as it is read: its header, its description, and some code. */
export function anEspImage(
  given: { version?: string; project?: string; chip?: number; bytes?: number; secureVersion?: number } = {},
): Buffer {
  const image = Buffer.alloc(given.bytes ?? 1024, 0xa5);
  image.fill(0, 0, 288);
  image.writeUInt8(0xe9, 0);
  image.writeUInt16LE(given.chip ?? 9, 12);
  image.writeUInt32LE(0xabcd5432, 32);
  image.writeUInt32LE(given.secureVersion ?? 0, 36);
  image.write(given.version ?? '1.4.2', 48);
  image.write(given.project ?? 'thermostat', 80);
  image.write('14:02:11', 112);
  image.write('Nov 20 2026', 128);
  image.write('v5.3.1', 144);
  image.fill(0xee, 176, 208);
  return image;
}
