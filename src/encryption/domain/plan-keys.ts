import { sourceOf } from './key-name.js';

/** Key in the database. */
export interface KnownKey {
  readonly id: string;
  readonly provider: string;
  readonly state: 'active' | 'decrypt-only' | 'retired';
}

/** Keys that are available at a start, and data that needs them. */
export interface KeyNeeds {
  /** Ids of the configured sources that are not retired. */
  readonly sources: ReadonlySet<string>;
  /** Number of versions under each key. */
  readonly versions: ReadonlyMap<string, number>;
  /** Key that wraps the secret for MACs. */
  readonly macWrapper: string | undefined;
}

export type KeyPlan =
  /** Its source must have it. `isNeeded`: something is under it. */
  | { readonly kind: 'load'; readonly isNeeded: boolean }
  /** The key was provided again. */
  | { readonly kind: 'revive' }
  /** No version uses it, and no configuration names it any more. */
  | { readonly kind: 'retire' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'refuse'; readonly reason: string };

const GIVEN: readonly string[] = ['file', 'environment'];

/** Plans what a start does with a key in the database. */
export function planKey(key: KnownKey, needs: KeyNeeds): KeyPlan {
  const versions = needs.versions.get(key.id) ?? 0;
  const isNeeded = versions > 0 || needs.macWrapper === key.id;
  const isNamed = needs.sources.has(sourceOf(key.id));
  if (isNamed && key.state !== 'retired') return { kind: 'load', isNeeded };
  if (isNamed && GIVEN.includes(key.provider)) return { kind: 'revive' };
  if (isNeeded) return { kind: 'refuse', reason: refusal(key, versions) };
  return { kind: key.state === 'decrypt-only' ? 'retire' : 'leave' };
}

/** Returns the ids of keys with versions that the database does not know at all. */
export function unknownKeys(
  known: readonly KnownKey[],
  versions: ReadonlyMap<string, number>,
): readonly string[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...versions].filter(([id, count]) => count > 0 && !ids.has(id)).map(([id]) => id);
}

function refusal({ id, state }: KnownKey, versions: number): string {
  const needing = versions === 0 ? 'history still needs it' : `${versions} versions are under it`;
  const what = state === 'retired' ? 'is retired' : 'is missing from encryption.keys';
  return (
    `the encryption key ${id} ${what}, but ${needing}: name it as decrypt-only, ` +
    'and move what is under it with sallyport keys rewrap'
  );
}
