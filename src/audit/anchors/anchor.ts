import type { Acceptance } from '../log/domain/acceptance.js';
import type { NoteVerifier } from '../log/domain/note-key.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import type { AnchorReading } from './domain/anchor-search.js';
import { type AnchoredNote, type AnchoredTree, isSameTree } from './domain/anchored-tree.js';
import { isOfGivenUpBranch } from './domain/given-up.js';

/** External evidence of the log's size, outside the database. */
export interface Anchor {
  /** Identifies the anchor among anchors, and in the log. */
  readonly place: string;
  /**
   * Stores a checkpoint durably; resolves with the previous contents. Rejects with AnchorFailed, or
   * when the signal aborts.
   */
  put(checkpoint: StoredCheckpoint, options: AnchorPut): Promise<AnchorBefore>;
}

/** Contents of an anchor before a checkpoint was put there. */
export interface AnchorBefore {
  /** The largest checkpoint near the end of the anchor, if readable and present. */
  readonly largest?: AnchoredTree;
  /** Other contents, as half a sentence. */
  readonly strange?: string;
}

export interface AnchorCall {
  readonly signal: AbortSignal;
  /** Losses that operators have accepted: other checkpoints may follow abandoned ones. */
  readonly accepted: readonly Acceptance[];
  /** Keys of the log: a checkpoint must be signed by one of these keys. */
  readonly verifiers: readonly NoteVerifier[];
}

export interface AnchorPut extends AnchorCall {
  /** Reports whether the anchored log begins with such a tree. */
  readonly beginsWith: (known: AnchoredTree) => Promise<boolean>;
  /** Called for a checkpoint of an abandoned branch with more entries than the accepted loss. */
  readonly onMoreLost: (known: AnchoredNote) => void;
}

/** Anchor whose contents can be read. */
export interface ReadableAnchor extends Anchor {
  /** No other process writes there: its contents are valid until exactly their loss is accepted. */
  readonly isOwn?: boolean;
  /** Returns valid checkpoints; rejects with AnchorFailed, also if the anchor has only others. */
  held(options: AnchorCall): Promise<AnchorReading>;
}

export function isReadable(anchor: Anchor): anchor is ReadableAnchor {
  return 'held' in anchor;
}

/** Failure to use an anchor; the message is half a sentence for operators. */
export class AnchorFailed extends Error {
  override readonly name = 'AnchorFailed';
}

/** The anchor has contents, but no checkpoint of this log: it neither agrees nor contradicts. */
export class AnchorUnread extends AnchorFailed {
  constructor() {
    super('it has no checkpoint that a key of this log has signed');
  }
}

/** The anchor has a checkpoint that does not precede the new checkpoint. */
export class AnchorAhead extends AnchorFailed {
  readonly known: AnchoredTree;

  constructor(known: AnchoredTree) {
    super(`it has a checkpoint of ${known.size} entries already, which the log does not lead to`);
    this.known = known;
  }
}

/**
 * Refuses a checkpoint that does not extend the largest valid checkpoint; true if it is already
 * there. Checkpoints of an abandoned branch are reported and skipped.
 */
export async function isThere(
  held: readonly AnchoredNote[],
  wanted: AnchoredTree,
  { accepted, beginsWith, onMoreLost }: Omit<AnchorPut, 'signal' | 'verifiers'>,
): Promise<boolean> {
  for (const known of held.toSorted((one, other) => other.size - one.size)) {
    if (isSameTree(known, wanted)) return true;
    if (known.size < wanted.size && (await beginsWith(known))) return false;
    if (!isOfGivenUpBranch(known, accepted)) throw new AnchorAhead(known);
    onMoreLost(known);
  }
  return false;
}
