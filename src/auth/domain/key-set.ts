import { limits } from '../../core/limits.js';
import type { TokenHeader } from './token-header.js';

/** Public key of a JSON Web Key Set (RFC 7517), with no unused member. */
export interface PublicKey {
  readonly kid: string;
  readonly kty: string;
  readonly alg?: string;
  readonly crv?: string;
  readonly n?: string;
  readonly e?: string;
  readonly x?: string;
  readonly y?: string;
}

const TEXT_MEMBERS = ['alg', 'crv', 'n', 'e', 'x', 'y'] as const;
const SAME_ID_MAX = 4;

/** Key type and curve that an algorithm needs (RFC 7518 section 3.1, RFC 8037). */
const NEEDS: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = {
  RS: { kty: 'RSA' },
  PS: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
};

/** Returns keys that may verify signatures; throws if the set is invalid or has none. */
export function readKeySet(document: unknown): readonly PublicKey[] {
  const keys = (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) throw new Error('no key set');
  if (keys.length > limits.jwksKeysMax) throw new Error(`more than ${limits.jwksKeysMax} keys`);
  const usable = keys.flatMap((key: unknown) => readKey(key) ?? []);
  if (usable.length === 0) throw new Error('no key that verifies signatures');
  return usable;
}

/** Returns the keys that may have signed a token with this header, by id and algorithm. */
export function keysFor(keys: readonly PublicKey[], header: TokenHeader): readonly PublicKey[] {
  const { algorithm, keyId } = header;
  const needs = NEEDS[algorithm] ?? NEEDS[algorithm.slice(0, 2)];
  const fitting = keys.filter(
    ({ kid, kty, crv, alg }) =>
      kid === keyId &&
      kty === needs?.kty &&
      (needs.crv === undefined || crv === needs.crv) &&
      (alg === undefined || alg === algorithm),
  );
  return fitting.slice(0, SAME_ID_MAX);
}

function readKey(key: unknown): PublicKey | undefined {
  if (typeof key !== 'object' || key === null) return undefined;
  const { kid, kty, use, key_ops: operations, ...rest } = key as Record<string, unknown>;
  if (typeof kid !== 'string' || typeof kty !== 'string') return undefined;
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP') return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return undefined;
  }
  const members = TEXT_MEMBERS.flatMap((name) => {
    const value = rest[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { kid, kty, ...Object.fromEntries(members) };
}
