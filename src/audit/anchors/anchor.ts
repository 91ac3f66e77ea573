import type { StoredCheckpoint } from '../log/log-store.js';
import { type AnchoredTree, isSameTree } from './domain/anchored-tree.js';

/** A place outside the database that vouches for how far the log had come. */
export interface Anchor {
  /** Names it among anchors, and in the log. */
  readonly place: string;
  /** Resolves once the place has it; rejects with AnchorFailed, or when the signal ends it. */
  put(checkpoint: StoredCheckpoint, options: AnchorCall): Promise<void>;
}

export interface AnchorCall {
  readonly signal: AbortSignal;
  /** Checkpoints whose loss an operator has accepted: others may follow them. */
  readonly accepted: readonly AnchoredTree[];
}

/** One that can be asked what it has. */
export interface ReadableAnchor extends Anchor {
  /** The last checkpoint that still holds, or undefined of none; rejects with AnchorFailed. */
  last(options: AnchorCall): Promise<AnchoredTree | undefined>;
}

export function isReadable(anchor: Anchor): anchor is ReadableAnchor {
  return 'last' in anchor;
}

/** The place could not be used; the message is half a sentence for operators. */
export class AnchorFailed extends Error {
  override readonly name = 'AnchorFailed';
}

/** The place has a checkpoint that does not come before the one that was to be put there. */
export class AnchorAhead extends AnchorFailed {
  readonly known: AnchoredTree;

  constructor(known: AnchoredTree) {
    super(`it has a checkpoint of ${known.size} entries already, which the log does not lead to`);
    this.known = known;
  }
}

/** Refuses to put a checkpoint behind one that it does not follow; true where it is there. */
export function isThere(known: AnchoredTree | undefined, wanted: AnchoredTree): boolean {
  if (known === undefined || known.size < wanted.size) return false;
  if (isSameTree(known, wanted)) return true;
  throw new AnchorAhead(known);
}
