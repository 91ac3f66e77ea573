import type { Clock } from '../../core/clock.js';
import type { KeyRing } from '../../encryption/key-ring.js';
import type { StateId } from '../../secrets/domain/secret-history.js';
import type { Database } from '../../platform/storage/database.js';
import type { Exclusions } from '../domain/excluded.js';
import type { FeedSink, FollowedNamespaces, SecretFeed } from '../domain/secret-feed.js';
import type { Pruned, RetentionLimits, VersionsStore } from '../domain/versions.store.js';
import { AgeSweep } from './age-sweep.js';
import { BatchWriter, type BatchWriterParts } from './batch-writer.js';
import { CaptureQueue } from './capture-queue.js';
import { CapturedHistory } from './captured-history.js';
import { Heads } from './heads.js';
import { OwnWrites } from './own-writes.js';
import { PruneNotes, type PruneNote } from './prune-notes.js';
import { Recorder } from './recorder.js';
import { SkipNotes, type SkipNote } from './skip-notes.js';
import { SecretCapture } from './secret-capture.js';

/** How the capture fares. */
export interface CaptureMeasure {
  readonly queued: number;
  readonly lagMs: number;
}

export interface CaptureParts<Feed extends SecretFeed> {
  readonly store: VersionsStore;
  readonly keys: KeyRing;
  /** The uid of the cluster; throws Unavailable before it is known. */
  readonly cluster: () => string;
  readonly namespaces: FollowedNamespaces;
  readonly clock: Clock;
  readonly limits: RetentionLimits;
  readonly writers: Database['writers'];
  readonly exclusions: Exclusions;
  /** Makes what is followed, which tells the sink. */
  readonly feedOf: (sink: FeedSink) => Feed;
  readonly isFollowed: (namespace: string) => boolean;
  /** Throws StorageError where there is no room for histories. */
  readonly requireRoom: () => void;
  readonly recordPrune: (note: PruneNote) => Promise<void>;
  readonly recordSkip: (note: SkipNote) => Promise<void>;
  readonly onRecorded: (versions: number, gaps: number) => void;
  /** A state is left out for want of room. */
  readonly onSkipped: (namespace: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** Puts the capture together: from what is followed to the database. */
export function openCapture<Feed extends SecretFeed>(parts: CaptureParts<Feed>) {
  const { store, namespaces, clock, onFault } = parts;
  const queue = new CaptureQueue();
  const own = new OwnWrites(() => queue.wake());
  const notes = new PruneNotes(parts.recordPrune);
  const skips = new SkipNotes(parts.recordSkip);
  const onPruned = (pruned: readonly Pruned[]): void => notes.add(pruned);
  const writer = writerOf(parts, { own, skips, onPruned });
  const { ageMsMax } = parts.limits;
  const ages = new AgeSweep({ store, namespaces, clock, ageMsMax, onPruned });
  const recorder = new Recorder({
    ...{ queue, writer, own, store, onFault },
    requireRoom: parts.requireRoom,
  });
  const { exclusions, isFollowed } = parts;
  const feed = parts.feedOf(new SecretCapture({ queue, store, clock, exclusions, isFollowed }));
  return {
    feed,
    history: new CapturedHistory({
      ...{ store, own, namespaces, feed, exclusions, recorder, clock },
      writers: parts.writers,
    }),
    /** The database says now who made a state, which nobody here has written. */
    attributed: (state: StateId) => own.attributed(state),
    start: () => recorder.start(),
    /** Takes away what has become too old; to be called now and then. */
    sweep: () => ages.run(),
    /** Lets go of the watches first; what was not recorded comes again after the next start. */
    async stop(): Promise<void> {
      await ages.stop();
      await recorder.stop();
      await notes.flush();
      await skips.flush();
    },
    /** Namespaces of which states are left out, because their quota is full. */
    get full(): readonly string[] {
      return skips.namespaces;
    },
    get problem(): string | undefined {
      return recorder.problem;
    },
    get measure(): CaptureMeasure {
      return { queued: queue.length, lagMs: queue.lagMs(performance.now()) };
    },
  };
}

function writerOf(
  parts: Omit<CaptureParts<SecretFeed>, 'feedOf'>,
  notes: Pick<BatchWriterParts, 'own' | 'onPruned'> & { readonly skips: SkipNotes },
): BatchWriter {
  const { store, keys, namespaces, clock, onRecorded, limits, cluster } = parts;
  const { own, skips, onPruned } = notes;
  return new BatchWriter({
    ...{ store, keys, namespaces, own, clock, onRecorded, onPruned, limits, cluster },
    heads: new Heads(store),
    onSkipped: (history) => {
      skips.add(history);
      parts.onSkipped(history.namespace);
    },
  });
}
