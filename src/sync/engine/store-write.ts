import { createHash } from 'node:crypto';
import type { SecretValue } from '../../core/secret-value.js';
import type { MergedSide, SideValues } from '../domain/merged-sides.js';
import type { Fingerprints } from '../domain/plan-sync.js';
import { markText, type RemoteMark } from '../domain/remote-mark.js';
import type { RemoteState, RemoteWrite } from '../domain/remote-store.js';
import type { SyncedKeys } from '../domain/synced-keys.js';

export interface StoreWriteDependencies {
  /** Name in the store, with its prefix. */
  readonly name: string;
  readonly owner: RemoteMark;
  readonly keys: SyncedKeys;
  /** Returns a keyed fingerprint of a value, which is of use for this sync and key alone. */
  readonly fingerprint: (key: string, value: SecretValue) => string;
}

const nothing: SideValues = new Map();

/** Returns the write that gives the store the values of a plan. */
export function writeOf(
  parts: StoreWriteDependencies & { readonly mark: RemoteMark },
  remote: RemoteState,
  pushed: MergedSide,
): RemoteWrite {
  const stored = remote.kind === 'present' ? remote.values : nothing;
  const values = parts.keys.inStore(pushed.values, stored);
  const idempotencyToken = tokenOf(parts, remote, values);
  return { values, mark: parts.mark, expected: remote, idempotencyToken };
}

/** Returns the keyed fingerprints of values. */
export function fingerprintsOf(
  { fingerprint }: Pick<StoreWriteDependencies, 'fingerprint'>,
  values: SideValues,
): Fingerprints {
  return new Map([...values].map(([key, value]) => [key, fingerprint(key, value)]));
}

/** Returns an id of values that the store loses: the same for the same values, and no others. */
export function idOfValues(parts: StoreWriteDependencies, values: SideValues): string {
  return hashOf([markText(parts.owner), parts.name, sortedFingerprints(parts, values)]);
}

/** Returns a token for this write of these values to this state; it tells nothing of them. */
function tokenOf(parts: StoreWriteDependencies, seen: RemoteState, values: SideValues): string {
  const version = seen.kind === 'absent' ? null : seen.version;
  const fingerprints = sortedFingerprints(parts, values);
  return hashOf([markText(parts.owner), parts.name, seen.kind, version, fingerprints]);
}

function sortedFingerprints(
  parts: Pick<StoreWriteDependencies, 'fingerprint'>,
  values: SideValues,
) {
  return [...fingerprintsOf(parts, values)].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function hashOf(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
