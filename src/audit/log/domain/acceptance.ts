import { Buffer } from 'node:buffer';
import { type NoteSigner, type NoteVerifier, fromBase64 } from './note-key.js';
import { openNote, signNote } from './signed-note.js';
import { HASH_BYTES } from './tree-hash.js';

/** A tree that was signed, of the branch that its checkpoint names. */
export interface SignedTree {
  readonly size: number;
  readonly root: Uint8Array;
  readonly branch?: string;
}

/** What an operator has accepted, as a key of the log has signed it. */
export interface Acceptance {
  /** The tree that is lost, and with it every smaller one of its branch. */
  readonly former: SignedTree;
  /** The tree that the log had then: the acceptance is one of logs that begin with it. */
  readonly current: Pick<SignedTree, 'size' | 'root'>;
  /** What was signed: no two acceptances have the same. */
  readonly text: string;
}

/** The first lines of the statements: no checkpoint has a line of digits in the third place. */
const ROLLBACK = 'sallyport.dev/rollback-acceptance@v1';
const LOST_ENTRIES = 'sallyport.dev/lost-entries-acceptance@v1';
const NO_BRANCH = '-';
const SIZE = /^(0|[1-9]\d{0,15})$/;
const BRANCH = /^(?:-|[0-9a-f]{64})$/;
const ID = /^[0-9a-f]{32}$/;

/**
 * The note by which the key of the log says that a rollback was accepted: in lines, what it is, the
 * log's name, size, root and branch of what is lost, size and root of what is there, and an id of
 * 32 hexadecimal digits that no other has.
 */
export function signAcceptance(
  { former, current, id }: Omit<Acceptance, 'text'> & { readonly id: string },
  signer: NoteSigner,
): string {
  const lines = [
    ROLLBACK,
    signer.verifier.name,
    former.size,
    base64(former.root),
    former.branch ?? NO_BRANCH,
    current.size,
    base64(current.root),
    id,
  ];
  return signNote(`${lines.join('\n')}\n`, [signer]);
}

/** What such a note says, where one of these keys has signed it for its own log; else undefined. */
export function openAcceptance(
  note: string,
  verifiers: readonly NoteVerifier[],
): Acceptance | undefined {
  const opened = openStatement(note, ROLLBACK, verifiers);
  if (opened?.facts.length !== 7) return undefined;
  const [size = '', root = '', branch = '', currentSize = '', currentRoot = '', id = ''] =
    opened.facts;
  const former = treeOf(size, root);
  const current = treeOf(currentSize, currentRoot);
  const isWhole = BRANCH.test(branch) && ID.test(id);
  if (former === undefined || current === undefined || !isWhole) return undefined;
  const named = branch === NO_BRANCH ? former : { ...former, branch };
  return { former: named, current, text: opened.text };
}

/** The same where the first entries are gone: in lines, what it is, the log's name, how many. */
export function signLostEntries(below: number, signer: NoteSigner): string {
  return signNote(`${LOST_ENTRIES}\n${signer.verifier.name}\n${below}\n`, [signer]);
}

/** How many entries such a note gives up, where a key has signed it for its log. */
export function openLostEntries(
  note: string,
  verifiers: readonly NoteVerifier[],
): number | undefined {
  const [below = '', ...rest] = openStatement(note, LOST_ENTRIES, verifiers)?.facts ?? [];
  return rest.length === 1 && SIZE.test(below) ? Number(below) : undefined;
}

/** The lines behind the first two, where a key has signed such a statement for its own log. */
function openStatement(
  note: string,
  statement: string,
  verifiers: readonly NoteVerifier[],
): { readonly text: string; readonly facts: readonly string[] } | undefined {
  const opened = openNote(note, verifiers);
  if (opened === undefined) return undefined;
  const [first, origin, ...facts] = opened.text.split('\n');
  const isOurs = opened.by.some(({ name }) => name === origin);
  return isOurs && first === statement ? { text: opened.text, facts } : undefined;
}

function treeOf(size: string, root: string): Acceptance['current'] | undefined {
  const bytes = fromBase64(root);
  if (!SIZE.test(size) || !Number.isSafeInteger(Number(size))) return undefined;
  return bytes?.length === HASH_BYTES ? { size: Number(size), root: bytes } : undefined;
}

function base64(root: Uint8Array): string {
  return Buffer.from(root).toString('base64');
}
