import { isNativeError } from 'node:util/types';
import { createContext, Script } from 'node:vm';

const context = createContext({ work: undefined });
const script = new Script('work()');

/**
 * Returns the result of `work`, or undefined if the time is over. `work` may be stopped anywhere,
 * even inside a regular expression, so it must not leave partial effects. Rethrows errors of
 * `work`.
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
  // The error comes from another context with its own Error class, so `instanceof` fails.
  return isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
