import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { AuditFacts } from '../domain/audit-event.js';
import { signAcceptance, signLostEntries } from '../log/domain/acceptance.js';
import type { NoteSigner } from '../log/domain/note-key.js';
import { type AnchoredNote, type AnchoredTree, isSameTree } from './domain/anchored-tree.js';
import type { LostTree } from './more-lost.js';

export interface AcceptedBy {
  /** The key of the log, which has to sign what is accepted. */
  readonly signer: NoteSigner;
  /** What was signed of the log as it is. */
  readonly current: AnchoredTree;
  readonly record: (facts: AuditFacts) => Promise<void>;
}

const ID_BYTES = 16;

/** Writes down, for each checkpoint that was lost, that an operator accepts it. */
export async function acceptRollbacks(found: readonly LostTree[], by: AcceptedBy): Promise<void> {
  const lost = found.filter(
    ({ rollback }, index) =>
      found.findIndex((other) => isSameNote(other.rollback.anchored, rollback.anchored)) === index,
  );
  for (const { place, rollback } of lost) {
    await by.record(acceptanceFacts(rollback.anchored, place, by));
  }
}

/** The same of the first entries, where they are gone. */
export async function acceptLostEntries(
  below: number,
  { signer, record }: Pick<AcceptedBy, 'signer' | 'record'>,
): Promise<void> {
  const acceptanceNote = signLostEntries(below, signer);
  await record({ action: 'audit.acceptRollback', log: { prunedTo: below, acceptanceNote } });
}

/** What the log says about an acceptance: the tree that is lost, and what there is. */
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
