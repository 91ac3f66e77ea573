import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { AuditFacts } from '../domain/audit-event.js';
import { signAcceptance, signLostEntries } from '../log/domain/acceptance.js';
import type { NoteSigner } from '../log/domain/note-key.js';
import { type AnchoredNote, type AnchoredTree, isSameTree } from './domain/anchored-tree.js';
import type { LostTree } from './more-lost.js';

export interface AcceptedBy {
  /** The log's key, which must sign what is accepted. */
  readonly signer: NoteSigner;
  /** The signed tree of the current log. */
  readonly current: AnchoredTree;
  readonly record: (facts: AuditFacts) => Promise<void>;
}

const ID_BYTES = 16;

/** Records, for each lost checkpoint, that an operator accepts the loss. */
export async function acceptRollbacks(found: readonly LostTree[], by: AcceptedBy): Promise<void> {
  const lost = found.filter(
    ({ rollback }, index) =>
      found.findIndex((other) => isSameNote(other.rollback.anchored, rollback.anchored)) === index,
  );
  for (const { place, rollback } of lost) {
    await by.record(acceptanceFacts(rollback.anchored, place, by));
  }
}

/** Records the acceptance of lost first entries. */
export async function acceptLostEntries(
  below: number,
  { signer, record }: Pick<AcceptedBy, 'signer' | 'record'>,
): Promise<void> {
  const acceptanceNote = signLostEntries(below, signer);
  await record({ action: 'audit.acceptRollback', log: { prunedTo: below, acceptanceNote } });
}

/** Returns facts about an acceptance: the lost tree, and the current tree. */
export function acceptanceFacts(
  former: AnchoredNote,
  place: string,
  { signer, current }: Pick<AcceptedBy, 'signer' | 'current'>,
): AuditFacts {
  const id = randomBytes(ID_BYTES).toString('hex');
  return {
    action: 'audit.acceptRollback',
    log: {
      place,
      treeSize: current.size,
      formerTreeSize: former.size,
      formerRootHash: Buffer.from(former.root).toString('base64'),
      acceptanceNote: signAcceptance({ former, current, id }, signer),
    },
  };
}

function isSameNote(one: AnchoredNote, other: AnchoredNote): boolean {
  return one.branch === other.branch && isSameTree(one, other);
}
