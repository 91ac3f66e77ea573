import { setTimeout as wait } from 'node:timers/promises';
import type { CallContext } from '../../core/call-context.js';
import type { Clock } from '../../core/clock.js';
import { limits } from '../../core/limits.js';
import { RecentMap } from '../../core/recent-map.js';
import {
  type OwnWrite,
  type ReplacedState,
  SecretHistory,
  type StateId,
  type VersionInfo,
  type WriteAuthor,
  type WriteOrigin,
  type WrittenState,
} from '../../secrets/domain/secret-history.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { Database } from '../../platform/storage/database.js';
import { attributionOf, authorOf } from '../domain/attribution.js';
import { type Exclusions, isExcluded } from '../domain/excluded.js';
import { replacedResourceVersion } from '../domain/resource-version.js';
import type { WatchedNamespaces, SecretFeed } from '../domain/secret-feed.js';
import { versionInfo } from '../domain/version-info.js';
import type { HistoryHead, VersionsStore } from '../domain/versions.store.js';
import type { GatewayWrites, WriteUnderWay } from './gateway-writes.js';
import type { Recorder } from './recorder.js';
import type { ReplacedStates } from './replaced-states.js';

const LATE = Symbol('late');
/** An older version without a user stays so: reports of it would have arrived by now. */
const ATTRIBUTED_MS_MAX =
  limits.versionOutsideLagMs + limits.versionOutsideGatheredMs + limits.versionOutsideKeptMs;

export interface CapturedHistoryDependencies {
  readonly store: Pick<VersionsStore, 'histories' | 'attribute'>;
  readonly own: GatewayWrites;
  readonly namespaces: WatchedNamespaces;
  readonly feed: SecretFeed;
  readonly exclusions: Exclusions;
  readonly recorder: Pick<Recorder, 'problem'>;
  readonly replaced: Pick<ReplacedStates, 'record'>;
  readonly clock: Clock;
  /** Whether other processes may attribute a version without notifying this process. */
  readonly writers: Database['writers'];
}

/** History that the capture has learned, for reads and writes of Secrets. */
export class CapturedHistory extends SecretHistory {
  readonly #parts: CapturedHistoryDependencies;
  /** Versions that nobody can change unnoticed, by state. */
  readonly #final = new RecentMap<string, VersionInfo>({
    entriesMax: limits.versionInfosKeptMax,
    keptMs: limits.versionInfosKeptMs,
  });
  #attributions = 0;

  constructor(parts: CapturedHistoryDependencies) {
    super();
    this.#parts = parts;
    parts.own.onAttributed((state) => {
      this.#attributions += 1;
      this.#final.delete(stateKey(state.uid, state));
    });
  }

  override async describe(
    secrets: readonly WrittenState[],
  ): Promise<readonly (VersionInfo | undefined)[]> {
    try {
      return await this.#described(secrets);
    } catch {
      // A reader of a live Secret gets it, with or without its number.
      return secrets.map(() => undefined);
    }
  }

  override isRecorded(secret: Pick<WrittenState, 'namespace' | 'type'>): boolean {
    const { feed, exclusions } = this.#parts;
    return feed.isFollowed(secret.namespace) && !isExcluded(exclusions, secret);
  }

  override onAttributed(listener: (state: StateId) => void): void {
    this.#parts.own.onAttributed(listener);
  }

  override soon(secret: WrittenState): Promise<VersionInfo | undefined> {
    const { changeVersionMsMax } = limits;
    return this.#coming(secret, changeVersionMsMax).catch(() => undefined);
  }

  override async attribute(
    state: WrittenState,
    author: WriteAuthor,
    origin?: WriteOrigin,
  ): Promise<void> {
    const { own, store } = this.#parts;
    const attribution = attributionOf(author, origin);
    // The state may be recorded already, or only later.
    own.led(state, attribution);
    await store
      .attribute(state.uid, state.resourceVersion, attribution)
      .then(() => own.attributed(state))
      // It is optional; the reader gets the version in any case.
      .catch(() => undefined);
  }

  override async keepReplaced(
    author: WriteAuthor,
    { secret, id }: ReplacedState,
    origin: WriteOrigin,
  ): Promise<number | undefined> {
    if (!this.isRecorded(secret)) return undefined;
    const resourceVersion = replacedResourceVersion(id);
    const attribution = attributionOf(author, origin);
    return this.#parts.replaced.record({ ...secret, resourceVersion }, attribution);
  }

  override begin(ctx: CallContext, ref: SecretRef): OwnWrite {
    const write = this.#parts.own.begin(ctx, ref);
    return {
      wrote: (secret, origin) => this.#wrote(write, secret, origin).catch(() => undefined),
      deleted: () => this.#deleted(write, ref).catch(() => undefined),
      end: () => write.tell(),
    };
  }

  async #wrote(
    write: WriteUnderWay,
    secret: WrittenState,
    origin: WriteOrigin | undefined,
  ): Promise<VersionInfo | undefined> {
    const { own, store } = this.#parts;
    const attribution = write.attribution(origin);
    const early = own.recordedAs(secret);
    const isOlder = early !== undefined && early.atMs < write.beganAtMs;
    const isFirst = !isOlder && own.led(secret, attribution);
    write.tell();
    // A state from before the write, or of another write: this write has changed nothing.
    if (early !== undefined && !isFirst) return early.info;
    if (early !== undefined) {
      // It was recorded before its author was known.
      await store.attribute(secret.uid, secret.resourceVersion, attribution);
      own.attributed(secret);
      return { ...early.info, updatedBy: authorOf(attribution), isFinal: true };
    }
    if (!this.#isRecording(secret.namespace)) return undefined;
    return this.#coming(secret, limits.versionWaitMsMax);
  }

  /** Waits for a version, or reads it: it may be old, because a write may change nothing. */
  async #coming(secret: WrittenState, msMax: number): Promise<VersionInfo | undefined> {
    if (!this.isRecorded(secret)) return undefined;
    const recorded = this.#parts.own.version(secret, msMax);
    const soon = await Promise.race([recorded, wait(limits.versionSoonMs, LATE, { ref: false })]);
    if (soon !== LATE) return soon;
    const [known] = await this.#described([secret]);
    return known ?? recorded;
  }

  async #deleted(write: WriteUnderWay, ref: SecretRef): Promise<number | undefined> {
    const { own } = this.#parts;
    write.tell();
    const head = await this.#head(ref);
    if (head === undefined) return undefined;
    const isLive = head.history.deletedMs === undefined;
    if (!isLive || !this.#isRecording(ref.namespace)) return head.last?.version;
    await own.removal(head.history.secretUid);
    return (await this.#head(ref))?.last?.version;
  }

  /**
   * Reports whether numbers come soon: nobody waits for a number that will not. A watch that begins
   * brings them too, and until then a crash loses who wrote a state.
   */
  #isRecording(namespace: string): boolean {
    const { feed, recorder } = this.#parts;
    if (recorder.problem !== undefined) return false;
    return feed.isLive(namespace) || feed.isBeginning(namespace);
  }

  async #head({ namespace, name }: SecretRef): Promise<HistoryHead | undefined> {
    const uid = this.#uidOf(namespace);
    if (uid === undefined) return undefined;
    const [head] = await this.#parts.store.histories(uid, [name]);
    return head;
  }

  async #described(
    secrets: readonly WrittenState[],
  ): Promise<readonly (VersionInfo | undefined)[]> {
    const infos = secrets.map((secret) => this.#final.get(stateKey(secret.uid, secret)));
    const unknown = secrets.filter(
      (secret, index) => infos[index] === undefined && this.isRecorded(secret),
    );
    if (unknown.length === 0) return infos;
    const found = await this.#found(unknown);
    return secrets.map((secret, index) => infos[index] ?? found.get(stateKey(secret.uid, secret)));
  }

  async #found(secrets: readonly WrittenState[]): Promise<ReadonlyMap<string, VersionInfo>> {
    const infos = new Map<string, VersionInfo>();
    const attributions = this.#attributions;
    const byNamespace = Map.groupBy(secrets, ({ namespace }) => namespace);
    for (const [namespace, some] of byNamespace) {
      const uid = this.#uidOf(namespace);
      if (uid === undefined) continue;
      const names = some.map(({ name }) => name);
      for (const head of await this.#parts.store.histories(uid, names)) {
        const info = this.#infoOf(head);
        const key = stateKey(head.history.secretUid, head.history);
        if (info !== undefined) infos.set(key, info);
        // Facts read before an attribution may be about the attributed state.
        const isKept = info?.isFinal === true && attributions === this.#attributions;
        if (isKept) this.#final.set(key, info, performance.now());
      }
    }
    return infos;
  }

  #infoOf({ last }: HistoryHead): VersionInfo | undefined {
    if (last === undefined) return undefined;
    const { writers, clock } = this.#parts;
    const info = versionInfo(last);
    const isOld = clock.nowMs() - last.createdMs > ATTRIBUTED_MS_MAX;
    return { ...info, isFinal: info.isFinal || writers === 'one' || isOld };
  }

  #uidOf(namespace: string): string | undefined {
    const { feed, namespaces } = this.#parts;
    return feed.isFollowed(namespace) ? namespaces.known(namespace)?.uid : undefined;
  }
}

function stateKey(uid: string, { resourceVersion }: { readonly resourceVersion: string }): string {
  return `${uid}/${resourceVersion}`;
}
