import type { Acceptance } from '../log/domain/acceptance.js';
import type { NoteVerifier } from '../log/domain/note-key.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import type { AnchorReading } from './domain/anchor-search.js';
import { type AnchoredNote, type AnchoredTree, isSameTree } from './domain/anchored-tree.js';
import { isOfGivenUpBranch } from './domain/given-up.js';

/** A place outside the database that vouches for how far the log had come. */
export interface Anchor {
  /** Names it among anchors, and in the log. */
  readonly place: string;
  /**
   * Resolves once the place has it, with what was found there before; rejects with AnchorFailed, or
   * when the signal ends it.
   */
  put(checkpoint: StoredCheckpoint, options: AnchorPut): Promise<AnchorBefore>;
}

/** What a place had before a checkpoint was put there. */
export interface AnchorBefore {
  /** The largest checkpoint near the end of the place, if it can be read and has one. */
  readonly largest?: AnchoredTree;
  /** What else it had, as half a sentence. */
  readonly strange?: string;
}

export interface AnchorCall {
  readonly signal: AbortSignal;
  /** What operators have accepted: other checkpoints may follow those that are given up. */
  readonly accepted: readonly Acceptance[];
  /** Keys of the log: what no such key has signed is no checkpoint. */
  readonly verifiers: readonly NoteVerifier[];
}

export interface AnchorPut extends AnchorCall {
  /** Whether the log that is anchored begins with such a tree. */
  readonly beginsWith: (known: AnchoredTree) => Promise<boolean>;
  /** Told of one of a branch that was given up, of more entries than was accepted. */
  readonly onMoreLost: (known: AnchoredNote) => void;
}

/** One that can be asked what it has. */
export interface ReadableAnchor extends Anchor {
  /** No other process writes there: what it has holds until exactly that was accepted. */
  readonly isOwn?: boolean;
  /** Checkpoints that still hold; rejects with AnchorFailed, also where it has others alone. */
  held(options: AnchorCall): Promise<AnchorReading>;
}

export function isReadable(anchor: Anchor): anchor is ReadableAnchor {
  return 'held' in anchor;
}

/** The place could not be used; the message is half a sentence for operators. */
export class AnchorFailed extends Error {
  override readonly name = 'AnchorFailed';
}

/** The place has something, but no checkpoint of this log: it neither agrees nor contradicts. */
export class AnchorUnread extends AnchorFailed {
  constructor() {
    super('it has no checkpoint that a key of this log has signed');
  }
}

/** The place has a checkpoint that does not come before the one that was to be put there. */
export class AnchorAhead extends AnchorFailed {
  readonly known: AnchoredTree;

  constructor(known: AnchoredTree) {
    super(`it has a checkpoint of ${known.size} entries already, which the log does not lead to`);
    this.known = known;
  }
}

/**
 * Refuses to put a checkpoint behind the largest one that holds where it does not follow it; true
 * where it is there. Those of a branch that was given up are told of, and passed over.
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
