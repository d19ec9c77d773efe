export const emailMaxLength = 254;
export const usernameMinLength = 3;
export const usernameMaxLength = 64;
export const passwordMinLength = 8;
/** Longer ones gain nothing and cost hashing time. */
export const passwordMaxLength = 128;

/** No '@', so that a name can never be taken for somebody's address at login; no blanks or invisible characters. */
export const usernamePattern = /^[^\s@\p{C}]+$/u;

/** One address, one spelling: the part before the @ is told apart by case nowhere in practice. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

export function normaliseUsername(username: string): string {
  return username.trim().normalize('NFC');
}

/** A tenant's slug: readable, and by the end of its id never taken. */
export function slugFor(username: string, tenantId: string): string {
  const readable = username
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return `${readable === '' ? 'tenant' : readable}-${tenantId.slice(-12)}`;
}
