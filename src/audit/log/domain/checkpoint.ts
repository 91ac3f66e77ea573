import { Buffer } from 'node:buffer';
import { type NoteSigner, type NoteVerifier, fromBase64 } from './note-key.js';
import { openNote, parseNote, signNote } from './signed-note.js';
import { HASH_BYTES } from './tree-hash.js';

/** A log's promise: so many entries, with this root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Names the rollbacks that were accepted before; absent where there was none. */
  readonly branch?: string;
}

/** What an accepted rollback adds: https://c2sp.org/tlog-checkpoint has room for such lines. */
const BRANCH = /^sallyport\.dev\/branch ([0-9a-f]{64})$/;

const SIZE = /^(0|[1-9]\d{0,15})$/;

/** https://c2sp.org/tlog-checkpoint#note-text */
export function checkpointText({ origin, size, root, branch }: Checkpoint): string {
  const extension = branch === undefined ? '' : `sallyport.dev/branch ${branch}\n`;
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n${extension}`;
}

/** The checkpoint that a note's text is; undefined for what is none. Extension lines may follow. */
export function parseCheckpointText(text: string): Checkpoint | undefined {
  const [origin = '', digits = '', encoded = '', ...extensions] = text.split('\n');
  const root = fromBase64(encoded);
  const size = Number(digits);
  if (!SIZE.test(digits) || !Number.isSafeInteger(size) || origin === '') return undefined;
  if (root?.length !== HASH_BYTES || extensions.pop() !== '') return undefined;
  if (extensions.includes('')) return undefined;
  const branch = BRANCH.exec(extensions[0] ?? '')?.[1];
  return { origin, size, root, ...(branch !== undefined && { branch }) };
}

/** The signed note of a checkpoint, by the key that is called as its origin. */
export function signCheckpoint(tree: Omit<Checkpoint, 'origin'>, signer: NoteSigner): string {
  return signNote(checkpointText({ ...tree, origin: signer.verifier.name }), [signer]);
}

/**
 * The checkpoint of a note that one of these keys has signed in the name of its own log; undefined
 * for anything else.
 */
export function openCheckpoint(
  note: string,
  verifiers: readonly NoteVerifier[],
): (Checkpoint & { readonly by: readonly NoteVerifier[] }) | undefined {
  const opened = openNote(note, verifiers);
  const checkpoint = opened && parseCheckpointText(opened.text);
  if (checkpoint === undefined || opened === undefined) return undefined;
  const by = opened.by.filter(({ name }) => name === checkpoint.origin);
  return by.length > 0 ? { ...checkpoint, by } : undefined;
}

/** The branch that a note names which this process has signed, or has found signed. */
export function branchIn(note: string): string | undefined {
  return parseCheckpointText(parseNote(note)?.text ?? '')?.branch;
}
