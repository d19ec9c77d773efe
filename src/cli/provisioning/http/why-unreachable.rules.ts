/** What a request that got no answer tells its technician. */
export interface Unreachable {
  why: string;
  cure: string;
  /** Whether it may be otherwise in a moment. */
  isForNow: boolean;
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
]);

/** `at` is where the file names the address. */
export function whyUnreachable(error: unknown, at: string): Unreachable {
  const code = codeOf(error);
  if (untrusted.has(code)) {
    return {
      why: `TLS is not trusted: nobody whom this machine trusts has signed the server’s certificate (${code})`,
      cure: 'give the certificate of your own authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem npx fieldline provision …',
      isForNow: false,
    };
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      why: `TLS is not trusted: by this machine’s clock the server’s certificate is out of its time (${code})`,
      cure: 'set the clock of this machine; if it is right, the server needs a new certificate',
      isForNow: false,
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      why: 'TLS is not trusted: the server’s certificate is for another name',
      cure: `use the name for which it was made in ${at}`,
      isForNow: false,
    };
  }
  if (/^(?:ERR_SSL|EPROTO)/.test(code)) {
    return {
      why: `the port does not speak TLS (${code})`,
      cure: `check https:// and the port in ${at}`,
      isForNow: false,
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      why: `the name of the server is not known (${code})`,
      cure: `check the network, and the name in ${at}`,
      isForNow: true,
    };
  }
  if (code === 'ECONNREFUSED') {
    return {
      why: 'nothing listens there (ECONNREFUSED)',
      cure: `start the server, or check the address and port in ${at}`,
      isForNow: true,
    };
  }
  const why = isTimeout(error)
    ? 'it did not answer in time'
    : `the connection failed (${code === '' ? reasonOf(error) : code})`;
  return {
    why,
    cure: `check network and firewall, and the address in ${at}`,
    isForNow: code !== '' || isTimeout(error),
  };
}

/** fetch puts the reason into the cause, and of several addresses into the first of its errors. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  const all: unknown[] = error instanceof AggregateError ? error.errors : [];
  return codeOf(error.cause ?? all[0]);
}

/** The end of a request’s time is no Error where another realm made it. */
function isTimeout(error: unknown): boolean {
  if (typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError') return true;
  return ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'].includes(codeOf(error));
}

/** As of a port that fetch never uses. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}
