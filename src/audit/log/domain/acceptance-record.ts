import { Buffer } from 'node:buffer';
import { annotation } from '../../domain/kubernetes-event.js';
import { type Acceptance, openAcceptance, openLostEntries } from './acceptance.js';
import type { NoteVerifier } from './note-key.js';
import { ownAnnotations } from './own-annotations.js';

/** Effect of an acceptance event, as a key of the log has signed it. */
export type AcceptanceRecord =
  | { readonly kind: 'rollback'; readonly acceptance: Acceptance }
  /** Loss of the entries with a smaller index. */
  | { readonly kind: 'lost-entries'; readonly below: number }
  /** No key of the log has signed it: it has no effect. */
  | { readonly kind: 'foreign' };

const MENTION = Buffer.from('"audit.acceptRollback"');

/**
 * Returns the acceptance in our own event; undefined for any other entry. A writer of the database
 * can insert such an event, but not sign it.
 */
export function acceptanceIn(
  entry: Buffer,
  index: number,
  verifiers: readonly NoteVerifier[],
): AcceptanceRecord | undefined {
  if (!entry.includes(MENTION)) return undefined;
  const facts = ownAnnotations(entry);
  if (facts[annotation.action] !== 'audit.acceptRollback') return undefined;
  const note = facts[annotation.acceptanceNote];
  const record = typeof note === 'string' ? recordOf(note, facts, verifiers) : undefined;
  const isLater = record?.kind !== 'rollback' || record.acceptance.current.size <= index;
  return record !== undefined && isLater ? record : { kind: 'foreign' };
}

/** Requires that the event agrees with the signed statement, because people read the event. */
function recordOf(
  note: string,
  facts: Readonly<Record<string, unknown>>,
  verifiers: readonly NoteVerifier[],
): AcceptanceRecord | undefined {
  const below = openLostEntries(note, verifiers);
  if (below !== undefined) {
    return facts[annotation.prunedTo] === String(below)
      ? { kind: 'lost-entries', below }
      : undefined;
  }
  const acceptance = openAcceptance(note, verifiers);
  if (acceptance === undefined) return undefined;
  const { former, current } = acceptance;
  const isAsSigned =
    facts[annotation.formerTreeSize] === String(former.size) &&
    facts[annotation.formerRootHash] === Buffer.from(former.root).toString('base64') &&
    facts[annotation.treeSize] === String(current.size);
  return isAsSigned ? { kind: 'rollback', acceptance } : undefined;
}

/** Returns the sentence for operators about acceptance events without effect. */
export function foreignAcceptanceSentence(index: number): string {
  return (
    `event ${index} of the audit log accepts a rollback, but no key of the log has signed that: ` +
    'it has no effect (events of earlier versions have no signature: accept once more)'
  );
}
