import { CommandFailure, exitCodes } from '../exit-code.js';
import { printable } from '../output/table.js';

const TEXT_LENGTH_MAX = 200;

/** Errors of RFC 6749 and RFC 8628 that a user causes, as the user reads them. */
const refusals: Readonly<Record<string, string>> = {
  access_denied: 'the login was denied at the issuer',
  expired_token: 'the code has expired: log in again',
  invalid_grant: 'the issuer does not accept the login any more',
  login_required: 'the issuer needs a new login',
};

/** Returns a failure in one sentence; texts of the issuer are shortened and printable. */
export function issuerFailure(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const wrapped = [error, causeOf(error)].find((one) => one instanceof CommandFailure);
  if (wrapped instanceof CommandFailure) return wrapped;
  const refusal = refusalOf(error);
  if (refusal !== undefined) return refused(refusal, error);
  const timedOut = nameOf(error) === 'TimeoutError' || codeOf(error) === 'OAUTH_TIMEOUT';
  if (timedOut) return unreachable('it did not respond in time');
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return unreachable(codeOf(causeOf(error)) ?? 'the connection failed');
  }
  const message = `the response of the issuer cannot be used: ${shown(messageOf(error))}`;
  return new CommandFailure(message, exitCodes.failed);
}

/** Returns the error code of an issuer that has refused a request; undefined for other errors. */
export function refusalOf(error: unknown): string | undefined {
  const { error: code } = Object(error) as { readonly error?: unknown };
  return typeof code === 'string' ? code : undefined;
}

function refused(code: string, error: unknown): CommandFailure {
  const { error_description: text } = Object(error) as { readonly error_description?: unknown };
  const reason = refusals[code] ?? `the issuer has refused the login: ${shown(code)}`;
  const details = typeof text === 'string' && text !== '' ? ` (${shown(text)})` : '';
  return new CommandFailure(reason + details, exitCodes.denied);
}

function unreachable(reason: string): CommandFailure {
  return new CommandFailure(`the issuer cannot be reached: ${reason}`, exitCodes.unreachable);
}

function shown(text: string): string {
  return printable(text.slice(0, TEXT_LENGTH_MAX));
}

function causeOf(error: unknown): unknown {
  return (Object(error) as { readonly cause?: unknown }).cause;
}

function nameOf(error: unknown): unknown {
  return (Object(error) as { readonly name?: unknown }).name;
}

/** Returns the message of the check that has failed: the library wraps it in a general one. */
function messageOf(error: unknown): string {
  const cause = causeOf(error);
  if (cause instanceof Error) return cause.message;
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
