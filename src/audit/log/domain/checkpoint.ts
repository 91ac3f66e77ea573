import { Buffer } from 'node:buffer';
import { type NoteSigner, type NoteVerifier, fromBase64 } from './note-key.js';
import { openNote, parseNote, signNote } from './signed-note.js';
import { HASH_BYTES } from './tree-hash.js';

/** A log's commitment: the number of entries, with this root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Identifies the earlier accepted rollbacks; absent if there was none. */
  readonly branch?: string;
}

/** Extension line of an accepted rollback: https://c2sp.org/tlog-checkpoint allows such lines. */
const BRANCH = /^sallyport\.dev\/branch ([0-9a-f]{64})$/;

const SIZE = /^(0|[1-9]\d{0,15})$/;

/** https://c2sp.org/tlog-checkpoint#note-text */
export function checkpointText({ origin, size, root, branch }: Checkpoint): string {
  const extension = branch === undefined ? '' : `sallyport.dev/branch ${branch}\n`;
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n${extension}`;
}

/** Parses the checkpoint in a note's text; undefined if invalid. Extension lines may follow. */
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

/** Returns the signed note of a checkpoint, by the key with the name of its origin. */
export function signCheckpoint(tree: Omit<Checkpoint, 'origin'>, signer: NoteSigner): string {
  return signNote(checkpointText({ ...tree, origin: signer.verifier.name }), [signer]);
}

/**
 * Returns the checkpoint of a note that one of these keys has signed in the name of its own log;
 * undefined for anything else.
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

/** Returns the branch in a note that this process has signed, or has found signed. */
export function branchIn(note: string): string | undefined {
  return parseCheckpointText(parseNote(note)?.text ?? '')?.branch;
}
