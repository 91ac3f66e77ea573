import * as client from 'openid-client';
import type { OidcSettings } from '../connection/contexts.js';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { boundedFetch } from './bounded-fetch.js';
import { issuerFailure } from './issuer-failure.js';
import { issuerUrl } from './issuer-url.js';
import { type NewTokens, claimsOf } from './saved-tokens.js';

/** Time limit of a request: the response to a renewal that comes later is lost. */
export const REQUEST_TIMEOUT_SECONDS = 15;
const OFFLINE = 'offline_access';

/** Response to a renewal that has no token for the gateway. */
export class NoIdToken extends Error {
  override readonly name = 'NoIdToken';
}

/** Random values that protect one login by authorization code. */
export interface CodeChecks {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** PKCE. RFC 7636. */
  readonly verifier: string;
}

/** An issuer that its discovery document describes, and the public client of the user. */
export class Issuer {
  readonly #settings: OidcSettings;
  readonly #configuration: client.Configuration;

  private constructor(settings: OidcSettings, configuration: client.Configuration) {
    this.#settings = settings;
    this.#configuration = configuration;
  }

  /** Reads the discovery document. Throws UsageError, and CommandFailure. */
  static async discover(settings: OidcSettings): Promise<Issuer> {
    const url = issuerUrl(settings.issuer);
    const options = {
      [client.customFetch]: boundedFetch as client.CustomFetch,
      timeout: REQUEST_TIMEOUT_SECONDS,
      ...(url.protocol === 'http:' && { execute: [client.allowInsecureRequests] }),
    };
    const { clientId } = settings;
    const found = client.discovery(url, clientId, undefined, client.None(), options);
    return new Issuer(settings, await found.catch(fail));
  }

  /** Returns a new set of random values. */
  static checks(redirectUri: string): CodeChecks {
    const state = client.randomState();
    return {
      ...{ redirectUri, state, nonce: client.randomNonce() },
      verifier: client.randomPKCECodeVerifier(),
    };
  }

  async authorizationUrl({ redirectUri, state, nonce, verifier }: CodeChecks): Promise<URL> {
    return client.buildAuthorizationUrl(this.#configuration, {
      ...this.#asked(),
      ...{ redirect_uri: redirectUri, state, nonce },
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // OpenID Connect Core 11: without a consent, there is no refresh token.
      ...(this.#scopes().includes(OFFLINE) && { prompt: 'consent' }),
    });
  }

  /** Exchanges the code of a redirect. Checks state, nonce and issuer (RFC 9207). */
  async exchange(redirected: URL, { state, nonce, verifier }: CodeChecks): Promise<NewTokens> {
    const answer = client.authorizationCodeGrant(
      this.#configuration,
      redirected,
      { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
      this.#resource(),
    );
    return this.#tokensOf(await answer.catch(fail));
  }

  /** Asks for a code that the user enters on another device. RFC 8628. */
  async startDevice(): Promise<client.DeviceAuthorizationResponse> {
    if (this.#metadata.device_authorization_endpoint === undefined) {
      const message = 'the issuer has no device authorization: log in without --device';
      throw new CommandFailure(message, exitCodes.failed);
    }
    return client.initiateDeviceAuthorization(this.#configuration, this.#asked()).catch(fail);
  }

  /** Waits until the user has entered the code, as slowly as the issuer asks. */
  async finishDevice(
    device: client.DeviceAuthorizationResponse,
    signal: AbortSignal,
  ): Promise<NewTokens> {
    const answer = client.pollDeviceAuthorizationGrant(
      this.#configuration,
      device,
      this.#resource(),
      { signal },
    );
    return this.#tokensOf(await answer.catch(fail));
  }

  /**
   * Exchanges the refresh token. `keep` stores the refresh token that replaces it, before anything
   * is checked. The error of an issuer that refuses the token is thrown as it is.
   */
  async renew(refreshToken: string, keep: (rotated: string) => Promise<void>): Promise<NewTokens> {
    let rotated: string | undefined;
    const fetched: client.CustomFetch = async (url, options) => {
      const response = await boundedFetch(url, options as RequestInit);
      rotated = await refreshTokenIn(response.clone());
      return response;
    };
    this.#configuration[client.customFetch] = fetched;
    const grant = client.refreshTokenGrant(this.#configuration, refreshToken, this.#resource());
    const [answer] = await Promise.allSettled([grant]);
    if (rotated !== undefined) await keep(rotated);
    if (answer.status === 'rejected') throw answer.reason;
    if (this.#settings.token !== 'access' && answer.value.id_token === undefined) {
      // OpenID Connect Core 12.2 allows that.
      throw new NoIdToken('the issuer has renewed the login without an ID token');
    }
    return { refreshToken, ...this.#tokensOf(answer.value) };
  }

  /** Revokes a refresh token. RFC 7009. Returns false if the issuer cannot do that. */
  async revoke(refreshToken: string): Promise<boolean> {
    if (this.#metadata.revocation_endpoint === undefined) return false;
    const hint = { token_type_hint: 'refresh_token' };
    await client.tokenRevocation(this.#configuration, refreshToken, hint).catch(fail);
    return true;
  }

  get #metadata(): client.ServerMetadata {
    return this.#configuration.serverMetadata();
  }

  #asked(): Record<string, string> {
    return { scope: this.#scopes().join(' '), ...this.#resource() };
  }

  #resource(): Record<string, string> {
    const { resource } = this.#settings;
    return resource === undefined ? {} : { resource };
  }

  #scopes(): readonly string[] {
    const offline = this.#metadata.scopes_supported?.includes(OFFLINE) === true ? [OFFLINE] : [];
    return [...new Set(['openid', ...(this.#settings.scopes ?? []), ...offline])];
  }

  #tokensOf(answer: client.TokenEndpointResponse): NewTokens {
    const { issuer, clientId, token: kind = 'id' } = this.#settings;
    const token = kind === 'id' ? answer.id_token : answer.access_token;
    const claims = claimsOf(token ?? '');
    if (token === undefined || claims === undefined) {
      const message =
        kind === 'id' ? 'the issuer has sent no ID token' : 'the access tokens are no JWTs';
      throw new CommandFailure(message, exitCodes.failed, 'log in with another --token or --scope');
    }
    return {
      ...{ issuer, clientId, token },
      ...(claims.exp !== undefined && { expiresAtSeconds: claims.exp }),
      ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    };
  }
}

/** Returns the refresh token of a response, whatever else it has; undefined if it has none. */
async function refreshTokenIn(response: Response): Promise<string | undefined> {
  const body: unknown = await response.json().catch(() => undefined);
  const { refresh_token: found } = Object(body) as { readonly refresh_token?: unknown };
  return response.ok && typeof found === 'string' ? found : undefined;
}

function fail(error: unknown): never {
  throw issuerFailure(error);
}
