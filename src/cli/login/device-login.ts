import type { OidcSettings } from '../connection/contexts.js';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { printable } from '../output/table.js';
import type { Terminal } from '../terminal.js';
import { Issuer } from './issuer.js';
import { pageUrl } from './issuer-url.js';
import type { NewTokens } from './saved-tokens.js';

/** Longest wait for a user, whatever the issuer allows. */
const LOGIN_LIMIT_SECONDS = 30 * 60;

/** Logs in with a code that the user enters on any device. RFC 8628. */
export async function deviceLogin(settings: OidcSettings, terminal: Terminal): Promise<NewTokens> {
  const issuer = await Issuer.discover(settings);
  const device = await issuer.startDevice();
  const page = pageUrl(device.verification_uri);
  if (page === undefined) {
    throw new CommandFailure('the issuer names a page without https', exitCodes.failed);
  }
  terminal.err(`open ${page}\nand enter the code ${printable(device.user_code)}\n`);
  const seconds = Math.min(device.expires_in, LOGIN_LIMIT_SECONDS);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(lateLogin()), seconds * 1_000);
  try {
    return await issuer.finishDevice(device, late.signal);
  } finally {
    clearTimeout(timer);
  }
}

function lateLogin(): CommandFailure {
  return new CommandFailure('nobody has logged in: the code has expired', exitCodes.denied);
}
