import { ALL_KEYS } from '../../../audit/domain/audit-event.js';
import { isRecord } from '../../../secrets/domain/body-members.js';
import { membersOf } from './lenient-json.js';
import type { SentKeys } from './sent-keys.js';
import { listOf, objectOf } from './shown-secrets.js';

/** Names of the keys of a Secret before and after a write; undefined where they are not known. */
export interface KeyStates {
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[] | undefined;
}

/** Names of the keys that a write is about as it is announced, before its answer tells more. */
export function announcedKeys({ names, others }: SentKeys): readonly string[] {
  return others === 'none' ? names : [ALL_KEYS, ...names];
}

/**
 * Names of the keys that a write has touched, sorted, and perhaps some more: where the states do
 * not say which, all that they have; where one is not known, all keys there may be.
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

/** Names of the keys that an answer to a write shows; undefined where it shows no whole Secret. */
export function keysAfter(document: unknown): readonly string[] | undefined {
  if (!isRecord(document)) return undefined;
  const [object, ...others] = listOf(document)?.elements.map(objectOf) ?? [document];
  const { kind, data = {} } = membersOf(object);
  return kind === 'Secret' && others.length === 0 ? Object.keys(membersOf(data)) : undefined;
}
