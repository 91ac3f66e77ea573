import type { OidcSettings } from '../connection/contexts.js';
import type { Terminal } from '../terminal.js';
import { Issuer } from './issuer.js';
import { LoopbackRedirect } from './loopback-redirect.js';
import { openBrowser } from './open-browser.js';
import type { NewTokens } from './saved-tokens.js';

/** Time in which the user must have logged in. */
const LOGIN_LIMIT_MS = 5 * 60_000;

/** Logs in with an authorization code and PKCE, in a browser of this machine. RFC 8252. */
export async function codeLogin(
  settings: OidcSettings,
  terminal: Terminal,
  { opensBrowser }: { readonly opensBrowser: boolean },
): Promise<NewTokens> {
  const issuer = await Issuer.discover(settings);
  const redirect = await LoopbackRedirect.open();
  try {
    const checks = Issuer.checks(redirect.redirectUri);
    const authorizationUrl = await issuer.authorizationUrl(checks);
    const waiting = redirect.wait({ authorizationUrl, state: checks.state }, LOGIN_LIMIT_MS);
    terminal.err(`log in with a browser of this machine:\n${authorizationUrl.href}\n`);
    if (opensBrowser && terminal.isErrorTerminal) {
      openBrowser(redirect.startUrl(), terminal.env);
    }
    return await issuer.exchange(await waiting, checks);
  } finally {
    redirect.close();
  }
}
