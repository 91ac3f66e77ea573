import type { ContextLogin } from '../connection/connection-settings.js';
import type { OidcSettings } from '../connection/contexts.js';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { withoutSignals } from '../signals/without-signals.js';
import type { Terminal } from '../terminal.js';
import type { CredentialStore } from './credential-store.js';
import { credentialStore } from './stored-login.js';
import { Issuer, NoIdToken, REQUEST_TIMEOUT_SECONDS } from './issuer.js';
import { issuerFailure, refusalOf } from './issuer-failure.js';
import { loginPaths } from './login-folder.js';
import { loginNeeded } from './login-needed.js';
import { LockTimeout, withProcessLock } from './process-lock.js';
import { type SavedTokens, claimsOf, validityOf } from './saved-tokens.js';
import { isFor, tokensFor } from './tokens-for.js';

/** Login of a context that names an issuer. */
type IssuedLogin = ContextLogin & { readonly oidc: OidcSettings };

/** The process that renews sends two requests: discovery and the renewal. */
const LOCK_WAIT_MS = 3 * REQUEST_TIMEOUT_SECONDS * 1_000;

/**
 * Renews the tokens of a login, once for all processes that need it: a refresh token can often be
 * used only once. A token that has not ended is used if it cannot be renewed. If the response of
 * the issuer is lost, the stored refresh token may be used up; then the next renewal is refused,
 * and the user must log in again. Throws CommandFailure.
 */
export async function renewedTokens(
  login: IssuedLogin,
  terminal: Terminal,
  refused: string | undefined,
): Promise<SavedTokens> {
  const store = await credentialStore(login, terminal);
  const { lock } = loginPaths(terminal, login.name);
  try {
    return await withProcessLock(lock, LOCK_WAIT_MS, () => renewLocked(login, store, refused));
  } catch (error) {
    const tokens = await store.read();
    const isOwn = tokens !== undefined && isFor(tokens, login);
    if (isOwn && isUsable(tokens, refused)) return tokens;
    if (!(error instanceof LockTimeout)) throw error;
    const message = `another process renews the login of the context ${login.name}: try again`;
    throw new CommandFailure(message, exitCodes.unreachable);
  }
}

async function renewLocked(
  login: IssuedLogin,
  store: CredentialStore,
  refused: string | undefined,
): Promise<SavedTokens> {
  const tokens = await tokensFor(login, store);
  const isFresh = validityOf(tokens, Date.now()) === 'fresh' && tokens.token !== refused;
  if (isFresh) return tokens;
  if (tokens.refreshToken === undefined) throw loginNeeded(login, 'has expired');
  if (!isOfClient(tokens, login)) throw loginNeeded(login, 'is of another issuer or client');
  const issuer = await Issuer.discover(login.oidc);
  // Before the refresh token is used up: a full disk fails here.
  await store.write(tokens);
  return withoutSignals(() => renewAndStore({ login, store, issuer, tokens }));
}

interface Renewal {
  readonly login: IssuedLogin;
  readonly store: CredentialStore;
  readonly issuer: Issuer;
  readonly tokens: SavedTokens;
}

async function renewAndStore({ login, store, issuer, tokens }: Renewal): Promise<SavedTokens> {
  const { refreshToken = '', address } = tokens;
  const keep = (rotated: string): Promise<void> => {
    return store.write({ ...tokens, refreshToken: rotated });
  };
  try {
    const issued = await issuer.renew(refreshToken, keep);
    const renewed = { ...issued, address, renewedAtSeconds: Math.floor(Date.now() / 1_000) };
    if (isOfSameUser(renewed, tokens)) {
      await store.write(renewed);
      return renewed;
    }
  } catch (error) {
    if (error instanceof NoIdToken) throw withAdvice(error, login);
    if (refusalOf(error) !== 'invalid_grant') throw issuerFailure(error);
    const { refreshToken: _refused, ...others } = tokens;
    await store.write(others);
    throw loginNeeded(login, 'has ended at the issuer');
  }
  await store.remove();
  throw loginNeeded(login, 'was renewed for another user, and is removed');
}

/** Reports whether a renewed token is of the user who has logged in. OpenID Connect Core 12.2. */
function isOfSameUser(renewed: SavedTokens, { token }: SavedTokens): boolean {
  return claimsOf(renewed.token)?.sub === claimsOf(token)?.sub;
}

function withAdvice({ message }: NoIdToken, { name }: IssuedLogin): CommandFailure {
  const advice = `log in again: sallyport login --context ${name}, or with --token access too`;
  return new CommandFailure(message, exitCodes.denied, advice);
}

/** Reports whether the issuer of a context gets the refresh token that it has issued. */
function isOfClient({ issuer, clientId }: SavedTokens, { oidc }: IssuedLogin): boolean {
  return issuer === oidc.issuer && clientId === oidc.clientId;
}

function isUsable(tokens: SavedTokens, refused: string | undefined): boolean {
  return tokens.token !== refused && validityOf(tokens, Date.now()) !== 'expired';
}
