import { secretMask, type Secrets } from './secrets.rules.js';

/** Shorter texts are found everywhere; masking them would only destroy what is shown. */
const shortestSecret = 4;
/** Of a part of a secret, which is likelier to be a common word. */
const shortestPart = 12;
/** Stands for a character of a secret until the text is cut; storable texts never hold it. */
const hole = '\u0000';

/** Takes a destination's secrets out of what comes back: an endpoint that echoes its request must not tell them. */
export class Redaction {
  private readonly needles: readonly string[];
  private readonly longestBytes: number;

  constructor(secrets: Secrets, username?: string) {
    const plain = Object.values(secrets).filter((secret) => secret.length >= shortestSecret);
    const basic =
      username === undefined ? [] : plain.map((secret) => Buffer.from(`${username}:${secret}`).toString('base64'));
    const spelled = [...plain, ...basic, ...plain.flatMap(partsOf)].flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
    ]);
    // Longest first: a secret that holds another one must not be left in pieces.
    this.needles = [...new Set(spelled)].sort((a, b) => b.length - a.length);
    this.longestBytes = Math.max(0, ...this.needles.map((needle) => Buffer.byteLength(needle)));
  }

  of(text: string): string {
    return this.filled(this.pierced(text));
  }

  /** How much must be read so that `beginning` of so many bytes ends in no half of a secret. */
  bytesFor(keptBytes: number): number {
    return keptBytes + this.longestBytes;
  }

  /** The first bytes of a text, of which `bytesFor` as many were read. */
  beginning(text: string, keptBytes: number): string {
    const kept = Buffer.from(this.pierced(text)).subarray(0, keptBytes);
    return this.filled(kept.toString('utf8'));
  }

  /** As long as before, so that it can be cut where it would have been cut with the secrets in it. */
  private pierced(text: string): string {
    return this.needles.reduce((shown, needle) => shown.replaceAll(needle, hole.repeat(needle.length)), text);
  }

  private filled(text: string): string {
    return text.replaceAll(/\u0000+/g, secretMask);
  }
}

/**
 * What an endpoint may say of a secret without saying it whole: the token behind `Bearer`, the value of a cookie, what
 * stands beside a `{{path}}` that was filled in, a line of a key.
 */
function partsOf(secret: string): string[] {
  const parts = secret.split(/[\s=;,.]+|\{\{[^{}]*\}\}/);
  return parts.filter((part) => part !== secret && part.length >= shortestPart && !part.startsWith('-----'));
}
