import { Inject, Injectable } from '@nestjs/common';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import { KeyRing } from '../encryption/key-ring.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Database } from '../platform/storage/database.js';
import { checkFreeSpace } from '../platform/storage/free-space.js';
import { NoHistory, type SecretHistory } from '../secrets/domain/secret-history.js';
import { Capture, type CaptureMeasure } from './capture/capture.js';
import { ExternalWrites } from './capture/external-writes.js';
import { HistoryReports } from './history-reports.js';
import type { ReportedWrite } from './domain/outside-write.js';
import { retentionLimits } from './domain/retention-limits.js';
import { ClusterIdentity, WatchedNamespaces, SecretFeeds } from './domain/secret-feed.js';
import { VersionsStore } from './domain/versions.store.js';

const NAMED_MAX = 5;

/** Records each state of a Secret as a version; off by choice, or if there is no broker. */
@Injectable()
export class HistoryRecording {
  /** Version numbers of states, and their authors. */
  readonly history: SecretHistory;
  readonly #cluster: ClusterIdentity;
  readonly #capture: Capture | undefined;
  readonly #outside: ExternalWrites;
  readonly #stopping = new AbortController();

  constructor(
    @Inject(CONFIG) { versions, kubernetes }: Config,
    store: VersionsStore,
    keys: KeyRing,
    database: Database,
    clock: Clock,
    cluster: ClusterIdentity,
    namespaces: WatchedNamespaces,
    served: ServedNamespaces,
    feeds: SecretFeeds,
    reports: HistoryReports,
  ) {
    this.#cluster = cluster;
    if (versions.enabled && kubernetes.access !== 'passthrough') {
      this.#capture = new Capture({
        store,
        keys,
        clock,
        namespaces,
        reports,
        cluster: () => cluster.get(),
        limits: retentionLimits(versions),
        exclusions: versions.exclude,
        writers: database.writers,
        requireRoom: () => requireRoom(database),
        isServed: (namespace) => served.isServed(namespace),
        openFeed: (sink, isFollowed) =>
          feeds.open({
            sink,
            isFollowed,
            excludedTypes: versions.exclude.types,
            record: (namespace, announcements) => reports.recordWatch(namespace, announcements),
          }),
      });
    }
    this.history = this.#capture?.history ?? new NoHistory();
    this.#outside = new ExternalWrites(store, {}, (state) => this.#capture?.attributed(state));
  }

  /** Reports whether changes of a namespace's Secrets are seen just now. */
  isFollowing(namespace: string): boolean {
    return this.#capture?.feed.isLive(namespace) ?? false;
  }

  /** Notes a call that bypassed the gateway: the report may name a version's author. */
  noteBypass(report: ReportedWrite): void {
    if (this.#capture !== undefined) this.#outside.note(report);
  }

  /** Reports whether states are recorded at all. */
  get isOn(): boolean {
    return this.#capture !== undefined;
  }

  get measure(): CaptureMeasure {
    return this.#capture?.measure ?? { queued: 0, lagMs: 0 };
  }

  /** Begins in the background; never throws. */
  start(): void {
    this.#capture?.start();
    // Nothing can be sealed before the cluster is known.
    const { signal } = this.#stopping;
    void this.#cluster.learn(signal).then(() => {
      if (!signal.aborted) this.#capture?.feed.start();
    });
  }

  /** Deletes versions that are too old; call it periodically. Throws errors of the storage. */
  async sweep(): Promise<void> {
    await this.#capture?.sweep();
  }

  /** Resolves once all its work has ended; then the database may be closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#outside.stop();
    await this.#capture?.stop();
    await this.#capture?.feed.stop();
  }

  /** Returns for operators why history is not recorded. */
  warnings(): Readonly<Record<string, string>> {
    if (this.#capture === undefined) return {};
    const { problem, feed, full } = this.#capture;
    if (problem !== undefined) return { history: `nothing is recorded: ${problem}` };
    if (full.length > 0) return { history: quotaWarning(full) };
    const { length } = feed.lapsed;
    if (length === 0) return {};
    return { history: `Secrets of ${length} served namespace(s) are not followed just now` };
  }
}

/** Returns a warning with few names, since it must stay readable. */
function quotaWarning(full: readonly string[]): string {
  const named = full.slice(-NAMED_MAX).join(', ');
  return (
    `versions are left out in ${full.length} namespace(s) whose quota is full of versions that ` +
    `versions.minAge and versions.minCount protect: ${named}`
  );
}

function requireRoom({ location }: Database): void {
  if (location.dialect === 'sqlite') checkFreeSpace(location.path, limits.versionFreeBytesMin);
}
