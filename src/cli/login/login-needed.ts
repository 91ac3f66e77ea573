import type { ContextLogin } from '../connection/connection-settings.js';
import { CommandFailure, exitCodes } from '../exit-code.js';

/** Returns the failure of a login that only the user can repair. */
export function loginNeeded({ name }: Pick<ContextLogin, 'name'>, state: string): CommandFailure {
  const advice = `log in again: sallyport login --context ${name}`;
  return new CommandFailure(`the login of the context ${name} ${state}`, exitCodes.denied, advice);
}
