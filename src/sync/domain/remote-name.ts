import { syncLimits } from '../../core/sync-limits.js';

/**
 * Characters that no store and no proxy reads in a second way: `%2F` becomes `/` in KV v2, and `..`
 * another path.
 */
const SEGMENT = /^[A-Za-z0-9_+=@.-]+$/;

export type SyncDirection = 'push' | 'pull';

/** Permission of an ExternalStore: which namespaces may use which names in which direction. */
export interface StoreAllowance {
  readonly namespaces: readonly string[];
  /** Beginning of names; `{namespace}` stands for the namespace of the sync. */
  readonly prefix: string;
  readonly directions: readonly SyncDirection[];
}

/** Name in a store, as a SecretSync asks for it. */
export interface WantedName {
  readonly namespace: string;
  readonly name: string;
  readonly directions: readonly SyncDirection[];
}

/** Name in a store with its prefix, or why the store does not permit it. */
export type PermittedName = { readonly name: string } | { readonly refused: string };

/**
 * Returns the whole name under the first allowance for the namespace that has all directions.
 * Nothing is allowed by default.
 */
export function permittedName(
  allowances: readonly StoreAllowance[],
  { namespace, name, directions }: WantedName,
): PermittedName {
  const reason = nameReason(name);
  if (reason !== undefined) return { refused: reason };
  const own = allowances.filter(({ namespaces }) => namespaces.includes(namespace));
  const allowance = own.find((one) => directions.every((way) => one.directions.includes(way)));
  if (allowance === undefined) {
    const what =
      own.length === 0 ? 'the namespace' : `the namespace to ${directions.join(' and ')}`;
    return { refused: `the store does not allow ${what}` };
  }
  if (!isPlainPrefix(allowance.prefix)) {
    return {
      refused: 'the prefix of the store must end in /, and {namespace} must be a whole segment',
    };
  }
  const whole = allowance.prefix.replaceAll('{namespace}', () => namespace) + name;
  const wholeReason = nameReason(whole);
  return wholeReason === undefined ? { name: whole } : { refused: wholeReason };
}

/** Reports whether a prefix separates namespaces: `a-` and `b` must differ from `a` and `-b`. */
export function isPlainPrefix(prefix: string): boolean {
  const segments = prefix.split('/');
  const last = segments.pop();
  return (
    last === '' &&
    segments.length > 0 &&
    segments.every((one) => one === '{namespace}' || isPlainSegment(one))
  );
}

/** Returns why a name has no single meaning in a store; undefined: it has. */
export function nameReason(name: string): string | undefined {
  const { remoteNameCharactersMax, remoteNameLevelsMax } = syncLimits;
  if (name.length > remoteNameCharactersMax) {
    return `the name in the store has more than ${remoteNameCharactersMax} characters`;
  }
  const segments = name.split('/');
  if (segments.length > remoteNameLevelsMax) {
    return `the name in the store has more than ${remoteNameLevelsMax} levels`;
  }
  const isPlain = segments.every(isPlainSegment);
  return isPlain
    ? undefined
    : 'the name in the store must have segments of letters, digits and _+=@.- between single /';
}

/** Returns the name of the secret of one key, if each key has a secret of its own. */
export function keyedName(name: string, remoteKey: string): string {
  return `${name}/${remoteKey}`;
}

function isPlainSegment(text: string): boolean {
  return SEGMENT.test(text) && text !== '.' && text !== '..';
}
