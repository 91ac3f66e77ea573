import { limits } from '../core/limits.js';
import { discoveredKeysUrlProblem, discoveryUrlOf } from './domain/issuer-url.js';
import { type PublicKey, readKeySet } from './domain/key-set.js';
import { fetchJson } from './fetch-json.js';

/** Location of an issuer's keys: its discovery document, or a configured address. */
export interface KeysPlace {
  readonly issuer: string;
  readonly discoveryUrl?: string | undefined;
  readonly jwksUrl?: string | undefined;
  readonly certificateAuthority?: string | undefined;
}

/** Fetches the current keys of an issuer (OpenID Connect Discovery 1.0, section 4). */
export async function fetchIssuerKeys(place: KeysPlace): Promise<readonly PublicKey[]> {
  const { certificateAuthority } = place;
  const url = place.jwksUrl ?? (await fetchJwksUrl(place));
  return readKeySet(await fetchJson(url, { bytesMax: limits.jwksBytesMax, certificateAuthority }));
}

/** Fetches the document, which must name the requested issuer. */
async function fetchJwksUrl(place: KeysPlace): Promise<string> {
  const { issuer, discoveryUrl = discoveryUrlOf(issuer), certificateAuthority } = place;
  const bytesMax = limits.jwksBytesMax;
  const document = await fetchJson(discoveryUrl, { bytesMax, certificateAuthority });
  const { issuer: named, jwks_uri: url } = (document ?? {}) as Record<string, unknown>;
  if (named !== issuer) throw new Error('the discovery document names another issuer');
  if (typeof url !== 'string') throw new Error('the discovery document names no jwks_uri');
  const problem = discoveredKeysUrlProblem(url, discoveryUrl);
  if (problem !== undefined) throw new Error(`jwks_uri of the discovery document: ${problem}`);
  return url;
}
