import { randomBytes } from 'node:crypto';
import type { AnchoredNote } from '../../../../../src/audit/anchors/domain/anchored-tree.js';
import {
  type Acceptance,
  openAcceptance,
  signAcceptance,
} from '../../../../../src/audit/log/domain/acceptance.js';
import { signCheckpoint } from '../../../../../src/audit/log/domain/checkpoint.js';
import type { NoteSigner } from '../../../../../src/audit/log/domain/note-key.js';
import { newSigner } from '../../log/domain/signers.js';

/** The key of the log that the notes below are of. */
export const signer = newSigner();
export const verifiers = [signer.verifier];

/** The signed note of a checkpoint of the log. */
export function noteOf(
  size: number,
  root: Uint8Array = Buffer.alloc(32),
  { branch, by = signer }: { readonly branch?: string; readonly by?: NoteSigner } = {},
): string {
  return signCheckpoint({ size, root, ...(branch !== undefined && { branch }) }, by);
}

/** A note like that, but for its signature. */
export function forgedNote(size: number, root?: Uint8Array): string {
  return noteOf(size, root, { by: newSigner(signer.verifier.name) });
}

/** What an operator has accepted: that this tree is lost. */
export function acceptanceOf(
  former: AnchoredNote,
  current = { size: 0, root: Buffer.alloc(32) },
): Acceptance {
  const id = randomBytes(16).toString('hex');
  const acceptance = openAcceptance(signAcceptance({ former, current, id }, signer), verifiers);
  if (acceptance === undefined) throw new Error('it was just signed');
  return acceptance;
}
