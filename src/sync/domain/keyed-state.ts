import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { SecretValue } from '../../core/secret-value.js';
import { RemoteFault } from './remote-fault.js';
import {
  type FoundMark,
  isMarkOf,
  originsIn,
  type RemoteMark,
  isTakenOver,
  type TakenOwners,
} from './remote-mark.js';
import type { RemoteSecret, RemoteState, RemoteValues } from './remote-store.js';

/** Key of the only value that the secret of one key has. */
export const VALUE = 'value';

/** State of the secret of one key, by the name of the key in the store. */
export interface KeyedSecret {
  readonly key: string;
  readonly state: RemoteState;
}

/** Key whose secret is there. */
export interface PresentKey extends KeyedSecret {
  readonly state: RemoteSecret;
}

/** Owner of the secrets, and the syncs whose secrets the owner takes over. */
export interface KeyedOwner extends TakenOwners {
  readonly owner: RemoteMark;
}

/**
 * Returns the state of all keys as one secret: `absent` if all are absent, `deleted` if none is
 * there and one can be restored. Throws RemoteFault NotReadable for a secret without a `value`.
 */
export function wholeState(secrets: readonly KeyedSecret[], of: KeyedOwner): RemoteState {
  if (secrets.every(({ state }) => state.kind === 'absent')) return { kind: 'absent' };
  const present = secrets.filter(isPresent);
  const common = { version: wholeVersion(secrets), mark: wholeMark(secrets, of) };
  if (present.length === 0) return { kind: 'deleted', ...common };
  const times = { changedAt: latestOf(present), keyTimes: timesOf(present) };
  return { kind: 'present', ...common, values: valuesOf(present), ...times };
}

/**
 * Returns what identifies the states of all keys. It names the keys that are there, because times
 * of other keys say nothing about age: see `isOfSameKeys`.
 */
export function wholeVersion(secrets: readonly KeyedSecret[]): string {
  const sorted = secrets.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const states = sorted.map(({ key, state }) => {
    return [key, state.kind, state.kind === 'absent' ? null : state.version];
  });
  const present = sorted.filter(isPresent).map(({ key }) => key);
  return `keys:${hashOf(present).slice(0, 16)}:${hashOf(states)}`;
}

/**
 * Returns a version that no read returns, for a state that no answer has described: a deletion has
 * no version in an answer. The next read finds a state of other keys, of no certain age.
 */
export function unreadVersion(secrets: readonly KeyedSecret[]): string {
  return `keys:unread:${hashOf(wholeVersion(secrets))}`;
}

const KEYS = /^keys:([0-9a-z]+):/;

/**
 * Reports whether the times of two versions can be compared: with a deletion, or another list of
 * keys, the latest time of those that are there may be earlier than before. Versions of a secret
 * with all keys are always comparable.
 */
export function isOfSameKeys(version: string, other: string): boolean {
  return KEYS.exec(version)?.[1] === KEYS.exec(other)?.[1];
}

/**
 * Returns the mark of all secrets:
 *
 * - the mark of somebody else, if one secret has it, also a deleted one that a write would restore;
 * - else the mark of the sync whose secrets are taken over;
 * - else none, if one secret that is there has none: another program may have created it. The keys
 *   are then merged as in a secret without a mark, where no unknown value is replaced unless
 *   `firstSync` says so. A claim marks it;
 * - else that of the owner. Absent secrets do not count, nor do deleted ones without a mark.
 */
function wholeMark(secrets: readonly KeyedSecret[], of: KeyedOwner): FoundMark {
  const marks = secrets.flatMap(({ state }) => (state.kind === 'absent' ? [] : [state.mark]));
  const foreign = marks.find((mark) => isForeign(mark, of));
  if (foreign !== undefined) return withOriginsOf(foreign, marks);
  const present = secrets.filter(isPresent).map(({ state }) => state.mark);
  const relevant = present.length === 0 ? marks : present;
  const taken = relevant.find((mark) => mark !== undefined && !isOwn(mark, of));
  if (taken !== undefined) return taken;
  if (!relevant.every((mark) => isOwn(mark, of))) return undefined;
  // With different origins, none: a claim makes them equal.
  const [first, ...others] = relevant;
  return others.every((mark) => isDeepStrictEqual(mark, first)) ? first : of.owner;
}

/** Returns a mark with the origins of all secrets: a loop through one of them is a loop. */
function withOriginsOf(mark: FoundMark, marks: readonly FoundMark[]): FoundMark {
  const origins = new Set(marks.flatMap(originsIn));
  if (typeof mark !== 'object' || origins.size === 0) return mark;
  return { ...mark, origins: [...origins].toSorted() };
}

function isForeign(mark: FoundMark, of: KeyedOwner): boolean {
  if (mark === undefined || isOwn(mark, of)) return false;
  return !isTakenOver(mark, of);
}

function isOwn(mark: FoundMark, { owner }: KeyedOwner): boolean {
  return isMarkOf(mark, owner);
}

/** Reports whether the secret of a key is there. */
export function isPresent(secret: KeyedSecret): secret is PresentKey {
  return secret.state.kind === 'present';
}

function valuesOf(present: readonly PresentKey[]): RemoteValues {
  return new Map(
    present.flatMap((secret) => {
      const value = valueOf(secret);
      return value === undefined ? [] : [[secret.key, value] as const];
    }),
  );
}

/**
 * Returns the value of a key; undefined for a secret without values, as Terraform creates some.
 * Throws RemoteFault NotReadable for other values.
 */
export function valueOf({ state }: KeyedSecret): SecretValue | undefined {
  if (state.kind !== 'present' || state.values.size === 0) return undefined;
  const value = state.values.get(VALUE);
  if (value !== undefined) return value;
  const message = `the secret of a key in the store has no member ${VALUE}`;
  throw new RemoteFault('NotReadable', message);
}

function timesOf(present: readonly PresentKey[]): ReadonlyMap<string, string> {
  const times = present.map(({ key, state }) => [key, state.changedAt] as const);
  return new Map(
    times.flatMap(([key, time]) => (time === undefined ? [] : [[key, time] as const])),
  );
}

/** Returns the latest time; undefined if a secret has none. */
function latestOf(present: readonly PresentKey[]): string | undefined {
  const times = present.map(({ state }) => state.changedAt);
  if (times.includes(undefined)) return undefined;
  const sorted = times
    .flatMap((time) => time ?? [])
    .toSorted((a, b) => Date.parse(a) - Date.parse(b));
  return sorted.at(-1);
}

function hashOf(of: unknown): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('hex');
}
