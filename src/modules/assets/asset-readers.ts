import { readers, type Admission } from '../auth/access.decorator.js';

/** Who may fetch files: people, keys that read, and devices of the tenant. */
export const assetReaders: Admission = { ...readers, device: true };
