import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientMetadata, Configuration } from 'oidc-provider';

/** The public client of people: a program on their machine. */
export const USER_CLIENT = 'sallyport-cli';

/** Answers a request in place of the provider. Returns false to leave it to the provider. */
type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Settings of an issuer where people log in, with what a test changes while it runs. */
export class UserLogins {
  /** Life of an ID token. */
  idTokenSeconds = 3_600;
  /** Life of a code that a user enters on another device. */
  deviceCodeSeconds = 600;
  intercept: Intercept = () => false;
  /** Promise for which a request waits before the provider has it; undefined: it does not wait. */
  delayed: (request: IncomingMessage) => Promise<void> | undefined = () => undefined;
  /** Whether the next response of the token endpoint is lost once it was made. */
  losesTokenResponse = false;
  readonly #hasDevices: boolean;

  constructor({ hasDevices = true }: { readonly hasDevices?: boolean } = {}) {
    this.#hasDevices = hasDevices;
  }

  /** Handles what the provider must not. Returns false for a request of the provider. */
  handles(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.losesTokenResponse && request.url === '/token') {
      this.losesTokenResponse = false;
      response.end = () => response.destroy();
    }
    return this.intercept(request, response);
  }

  client(): ClientMetadata {
    const device = 'urn:ietf:params:oauth:grant-type:device_code';
    return {
      client_id: USER_CLIENT,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', ...(this.#hasDevices ? [device] : [])],
      response_types: ['code'],
      // The port is that of each login. RFC 8252, section 7.3.
      redirect_uris: ['http://127.0.0.1/callback'],
    };
  }

  features(): NonNullable<Configuration['features']> {
    return {
      // Its forms take every name and password.
      devInteractions: { enabled: true },
      deviceFlow: { enabled: this.#hasDevices },
      revocation: { enabled: true },
    };
  }

  /** Claims of an access token of a person. */
  tokenClaims(token: object): Readonly<Record<string, unknown>> {
    const { accountId } = token as { readonly accountId?: string };
    return accountId === undefined ? {} : { username: accountId, groups: ['devs'] };
  }

  settings(): Configuration {
    return {
      scopes: ['openid', 'offline_access'],
      claims: { openid: ['sub', 'username', 'groups'] },
      conformIdTokenClaims: false,
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ sub, username: sub, groups: ['devs'] }),
      }),
      ttl: {
        IdToken: () => this.idTokenSeconds,
        DeviceCode: () => this.deviceCodeSeconds,
      },
      cookies: { keys: ['of-the-test-issuer'] },
    };
  }
}
