import { ALL_KEYS } from '../../../audit/domain/audit-event.js';
import { isRecord, membersOf } from '../../../secrets/domain/body-members.js';
import type { SentKeys } from './sent-keys.js';
import { listOf, objectOf } from './shown-secrets.js';

/** Names of the keys of a Secret before and after a write; undefined if they are not known. */
export interface KeyStates {
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[] | undefined;
}

/** Returns the keys of a write as announced, before its answer reveals more. */
export function announcedKeys({ names, others }: SentKeys): readonly string[] {
  return others === 'none' ? names : [ALL_KEYS, ...names];
}

/**
 * Returns sorted names of the keys that a write has touched, and perhaps some more. If the states
 * do not show which, all their keys; if a state is unknown, all keys there may be.
 */
export function touchedKeys(
  { names, others }: SentKeys,
  { before, after }: KeyStates,
): readonly string[] {
  if (others === 'none') return names;
  const present = new Set(after);
  const possible = others === 'any' ? [...(before ?? []), ...present] : [];
  const gone = (before ?? []).filter((key) => !present.has(key));
  const unknown = before === undefined || after === undefined ? [ALL_KEYS] : [];
  return [...new Set([...unknown, ...names, ...possible, ...gone])].toSorted();
}

/** Returns the keys in the answer to a write; undefined if it contains no whole Secret. */
export function keysAfter(document: unknown): readonly string[] | undefined {
  if (!isRecord(document)) return undefined;
  const [object, ...others] = listOf(document)?.elements.map(objectOf) ?? [document];
  const { kind, data = {} } = membersOf(object);
  return kind === 'Secret' && others.length === 0 ? Object.keys(membersOf(data)) : undefined;
}
