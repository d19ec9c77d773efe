const maxCauses = 5;

export interface SafeError {
  type: string;
  message: string;
  stack: string | undefined;
  code?: string;
  constraint?: string;
  cause?: SafeError;
}

/**
 * What the log keeps of an error. Only named fields: a database error also carries the failed statement's parameters and
 * the row that it failed on, an HTTP client's the request with its headers.
 */
export function safeError(error: unknown, depth = 0): SafeError | undefined {
  if (!(error instanceof Error)) {
    return error === undefined || error === null
      ? undefined
      : {
          type: typeof error,
          message: typeof error === 'string' ? error : 'something that is no Error was thrown',
          stack: undefined,
        };
  }
  const cause = depth < maxCauses ? safeError(error.cause, depth + 1) : undefined;
  return {
    type: error.constructor.name,
    message: error.message,
    stack: error.stack,
    ...textField(error, 'code'),
    ...textField(error, 'constraint'),
    ...(cause === undefined ? {} : { cause }),
  };
}

function textField(error: Error, name: 'code' | 'constraint'): Partial<Record<typeof name, string>> {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? { [name]: value } : {};
}
