import { parseJson } from '../../../core/parse-json.js';

/** Public key in a JWK set: its type and its purpose. RFC 7517, section 4. */
export type PublicJwk = Readonly<Record<string, string>>;

/** Public members of each kind of key. RFC 7518 section 6, RFC 8037 section 2. */
const publicMembers: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['OKP', ['crv', 'x']],
  ['EC', ['crv', 'x', 'y']],
  ['RSA', ['n', 'e']],
]);

/**
 * Returns the public members of a key; undefined for anything but a public-key JWK. `oct` has no
 * public half.
 */
export function publicJwk(jwk: unknown): PublicJwk | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(jwk));
  const required = publicMembers.get(members.get('kty'));
  if (required === undefined) return undefined;
  const chosen = ['kty', ...required, 'kid', 'use', 'alg'].flatMap((name) => {
    const value = members.get(name);
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const picked = Object.fromEntries(chosen);
  return required.every((name) => Object.hasOwn(picked, name)) ? picked : undefined;
}

/**
 * Returns the JSON of a set: the new key first, then the first `keepOld` keys of the current set. A
 * current value that is no JWK set, or that has other content, adds nothing.
 */
export function joinKeySet(
  newKey: PublicJwk,
  currentSet: Uint8Array | undefined,
  keepOld: number,
): string {
  const old = keysOf(currentSet)
    .map((jwk) => publicJwk(jwk))
    .filter((jwk) => jwk !== undefined);
  return JSON.stringify({ keys: [newKey, ...old.slice(0, keepOld)] });
}

function keysOf(set: Uint8Array | undefined): readonly unknown[] {
  if (set === undefined) return [];
  try {
    const { keys } = Object(parseJson(set)) as { readonly keys?: unknown };
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}
