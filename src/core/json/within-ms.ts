import { createContext, Script } from 'node:vm';
import { errorCodeOf } from '../errors/error-code.js';

/** The work was ended because it took too long. */
export class RanTooLong extends Error {}

// Only its clock is of use: the work is ours and sees nothing of this context.
const context = createContext({});
const script = new Script('work()');

/**
 * Runs work that does not wait for anything, and ends it when it takes too long, even in the middle of a regular
 * expression that backtracks for ever.
 *
 * @throws RanTooLong
 */
export function withinMs<T>(ms: number, work: () => T): T {
  context['work'] = work;
  try {
    return script.runInContext(context, { timeout: ms }) as T;
  } catch (error) {
    const isOurs = errorCodeOf(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw isOurs ? new RanTooLong(`it took longer than ${ms.toString()} ms`) : error;
  } finally {
    delete context['work'];
  }
}
