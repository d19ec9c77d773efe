import { readers, type Admission } from '../auth/access.decorator.js';

/** Who may ask for firmware: people, keys that read, and devices of the tenant. */
export const firmwareReaders: Admission = { ...readers, device: true };

/** Who may fetch files: also old devices of the default tenant, which send no credential. */
export const assetReaders: Admission = { ...firmwareReaders, legacyNetworks: true };
