/** What one image may cost. */
export interface ImageLimits {
  connectTimeoutMs: number;
  /** From the first look-up of the name to the last byte, with all redirects. */
  fetchTimeoutMs: number;
  maxFileBytes: number;
  maxRedirects: number;
}

/** Document 003's server waited for 30 s and took whatever came; a display would long have given up. */
export const imageLimits: ImageLimits = {
  connectTimeoutMs: 5_000,
  fetchTimeoutMs: 15_000,
  maxFileBytes: 5 * 1024 * 1024,
  maxRedirects: 5,
};

/** Tests put shorter ones here. */
export const imageLimitsToken = Symbol('imageLimits');
