import { Buffer } from 'node:buffer';
import { type NoteSigner, type NoteVerifier, fromBase64 } from './note-key.js';
import { openNote, signNote } from './signed-note.js';
import { HASH_BYTES } from './tree-hash.js';

/** Signed tree, with the branch that its checkpoint names. */
export interface SignedTree {
  readonly size: number;
  readonly root: Uint8Array;
  readonly branch?: string;
}

/** Acceptance by an operator, as a key of the log has signed it. */
export interface Acceptance {
  /** The lost tree, and with it every smaller tree of its branch. */
  readonly former: SignedTree;
  /** The log's tree at that time: the acceptance applies to logs that begin with it. */
  readonly current: Pick<SignedTree, 'size' | 'root'>;
  /** The signed text: unique for each acceptance. */
  readonly text: string;
}

/** First lines of the statements: the third line of a checkpoint never consists of digits. */
const ROLLBACK = 'sallyport.dev/rollback-acceptance@v1';
const LOST_ENTRIES = 'sallyport.dev/lost-entries-acceptance@v1';
const NO_BRANCH = '-';
const SIZE = /^(0|[1-9]\d{0,15})$/;
const BRANCH = /^(?:-|[0-9a-f]{64})$/;
const ID = /^[0-9a-f]{32}$/;

/**
 * Signs a note that accepts a rollback. Its lines are: statement, log name, size, root and branch
 * of the lost tree, size and root of the current tree, unique id (32 hex digits).
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

/**
 * Returns the content of such a note; undefined if none of these keys signed it for its own log.
 */
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

/** Signs the loss of the first entries; lines: the statement, the log's name, the number. */
export function signLostEntries(below: number, signer: NoteSigner): string {
  return signNote(`${LOST_ENTRIES}\n${signer.verifier.name}\n${below}\n`, [signer]);
}

/** Returns how many entries such a note accepts as lost, if a key signed it for its log. */
export function openLostEntries(
  note: string,
  verifiers: readonly NoteVerifier[],
): number | undefined {
  const [below = '', ...rest] = openStatement(note, LOST_ENTRIES, verifiers)?.facts ?? [];
  return rest.length === 1 && SIZE.test(below) ? Number(below) : undefined;
}

/** Returns the lines after the first two, if a key signed the statement for its own log. */
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
