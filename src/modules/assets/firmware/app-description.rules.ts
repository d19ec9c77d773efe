/** What the image of an ESP32 says of itself. */
export interface AppDescription {
  /** What it was built as: `v1.4.2`, `1.4.2-3-gabc1234-dirty`. */
  version: string;
  project_name: string;
  idf_version: string;
  /** As the compiler wrote them: `Nov 20 2026 14:02:11`, in no known time zone. */
  compiled: string;
  /** Counts up where rollbacks are forbidden. */
  secure_version: number;
  /** Of the ELF file that it was made of, which finds its symbols again. */
  elf_sha256: string;
  /** `esp32-s3`; null where the image does not say it, or says one that is not known here. */
  chip: string | null;
}

/*
 * An image begins with a header of 24 bytes and a segment's of 8; the first segment begins with esp_app_desc_t
 * (components/esp_app_format in ESP-IDF), all little-endian.
 */
const imageMagic = 0xe9;
const chipAt = 12;
const descriptionAt = 32;
const descriptionMagic = 0xabcd5432;
const secureVersionAt = 36;
const versionAt = 48;
const projectAt = 80;
const timeAt = 112;
const dateAt = 128;
const idfAt = 144;
const elfAt = 176;
const elfBytes = 32;

/** So much of a file must be read to know what it says of itself. */
export const descriptionBytes = elfAt + elfBytes;

/** By the chip_id of the image's header. */
const chips: Readonly<Record<number, string>> = {
  0: 'esp32',
  2: 'esp32-s2',
  5: 'esp32-c3',
  9: 'esp32-s3',
  12: 'esp32-c2',
  13: 'esp32-c6',
  16: 'esp32-h2',
  18: 'esp32-p4',
  20: 'esp32-c61',
  23: 'esp32-c5',
};

/** Reads the description at the beginning of a file; null of a file that has none. */
export function appDescriptionOf(head: Buffer): AppDescription | null {
  if (head.length < descriptionBytes || head.readUInt32LE(descriptionAt) !== descriptionMagic) return null;
  const chip = head[0] === imageMagic ? (chips[head.readUInt16LE(chipAt)] ?? null) : null;
  return {
    version: textAt(head, versionAt, 32),
    project_name: textAt(head, projectAt, 32),
    idf_version: textAt(head, idfAt, 32),
    compiled: `${textAt(head, dateAt, 16)} ${textAt(head, timeAt, 16)}`.trim(),
    secure_version: head.readUInt32LE(secureVersionAt),
    elf_sha256: head.toString('hex', elfAt, elfAt + elfBytes),
    chip,
  };
}

/** Up to the first NUL, or all of it; what nobody could read or PostgreSQL could not hold is left out. */
function textAt(head: Buffer, at: number, length: number): string {
  const [text = ''] = head.toString('utf8', at, at + length).split('\0', 1);
  return text.replaceAll(/[\p{Cc}\ufffd]/gu, '').trim();
}
