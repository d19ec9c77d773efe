import { createHmac } from 'node:crypto';

const secretPrefix = 'whsec_';

/** What a Standard Webhooks signature covers. */
export interface SignedRequest {
  /** The delivery's id, the same at every attempt. */
  id: string;
  timestampSeconds: number;
  body: string;
}

/**
 * The value of `webhook-signature`: one `v1,<base64>` for each secret, so that during a rotation receivers with the old
 * secret and those with the new one both find theirs. See https://www.standardwebhooks.com.
 */
export function signatureOf({ id, timestampSeconds, body }: SignedRequest, secrets: readonly string[]): string {
  const content = `${id}.${timestampSeconds}.${body}`;
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
      return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
    })
    .join(' ');
}
