import { secretMask, type Secrets } from '../config/secrets.rules.js';

/** Shorter texts are found everywhere; masking them would only destroy what is shown. */
const shortestSecret = 4;

/** Takes an integration's secrets out of what comes back: an endpoint that echoes its request must not tell them. */
export class Redaction {
  private readonly needles: readonly string[];

  constructor(secrets: Secrets, username?: string) {
    const plain = Object.values(secrets).filter((secret) => secret.length >= shortestSecret);
    const basic =
      username === undefined ? [] : plain.map((secret) => Buffer.from(`${username}:${secret}`).toString('base64'));
    const spelled = [...plain, ...basic].flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
    ]);
    // Longest first: a secret that holds another one must not be left in pieces.
    this.needles = [...new Set(spelled)].sort((a, b) => b.length - a.length);
  }

  of(text: string): string {
    return this.needles.reduce((shown, needle) => shown.replaceAll(needle, secretMask), text);
  }
}
