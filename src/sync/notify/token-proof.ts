import { decodeJwt, importJWK, jwtVerify } from 'jose';
import { keysFor, type PublicKey, readKeySet } from '../../auth/domain/key-set.js';
import { readTokenHeader, type TokenHeader } from '../../auth/domain/token-header.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { parseJson } from '../../core/parse-json.js';
import { syncLimits } from '../../core/sync-limits.js';
import type { JwtNotifySpec } from '../domain/notify-spec.js';
import { areClaimsOf, bearerToken, NOTIFY_ALGORITHMS } from './domain/token-claims.js';
import { FetchedValues, type FetchedValuesOptions } from './fetched-values.js';
import type { NotifyTransport } from './notify-transport.js';
import { type NotifyingStore, valueKey } from './store-notification.js';

type Keys = readonly PublicKey[];

export interface TokenProofDependencies extends Omit<FetchedValuesOptions, 'usedMs'> {
  readonly transport: Pick<NotifyTransport, 'read'>;
  readonly nowMs: () => number;
}

/** Proof of notifications by tokens of OpenID Connect, as Google Pub/Sub and Event Grid have. */
export class TokenProof {
  readonly #parts: TokenProofDependencies;
  readonly #keys: FetchedValues<Keys>;

  constructor(parts: TokenProofDependencies) {
    this.#parts = parts;
    const { notifyKeysUsedMs: usedMs } = syncLimits;
    this.#keys = new FetchedValues({ usedMs, clock: parts.clock, onFault: parts.onFault });
  }

  /**
   * Reports whether a header has a valid token of the sender. Throws Unavailable if the keys of
   * the issuer cannot be had, and only for a token that says it is of this sender.
   */
  async isProved(
    store: NotifyingStore,
    spec: JwtNotifySpec,
    authorization: string | undefined,
  ): Promise<boolean> {
    const token = bearerToken(authorization);
    const header = token === undefined ? { refusal: 'no token' } : readTokenHeader(token);
    if (token === undefined || 'refusal' in header) return false;
    if (!NOTIFY_ALGORITHMS.includes(header.algorithm)) return false;
    // Nothing is fetched for a token of somebody else.
    if (!areClaimsOf(decodeJwt(token), spec)) return false;
    const keys = await this.#keysFor(store, spec, header);
    for (const key of keys) if (await this.#isSigned(token, key, header, spec)) return true;
    return false;
  }

  async #keysFor(store: NotifyingStore, spec: JwtNotifySpec, header: TokenHeader): Promise<Keys> {
    const key = valueKey(store, 'keys');
    const fetch = async (): Promise<Keys> => {
      const url = new URL(spec.jwksUrl);
      return readKeySet(parseJson(await this.#parts.transport.read(url, spec.caSecret)));
    };
    const known = await this.#keys.get(key, fetch);
    if (known === undefined) {
      const retryAfterSeconds = Math.ceil(syncLimits.notifyFetchPauseMs / 1_000);
      throw unavailable('the keys of the issuer cannot be read', { retryAfterSeconds });
    }
    const found = keysFor(known, header);
    return found.length > 0 ? found : keysFor((await this.#keys.renewed(key, fetch)) ?? [], header);
  }

  async #isSigned(
    token: string,
    key: PublicKey,
    { algorithm }: TokenHeader,
    spec: JwtNotifySpec,
  ): Promise<boolean> {
    const { issuer, audience } = spec;
    const expected = {
      issuer,
      audience,
      algorithms: [algorithm],
      requiredClaims: ['exp'],
      clockTolerance: limits.tokenClockToleranceSeconds,
      currentDate: new Date(this.#parts.nowMs()),
    };
    try {
      const { payload } = await jwtVerify(token, await importJWK({ ...key }, algorithm), expected);
      return areClaimsOf(payload, spec);
    } catch {
      // Whatever is wrong: the sender is not proved.
      return false;
    }
  }
}
