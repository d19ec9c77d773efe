import { describe, expect, it } from '@jest/globals';
import { anEspImage } from '../../../../test/support/esp-image.js';
import { appDescriptionOf, descriptionBytes } from './app-description.rules.js';

describe('appDescriptionOf', () => {
  it('reads what an image says of itself', () => {
    expect(appDescriptionOf(anEspImage({ secureVersion: 3 }))).toEqual({
      version: '1.4.2',
      project_name: 'thermostat',
      idf_version: 'v5.3.1',
      compiled: 'Nov 20 2026 14:02:11',
      secure_version: 3,
      elf_sha256: 'ee'.repeat(32),
      chip: 'esp32-s3',
    });
  });

  it('needs no more than the beginning', () => {
    const image = anEspImage();
    expect(appDescriptionOf(image.subarray(0, descriptionBytes))).toEqual(appDescriptionOf(image));
    expect(appDescriptionOf(image.subarray(0, descriptionBytes - 1))).toBeNull();
  });

  it('reads a version that fills its whole place', () => {
    const version = 'v1.0.0-rc.1-123-g0123456789-dirt';
    expect(appDescriptionOf(anEspImage({ version }))?.version).toBe(version);
  });

  it('knows the description by its magic alone, and no chip where the header is another', () => {
    const image = anEspImage();
    image.writeUInt8(0, 0);
    expect(appDescriptionOf(image)).toMatchObject({ version: '1.4.2', chip: null });
    expect(appDescriptionOf(anEspImage({ chip: 777 }))?.chip).toBeNull();
  });

  it('leaves out what no database could hold', () => {
    const image = anEspImage();
    Buffer.from([0x31, 0xff, 0x07, 0x32, 0]).copy(image, 48);
    expect(appDescriptionOf(image)?.version).toBe('12');
  });

  it.each([Buffer.alloc(0), Buffer.alloc(1024), Buffer.from('\x89PNG\r\n'.repeat(100), 'latin1')])(
    'is null of any other file',
    (file) => {
      expect(appDescriptionOf(file)).toBeNull();
    },
  );
});
