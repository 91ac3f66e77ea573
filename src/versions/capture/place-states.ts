import { limits } from '../../core/limits.js';
import { belongsTo } from '../domain/belongs-to.js';
import type { WatchedNamespaces, NamespaceFacts } from '../domain/secret-feed.js';
import type { SecretState } from '../domain/secret-state.js';
import type { HistoryRef } from '../domain/version.js';
import type { Entry } from './capture-queue.js';
import type { Heads } from './heads.js';

/** State with its history. */
export interface Placed {
  readonly entry: Entry;
  readonly state: SecretState;
  readonly ref: HistoryRef;
  /** Annotations of its namespace. */
  readonly namespace: NamespaceFacts | undefined;
}

export interface PlaceParts {
  readonly namespaces: WatchedNamespaces;
  readonly heads: Heads;
}

/**
 * Finds the history of each state. A namespace may have been recreated while its states were in
 * transit. A Secret that ends no history is placed by its namespace's live object, and left out if
 * the Secret is older. Throws SallyportError or StorageError.
 */
export async function placeStates(
  parts: PlaceParts,
  entries: readonly Entry[],
): Promise<readonly Placed[]> {
  const { namespaces, heads } = parts;
  const seen = entries.flatMap(({ state }) =>
    state === undefined ? [] : candidates(parts, state),
  );
  await heads.load(seen);
  const unknown = entries.filter((entry) => isUnknown(parts, entry));
  const names = new Set(unknown.flatMap(({ state }) => (state ? [state.secret.namespace] : [])));
  const confirmed = await confirmAll(namespaces, [...names]);
  const placed = entries.flatMap((entry) => placeOne(parts, entry, confirmed));
  await heads.load(placed.map(({ ref }) => ref));
  return placed;
}

function candidates({ namespaces }: PlaceParts, state: SecretState): readonly HistoryRef[] {
  const { namespace, name } = state.secret;
  const known = namespaces.known(namespace)?.uid;
  const uids = new Set([known, state.namespaceUid].filter((uid) => uid !== undefined));
  uids.delete('');
  return [...uids].map((namespaceUid) => ({ namespaceUid, namespace, name }));
}

function ofHead(parts: PlaceParts, state: SecretState): HistoryRef | undefined {
  const { uid } = state.secret;
  return candidates(parts, state).find((ref) => parts.heads.get(ref)?.secretUid === uid);
}

function isUnknown(parts: PlaceParts, { kind, state }: Entry): boolean {
  return kind === 'state' && state !== undefined && ofHead(parts, state) === undefined;
}

function placeOne(
  parts: PlaceParts,
  entry: Entry,
  confirmed: ReadonlyMap<string, NamespaceFacts | undefined>,
): readonly Placed[] {
  const { state } = entry;
  if (state === undefined) return [];
  const { namespace, name } = state.secret;
  const known = parts.namespaces.known(namespace);
  const ref = ofHead(parts, state);
  if (ref !== undefined) {
    return [{ entry, state, ref, namespace: known?.uid === ref.namespaceUid ? known : undefined }];
  }
  const facts = confirmed.get(namespace);
  // A removal without a history that ends with its object needs no record.
  if (facts === undefined || !belongsTo(state.secret, facts)) return [];
  return [{ entry, state, ref: { namespaceUid: facts.uid, namespace, name }, namespace: facts }];
}

async function confirmAll(
  namespaces: WatchedNamespaces,
  names: readonly string[],
): Promise<ReadonlyMap<string, NamespaceFacts | undefined>> {
  const confirmed = new Map<string, NamespaceFacts | undefined>();
  for (let at = 0; at < names.length; at += limits.versionNamespacesAtOnceMax) {
    const some = names.slice(at, at + limits.versionNamespacesAtOnceMax);
    const found = await Promise.all(some.map((name) => namespaces.confirm(name)));
    some.forEach((name, index) => confirmed.set(name, found[index]));
  }
  return confirmed;
}
