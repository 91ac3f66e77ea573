import { sourceOf } from './key-name.js';

/** A key as the database knows it. */
export interface KnownKey {
  readonly id: string;
  readonly provider: string;
  readonly state: 'active' | 'decrypt-only' | 'retired';
}

/** What a start has at hand, and what needs which key. */
export interface KeyNeeds {
  /** Ids of the sources that settings name and have not retired. */
  readonly sources: ReadonlySet<string>;
  /** How many versions are under a key. */
  readonly versions: ReadonlyMap<string, number>;
  /** The key that the secret for MACs is under. */
  readonly macWrapper: string | undefined;
}

export type KeyPlan =
  /** Its source must have it. `isNeeded`: something is under it. */
  | { readonly kind: 'load'; readonly isNeeded: boolean }
  /** It was given again. */
  | { readonly kind: 'revive' }
  /** Nothing is under it, and nobody names it any more. */
  | { readonly kind: 'retire' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'refuse'; readonly reason: string };

const GIVEN: readonly string[] = ['file', 'environment'];

/** What is to be done at a start about a key that the database knows. */
export function planKey(key: KnownKey, needs: KeyNeeds): KeyPlan {
  const versions = needs.versions.get(key.id) ?? 0;
  const isNeeded = versions > 0 || needs.macWrapper === key.id;
  const isNamed = needs.sources.has(sourceOf(key.id));
  if (isNamed && key.state !== 'retired') return { kind: 'load', isNeeded };
  if (isNamed && GIVEN.includes(key.provider)) return { kind: 'revive' };
  if (isNeeded) return { kind: 'refuse', reason: refusal(key, versions) };
  return { kind: key.state === 'decrypt-only' ? 'retire' : 'leave' };
}

/** The ids among those that versions are under which the database does not know at all. */
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
