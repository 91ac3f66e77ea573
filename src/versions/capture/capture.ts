import type { Clock } from '../../core/clock.js';
import type { KeyRing } from '../../encryption/key-ring.js';
import type { StateId } from '../../secrets/domain/secret-history.js';
import type { Database } from '../../platform/storage/database.js';
import type { Exclusions } from '../domain/excluded.js';
import type { FeedSink, WatchedNamespaces, RunningFeed } from '../domain/secret-feed.js';
import type { Pruned, RetentionLimits, VersionsStore } from '../domain/versions.store.js';
import { AgeSweep } from './age-sweep.js';
import { BatchWriter, type BatchWriterDependencies } from './batch-writer.js';
import { CaptureQueue } from './capture-queue.js';
import { CapturedHistory } from './captured-history.js';
import { Heads } from './heads.js';
import { GatewayWrites } from './gateway-writes.js';
import { PruneNotes, type PruneNote } from './prune-notes.js';
import { Recorder } from './recorder.js';
import { ReplacedStates } from './replaced-states.js';
import { SkipNotes, type SkipNote } from './skip-notes.js';
import { SecretCapture } from './secret-capture.js';

/** Measurements of the capture. */
export interface CaptureMeasure {
  readonly queued: number;
  readonly lagMs: number;
}

/** Reports of the capture, for the trail, the metrics and the log. */
export interface CaptureReports {
  recordPrune(note: PruneNote): Promise<void>;
  recordSkip(note: SkipNote): Promise<void>;
  recorded(versions: number, gaps: number): void;
  /** Counts a state that was left out because it does not fit. */
  skipped(): void;
  fault(error: unknown): void;
}

export interface CaptureDependencies {
  readonly store: VersionsStore;
  readonly keys: KeyRing;
  /** The uid of the cluster; throws Unavailable before it is known. */
  readonly cluster: () => string;
  readonly namespaces: WatchedNamespaces;
  readonly clock: Clock;
  readonly limits: RetentionLimits;
  readonly writers: Database['writers'];
  readonly exclusions: Exclusions;
  readonly isServed: (namespace: string) => boolean;
  /** Opens the watched streams, which send to the sink. */
  readonly openFeed: (sink: FeedSink, isFollowed: (namespace: string) => boolean) => RunningFeed;
  /** Throws StorageError if there is no room for histories. */
  readonly requireRoom: () => void;
  readonly reports: CaptureReports;
}

/** Capture of watched states into the database: each new state of a Secret becomes a version. */
export class Capture {
  readonly feed: RunningFeed;
  readonly history: CapturedHistory;
  readonly #queue = new CaptureQueue();
  readonly #own = new GatewayWrites(() => this.#queue.wake());
  readonly #prunes: PruneNotes;
  readonly #skips: SkipNotes;
  readonly #ages: AgeSweep;
  readonly #recorder: Recorder;

  constructor(dependencies: CaptureDependencies) {
    const { store, namespaces, clock, exclusions, reports, limits, writers } = dependencies;
    this.#prunes = new PruneNotes((note) => reports.recordPrune(note));
    this.#skips = new SkipNotes((note) => reports.recordSkip(note));
    const onPruned = (pruned: readonly Pruned[]): void => this.#prunes.add(pruned);
    const own = this.#own;
    const queue = this.#queue;
    const writer = writerOf(dependencies, { own, skips: this.#skips, onPruned });
    this.#ages = new AgeSweep({ store, namespaces, clock, ageMsMax: limits.ageMsMax, onPruned });
    const onFault = (error: unknown): void => reports.fault(error);
    const { requireRoom, openFeed, isServed } = dependencies;
    this.#recorder = new Recorder({ queue, writer, own, store, onFault, requireRoom });
    const isFollowed = (namespace: string): boolean =>
      isServed(namespace) && !exclusions.namespaces.includes(namespace);
    const sink = new SecretCapture({ queue, store, clock, exclusions, isFollowed });
    const feed = openFeed(sink, isFollowed);
    const recorder = this.#recorder;
    this.feed = feed;
    this.history = new CapturedHistory({
      store,
      own,
      namespaces,
      feed,
      exclusions,
      recorder,
      replaced: replacedOf(dependencies, onPruned),
      clock,
      writers,
    });
  }

  /** Records that the database attributes a state that nobody here has written. */
  attributed(state: StateId): void {
    this.#own.attributed(state);
  }

  start(): void {
    this.#recorder.start();
  }

  /** Deletes versions that have become too old; call it periodically. */
  sweep(): Promise<void> {
    return this.#ages.run();
  }

  /** Ends the watches first; unrecorded states come again after the next start. */
  async stop(): Promise<void> {
    await this.#ages.stop();
    await this.#recorder.stop();
    await this.#prunes.flush();
    await this.#skips.flush();
  }

  /** Returns namespaces whose states are left out, because their quota is full. */
  get full(): readonly string[] {
    return this.#skips.namespaces;
  }

  get problem(): string | undefined {
    return this.#recorder.problem;
  }

  get measure(): CaptureMeasure {
    return { queued: this.#queue.length, lagMs: this.#queue.lagMs(performance.now()) };
  }
}

function writerOf(
  dependencies: CaptureDependencies,
  notes: Pick<BatchWriterDependencies, 'own' | 'onPruned'> & { readonly skips: SkipNotes },
): BatchWriter {
  const { store, keys, namespaces, clock, limits, cluster, reports } = dependencies;
  const { own, skips, onPruned } = notes;
  return new BatchWriter({
    store,
    keys,
    namespaces,
    own,
    clock,
    onPruned,
    limits,
    cluster,
    onRecorded: (versions, gaps) => reports.recorded(versions, gaps),
    heads: new Heads(store),
    onSkipped: (history) => {
      skips.add(history);
      reports.skipped();
    },
  });
}

function replacedOf(
  dependencies: CaptureDependencies,
  onPruned: BatchWriterDependencies['onPruned'],
): ReplacedStates {
  const { store, keys, namespaces, clock, limits, cluster, reports } = dependencies;
  const onRecorded = (versions: number, gaps: number): void => reports.recorded(versions, gaps);
  return new ReplacedStates({
    ...{ store, keys, namespaces, clock, limits, cluster, onPruned, onRecorded },
  });
}
