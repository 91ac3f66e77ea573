import { createHash } from 'node:crypto';
import { unauthorized } from '../model/api-status.js';
import type { UserInfo } from '../model/identity.js';
import { parseBearerToken } from './bearer-token.js';
import type { ClientCertificate } from './client-certificate.js';
import type { ServiceAccountTokens } from './service-account-tokens.js';
import { TokenRefused } from './token-refused.js';

/** Credentials of a request. */
export interface Credential {
  /** `Authorization` header field. */
  readonly authorization: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
}

/** User of a request without credentials. */
export const anonymousUser: UserInfo = {
  username: 'system:anonymous',
  uid: '',
  groups: ['system:unauthenticated'],
  extra: {},
};

/**
 * Identifies the user of a request, from a client certificate or else from a ServiceAccount token.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/
 */
export class Authenticator {
  readonly #tokens: ServiceAccountTokens;

  constructor(tokens: ServiceAccountTokens) {
    this.#tokens = tokens;
  }

  /** Throws Unauthorized if the request has credentials and none of them is valid. */
  authenticate({ authorization, clientCertificate }: Credential): UserInfo {
    if (clientCertificate?.isTrusted === true && clientCertificate.commonName !== '') {
      return certificateUser(clientCertificate);
    }
    const { token } = parseBearerToken(authorization);
    if (token !== undefined) return this.#tokenUser(token);
    if (clientCertificate?.isTrusted === false) throw unauthorized();
    return anonymousUser;
  }

  #tokenUser(token: string): UserInfo {
    try {
      return this.#tokens.verify(token).user;
    } catch (error) {
      if (error instanceof TokenRefused) throw unauthorized();
      throw error;
    }
  }
}

function certificateUser(certificate: ClientCertificate): UserInfo {
  const { commonName, organizations, uid, raw } = certificate;
  const isComplete =
    commonName === anonymousUser.username ||
    organizations.includes('system:authenticated') ||
    organizations.includes('system:unauthenticated');
  const fingerprint = createHash('sha256').update(raw).digest('hex');
  return {
    username: commonName,
    uid,
    groups: isComplete ? organizations : [...organizations, 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] },
  };
}
