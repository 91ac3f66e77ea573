import { isNativeError } from 'node:util/types';
import { createContext, Script } from 'node:vm';

const context = createContext({ work: undefined });
const script = new Script('work()');

/**
 * What `work` returns, or undefined if it takes longer: it is stopped wherever it is, even inside
 * of a regular expression, so it must leave nothing half done. Errors that it throws pass through.
 */
export function runWithin<T>(msMax: number, work: () => T): T | undefined {
  try {
    context['work'] = work;
    return script.runInContext(context, { timeout: msMax }) as T;
  } catch (error) {
    if (isTimeout(error)) return undefined;
    throw error;
  } finally {
    context['work'] = undefined;
  }
}

function isTimeout(error: unknown): boolean {
  // It is made in the other context, whose Error is another one.
  return isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
