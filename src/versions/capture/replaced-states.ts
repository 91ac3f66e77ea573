import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { StoredSecret } from '../../secrets/domain/secret.js';
import type { WatchedNamespaces } from '../domain/secret-feed.js';
import { contentFingerprint } from '../domain/fingerprint.js';
import { payloadOf } from '../domain/payload.js';
import type { Attribution } from '../domain/version.js';
import type { HistoryHead, Pruned, VersionsStore } from '../domain/versions.store.js';
import { macOf, type RoundParts, sealedVersion } from './plan-round.js';
import type { BatchWriterDependencies } from './batch-writer.js';

export interface ReplacedStatesDependencies extends Pick<
  BatchWriterDependencies,
  'keys' | 'cluster' | 'clock' | 'limits' | 'onPruned' | 'onRecorded'
> {
  readonly store: Pick<VersionsStore, 'record' | 'head' | 'get'>;
  readonly namespaces: Pick<WatchedNamespaces, 'known'>;
}

/**
 * Records states that never were in the cluster, whose values a write replaces elsewhere. They are
 * versions like others, and never current.
 */
export class ReplacedStates {
  readonly #parts: ReplacedStatesDependencies;

  constructor(parts: ReplacedStatesDependencies) {
    this.#parts = parts;
  }

  /**
   * Records a state; its resourceVersion is one of `replacedResourceVersion`, so that a repetition
   * records nothing. Returns its version. Throws StorageError, and Unavailable if the history of
   * the Secret does not exist yet or has no room.
   */
  async record(secret: StoredSecret, attribution: Attribution): Promise<number> {
    const { store, namespaces, keys } = this.#parts;
    keys.requireAvailable();
    const { namespace, name } = secret;
    const facts = namespaces.known(namespace);
    if (facts === undefined) throw unavailable('the namespace is not known yet');
    const ref = { namespaceUid: facts.uid, namespace, name };
    let { resourceVersion } = secret;
    for (let round = 0; round <= limits.versionRacesMax; round += 1) {
      const head = await store.head(ref);
      if (head?.history.secretUid !== secret.uid) throw unavailable('it has no version yet');
      const made = this.#sealed({ ...secret, resourceVersion }, attribution, { ref, head, facts });
      const [result] = await store.record([made]);
      if (result?.kind === 'full') throw unavailable('the history of the namespace is full');
      if (result?.kind === 'recorded') return this.#recorded(result);
      if (result?.kind !== 'known') continue;
      const known = await store.get(head.history.id, result.version);
      if (known?.payload !== undefined) return result.version;
      // A user has destroyed its values: it is recorded again, under another id.
      resourceVersion += '+';
    }
    throw unavailable('other replicas are faster');
  }

  #sealed(
    secret: StoredSecret,
    attribution: Attribution,
    { ref, head, facts }: { readonly head: HistoryHead } & FoundHistory,
  ) {
    const { keys, cluster, limits: retention, clock } = this.#parts;
    const own = { attributionOf: () => attribution };
    const parts: RoundParts = { keys, cluster, own, limits: retention };
    const payload = payloadOf(secret);
    try {
      const fingerprint = contentFingerprint(macOf(parts, ref), payload);
      const state = { secret, namespaceUid: ref.namespaceUid, fieldManager: undefined };
      const { lastVersion } = head.history;
      return sealedVersion(
        parts,
        { state, ref, namespace: facts },
        {
          lastVersion,
          last: head.last,
          payload,
          fingerprint,
          isGap: false,
          createdMs: clock.nowMs(),
        },
      );
    } finally {
      payload.fill(0);
    }
  }

  #recorded({ version, pruned }: { readonly version: number; readonly pruned: readonly Pruned[] }) {
    this.#parts.onPruned(pruned);
    this.#parts.onRecorded(1, 0);
    return version;
  }
}

interface FoundHistory extends Pick<Parameters<typeof sealedVersion>[1], 'ref'> {
  readonly facts: NonNullable<ReturnType<WatchedNamespaces['known']>>;
}

function unavailable(why: string): SallyportError {
  return new SallyportError('Unavailable', `the history of the Secret takes no version: ${why}`);
}
