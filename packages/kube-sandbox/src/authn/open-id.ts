import type { JsonObject } from '../model/kube-object.js';
import type { SigningKey } from './signing-key.js';

/** Content type of `/openid/v1/jwks`; both responses have `Cache-Control: public, max-age=3600`. */
export const jwksContentType = 'application/jwk-set+json';
export const openIdCacheControl = 'public, max-age=3600';

/** Returns the body of `/openid/v1/jwks`: RFC 7517, section 5. */
export function jwksOf(key: SigningKey): JsonObject {
  return { keys: [{ ...key.jwk }] };
}

/**
 * Returns the body of `/.well-known/openid-configuration`; `serverUrl` has no trailing slash.
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export function openIdConfigurationOf(
  key: SigningKey,
  issuer: string,
  serverUrl: string,
): JsonObject {
  return {
    issuer,
    jwks_uri: `${serverUrl}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [key.jwk.alg],
  };
}
