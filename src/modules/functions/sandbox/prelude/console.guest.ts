/** Gives user code a console whose lines become the call's log. */
export function installConsole(log: (level: string, message: string) => void): void {
  const { stringify } = JSON;
  const toText = String;
  const isError = (value: unknown): value is Error => value instanceof Error;
  const maxLines = 100;
  const maxLength = 1024;
  let lines = 0;

  function show(value: unknown): string {
    if (typeof value === 'string') return value;
    if (isError(value)) return `${value.name}: ${value.message}`;
    if (typeof value === 'function') return `[function ${value.name}]`;
    if (typeof value === 'object' && value !== null) {
      try {
        return stringify(value);
      } catch {
        return '[object]';
      }
    }
    return toText(value);
  }

  const writer =
    (level: string) =>
    (...values: unknown[]): void => {
      if (lines >= maxLines) return;
      lines++;
      let line = '';
      for (let at = 0; at < values.length && line.length < maxLength; at++)
        line += (at === 0 ? '' : ' ') + show(values[at]);
      log(level, line.length > maxLength ? line.slice(0, maxLength) : line);
    };

  const write = writer('log');
  const nothing = (): void => undefined;
  Object.defineProperty(globalThis, 'console', {
    value: {
      log: write,
      info: write,
      debug: write,
      trace: write,
      dir: write,
      table: write,
      warn: writer('warn'),
      error: writer('error'),
      group: nothing,
      groupEnd: nothing,
      time: nothing,
      timeEnd: nothing,
    },
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
