import type { SandboxError, SandboxErrorCode } from '../sandbox.contract.js';
import { cleanText } from './text.rules.js';

/** The name under which the user's source is compiled. */
export const USER_FILE = 'function.js';
/** Only the compiler leaves a stack that begins outside of any function. */
const BY_COMPILER = /^\s*at function\.js:\d+:\d+\s*$/;
const PLACE = /function\.js:(\d+):(\d+)/;

/** What the guest says about an error: see entry.guest.ts. User code may have spoilt all but the code on its way into JSON. */
interface GuestError {
  code: SandboxErrorCode;
  message?: unknown;
  stack?: unknown;
}

/** An error's place in the user's source, from the first line of its stack that lies there. `firstLineShift` is what the host wrote before the source. */
export function guestError(json: string, firstLineShift: number): SandboxError {
  const { code, ...said } = JSON.parse(json) as GuestError;
  const message = typeof said.message === 'string' ? said.message : 'something was thrown that cannot be shown';
  const stack = typeof said.stack === 'string' ? said.stack : '';
  const isSyntax = code === 'sandbox.threw' && message.startsWith('SyntaxError') && BY_COMPILER.test(stack);
  const error: SandboxError = { code: isSyntax ? 'sandbox.syntax_error' : code, message: cleanText(message) };
  const place = PLACE.exec(stack);
  if (place === null) return error;
  const line = Number(place[1]);
  const column = Number(place[2]) - (line === 1 ? firstLineShift : 0);
  return { ...error, line, column: Math.max(1, column) };
}
