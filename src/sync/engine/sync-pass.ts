import { randomUUID } from 'node:crypto';
import type { Authors } from '../../custom-resources/authors.service.js';
import type { Clock } from '../../core/clock.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { syncLimits } from '../../core/sync-limits.js';
import type { ObjectRecords } from '../../custom-resources/domain/object-records.js';
import {
  isOutboundFault,
  type OutboundFault,
} from '../../platform/outbound/domain/outbound-fault.js';
import type { SyncMetrics } from '../../platform/telemetry/sync-metrics.js';
import type { FoundSecret } from '../../secrets/read/secret-source.js';
import type { ClusterIdentity } from '../../versions/domain/secret-feed.js';
import { AccountTokenFault } from '../domain/account-tokens.js';
import { rightsOfAuthor } from '../domain/author-needs.js';
import type { StoreRegistry } from '../domain/external-stores.js';
import type { Resolution } from '../domain/plan-sync.js';
import { earlierPuller } from '../domain/pulling-sync.js';
import { RemoteFault } from '../domain/remote-fault.js';
import { permittedName } from '../domain/remote-name.js';
import { remoteSecrets, remoteSecretsReason } from '../domain/remote-secrets.js';
import type { RemoteStore } from '../domain/remote-store.js';
import type { SyncRegistry } from '../domain/secret-syncs.js';
import { hasAnswered, storeProblem, tokenProblem } from '../domain/store-problem.js';
import { keepsHistory, type ParsedStore, type StoreSpec } from '../domain/store-spec.js';
import type { SyncOutcome } from '../domain/sync-outcome.js';
import { placeHash } from '../domain/sync-record.js';
import {
  conflictRule,
  directionsOf,
  type ParsedSync,
  syncKind,
  type SyncSpec,
} from '../domain/sync-spec.js';
import { SyncedKeys } from '../domain/synced-keys.js';
import { originOf, type RemoteMark } from '../domain/remote-mark.js';
import { formerOwner, type FormerOwnersDependencies } from './former-owners.js';
import { pulledOrigins } from './pulled-origins.js';
import { inFormat } from '../stores/remote-format.js';
import { RecordedStore, type RecordedStoreDependencies } from './recorded-store.js';
import type { StoreConnections } from './store-connections.js';
import type { StorePaces } from './store-paces.js';
import type { SyncIdentity } from './sync-identity.js';
import { outcomeOf, problem } from './pass-outcome.js';
import { StoreWaits } from './store-waits.js';
import { RefusedAttempts } from './refused-attempts.js';
import { RoundProgress } from './round-progress.js';
import { RecordedMemory } from './sync-memory.js';
import { refused, SyncRefused } from './sync-refused.js';
import { type RoundResult, runRound } from './sync-round.js';
import { SyncedSecret, type SyncedSecretDependencies } from './synced-secret.js';
import type { ValueFingerprints } from './value-fingerprints.js';

export interface SyncPassDependencies extends SyncedSecretDependencies, FormerOwnersDependencies {
  readonly knownStores: Pick<StoreRegistry, 'named'>;
  readonly knownSyncs: Pick<SyncRegistry, 'of'>;
  readonly authors: Pick<Authors, 'of' | 'problemOf'>;
  readonly records: Pick<ObjectRecords, 'get' | 'saveFacts'>;
  readonly cluster: Pick<ClusterIdentity, 'get'>;
  readonly connections: Pick<StoreConnections, 'open'>;
  readonly paces: StorePaces;
  readonly fingerprints: ValueFingerprints;
  readonly metrics: Pick<SyncMetrics, 'roundEnded' | 'overwrote'>;
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  readonly calls: RecordedStoreDependencies['calls'];
  /** Reports whether the keys of a Secret may leave its namespace: a share may forbid it. */
  readonly mayLeave: (found: FoundSecret, keys: readonly string[]) => Promise<boolean>;
}

export interface PassOptions {
  /** Throws if another replica may do the work now. */
  readonly requireWork: () => void;
  readonly resolution?: Resolution | undefined;
  /** Whether a caller has requested the look: it is not delayed. */
  readonly isRequested?: boolean;
  /** Whether only the time has caused the look. */
  readonly isPoll?: boolean;
  /** Whether the look only plans. */
  readonly isDryRun?: boolean;
}

interface Work {
  readonly sync: ParsedSync;
  readonly spec: SyncSpec;
  readonly store: ParsedStore;
  readonly storeSpec: StoreSpec;
  readonly remoteName: string;
  readonly identity: SyncIdentity;
  readonly options: PassOptions;
  /** Uids of deleted syncs whose secrets the rounds of this look have met. */
  readonly formerOwners: ReadonlySet<string>;
}

/** One look at a sync: both sides are brought to the same values, as far as that is permitted. */
export class SyncPass {
  readonly #parts: SyncPassDependencies;
  readonly #refused: RefusedAttempts;
  /** Another one for each process. */
  readonly #observer = randomUUID();

  constructor(parts: SyncPassDependencies) {
    this.#parts = parts;
    this.#refused = new RefusedAttempts(parts.clock);
  }

  /**
   * Throws StoreWaits, Unavailable if the look must be repeated, and OutcomeUnknown if that is so
   * although a side was written.
   */
  async run(sync: ParsedSync, options: PassOptions): Promise<SyncOutcome> {
    const progress = new RoundProgress();
    const outcome = await this.#looked(sync, options, progress).finally(() =>
      this.#parts.metrics.overwrote(progress.overwritten.length),
    );
    this.#refused.note(sync.object, outcome, progress);
    return outcome;
  }

  async #looked(
    sync: ParsedSync,
    options: PassOptions,
    progress: RoundProgress,
  ): Promise<SyncOutcome> {
    try {
      return await this.#work(await this.#planned(sync, options), progress);
    } catch (error) {
      if (error instanceof SyncRefused) return problem(error.problem, progress);
      if (error instanceof AccountTokenFault) return problem(tokenProblem(error), progress);
      throw progress.isWritten ? afterWrite(error) : error;
    }
  }

  /** Decides whether a sync may work at all. Throws SyncRefused. */
  async #planned(sync: ParsedSync, options: PassOptions): Promise<Work> {
    const { object, spec } = sync;
    const { namespace, name } = object;
    if (spec === undefined) throw refused('InSync', 'InvalidSpec', sync.problem ?? '');
    const { storeName, secretName } = spec;
    // Before the store: an author without the right learns nothing about stores.
    const author = await this.#authorOf(sync, spec);
    const store = this.#parts.knownStores.named(storeName);
    if (store === undefined) {
      throw refused('Authorized', 'StoreMissing', `there is no ExternalStore ${storeName}`);
    }
    const { spec: storeSpec } = store;
    if (storeSpec === undefined) {
      throw refused('Authorized', 'StoreInvalid', `ExternalStore ${storeName} breaks a rule`);
    }
    const directions = directionsOf(spec);
    const wanted = { namespace, name: spec.remote.name, directions };
    const permitted = permittedName(storeSpec.allow, wanted);
    if ('refused' in permitted) throw refused('Authorized', 'StoreNotAllowed', permitted.refused);
    const nameReason = remoteSecretsReason(storeSpec, spec, permitted.name);
    if (nameReason !== undefined) throw refused('InSync', 'StoreRefused', nameReason);
    const earlier = earlierPuller(sync, this.#parts.knownSyncs.of(namespace).values());
    if (earlier !== undefined) {
      const message = `SecretSync ${earlier.object.name} already pulls keys of this Secret`;
      throw refused('OwnedElsewhere', 'PulledElsewhere', message);
    }
    const identity = { namespace, name, storeName, secretName, author };
    const { name: remoteName } = permitted;
    const work = { sync, spec, store, storeSpec, remoteName, identity, options };
    return { ...work, formerOwners: new Set() };
  }

  /** Returns who answers for the sync. Throws SyncRefused if its author lacks a right. */
  async #authorOf({ object, specHash }: ParsedSync, spec: SyncSpec): Promise<string> {
    const { authors, records } = this.#parts;
    const authored = { object, specHash, recorded: await records.get(object.uid) };
    const { resource } = syncKind;
    const lacking = await authors.problemOf(resource, authored, rightsOfAuthor(spec));
    if (lacking !== undefined) throw refused('Authorized', lacking.reason, lacking.message);
    const author = await authors.of(resource, authored);
    if (author !== undefined) return author.username;
    throw refused('Authorized', 'AuthorUnknown', 'nobody is known to have written this spec');
  }

  async #work(work: Work, progress: RoundProgress): Promise<SyncOutcome> {
    const { paces, metrics } = this.#parts;
    const { uid } = work.store.object;
    const { spec, remoteName, identity, options } = work;
    const secrets = remoteSecrets(spec, remoteName).length;
    const round = { isPoll: options.isPoll === true, namespace: identity.namespace, secrets };
    let now = work;
    // A look with secrets of many owners meets one of them in each round.
    for (let rounds = 1; rounds <= syncLimits.roundsMax + now.formerOwners.size; rounds += 1) {
      const waitMs = paces.take(uid, round);
      if (waitMs !== undefined) {
        metrics.roundEnded('waited');
        // What the earlier rounds found is an answer as well.
        if (rounds > 1) break;
        throw new StoreWaits(waitMs, paces.isPaused(uid));
      }
      try {
        // The cache may have been behind the first time.
        const result = await this.#round(now, progress, rounds > 1);
        paces.answered(uid);
        metrics.roundEnded('answered');
        const taken = result.kind === 'held' ? await this.#takenOver(now, result) : undefined;
        if (taken !== undefined) now = taken;
        else if (result.kind !== 'disturbed') return outcomeOf(result, progress);
      } catch (error) {
        if (!isOutboundFault(error)) throw error;
        this.#failed(uid, error);
        return problem(storeProblem(error), progress, hasAnswered(error));
      }
    }
    const message = 'both sides change faster than the sync works';
    return problem({ concerns: 'InSync', reason: 'Disturbed', message }, progress);
  }

  /** Returns the work that takes over the secret of a deleted sync; undefined: it is held. */
  async #takenOver(
    work: Work,
    { reason, seen: { mark } }: Extract<RoundResult, { readonly kind: 'held' }>,
  ): Promise<Work | undefined> {
    if (reason !== 'OwnedElsewhere') return undefined;
    const { sync, formerOwners } = work;
    if (formerOwners.size >= syncLimits.formerOwnersMax) return undefined;
    const former = await formerOwner(this.#parts, sync, { owner: this.#ownerOf(sync), mark });
    if (former === undefined) return undefined;
    return { ...work, formerOwners: new Set([...formerOwners, former]) };
  }

  #ownerOf({ object, namespaceUid }: ParsedSync): RemoteMark {
    return { clusterUid: this.#parts.cluster.get(), namespaceUid, syncUid: object.uid };
  }

  #failed(storeUid: string, fault: OutboundFault<string>): void {
    const { paces, metrics } = this.#parts;
    const isAnswered = hasAnswered(fault);
    metrics.roundEnded(isAnswered ? 'answered' : 'failed');
    if (isAnswered) paces.answered(storeUid);
    else paces.failed(storeUid, fault instanceof RemoteFault ? fault.retryAfterMs : undefined);
  }

  async #round(work: Work, progress: RoundProgress, isStrong: boolean): Promise<RoundResult> {
    const { sync, spec, store, storeSpec, remoteName, identity, options, formerOwners } = work;
    const { calls, accounts, records, fingerprints } = this.#parts;
    const { object } = sync;
    const { requireWork, resolution, isDryRun = false } = options;
    const owner = this.#ownerOf(sync);
    const remote = inFormat(await this.#opened(work), spec, { owner, formerOwners });
    const keys = new SyncedKeys(spec.keys);
    const place = placeHash({
      store: storeSpec,
      storeUid: store.object.uid,
      remoteName,
      format: spec.remote.format,
      secretName: spec.secretName,
      keys: spec.keys,
    });
    const requireMayLeave = (found: FoundSecret) => this.#requireMayLeave(spec, found);
    const round = {
      cluster: new SyncedSecret(this.#parts, {
        ...{ identity, keys, isStrong, requireMayLeave, requireWork },
      }),
      store: new RecordedStore({ store: remote, calls, accounts, identity, keys, requireWork }),
      memory: new RecordedMemory(records, { object, place }),
      name: remoteName,
      ...{ owner, origin: originOf({ ...owner, secretName: spec.secretName }) },
      pulledOrigins: await pulledOrigins(this.#parts, sync),
      rules: {
        ...{ ...spec, takeOverFrom: spec.remote.takeOverFrom, formerOwners, resolution },
        onConflict: conflictRule(spec, keepsHistory(storeSpec)),
      },
      keys,
      ...{ keepsHistory: keepsHistory(storeSpec), isDryRun },
      ...{ observer: this.#observer, nowMs: this.#parts.clock.monotonicMs() },
      requireAttempt: () => {
        if (options.isRequested !== true) this.#refused.require(object, progress);
      },
      fingerprint: (key: string, value: Parameters<ValueFingerprints['of']>[2]) =>
        fingerprints.of(object.uid, key, value),
    };
    return runRound(round, AbortSignal.timeout(syncLimits.roundMsMax), progress);
  }

  async #opened({ sync, spec, store, storeSpec }: Work): Promise<RemoteStore> {
    const { namespace } = sync.object;
    const { serviceAccountName, remote } = spec;
    const use = { namespace, serviceAccountName, format: remote.format };
    return this.#parts.connections.open(store, storeSpec, use);
  }

  /** Throws SyncRefused for copies of shared keys that may not be shared on. */
  async #requireMayLeave(spec: SyncSpec, found: FoundSecret): Promise<void> {
    if (!directionsOf(spec).includes('push')) return;
    const keys = spec.keys?.map(({ name }) => name) ?? found.keys;
    if (await this.#parts.mayLeave(found, keys)) return;
    const message = 'keys of the Secret are copies of a share that does not allow to share them on';
    throw refused('Authorized', 'CopyOfShare', message);
  }
}

/** Returns the failure of a look that has written a side: a caller must not take it for nothing. */
function afterWrite(error: unknown): SallyportError {
  const message = 'the sync has written a side, and could not go on';
  return new SallyportError('OutcomeUnknown', message, { cause: error });
}
