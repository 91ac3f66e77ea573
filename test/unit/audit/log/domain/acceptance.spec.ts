import { describe, expect, it } from 'vitest';
import {
  openAcceptance,
  openLostEntries,
  signAcceptance,
  signLostEntries,
} from '../../../../../src/audit/log/domain/acceptance.js';
import { openCheckpoint, signCheckpoint } from '../../../../../src/audit/log/domain/checkpoint.js';
import { openRotation, signRotation } from '../../../../../src/audit/log/domain/key-rotation.js';
import { signNote } from '../../../../../src/audit/log/domain/signed-note.js';
import { newSigner } from './signers.js';

const signer = newSigner();
const verifiers = [signer.verifier];
const former = { size: 600, root: Buffer.alloc(32, 6) };
const current = { size: 300, root: Buffer.alloc(32, 3) };
const id = '0123456789abcdef0123456789abcdef';
const branch = 'a'.repeat(64);
const note = signAcceptance({ former, current, id }, signer);

describe('an acceptance of a rollback', () => {
  it('says what is lost and what there is, under a key of the log', () => {
    expect(openAcceptance(note, verifiers)).toMatchObject({ former, current });
    const named = signAcceptance({ former: { ...former, branch }, current, id }, signer);
    expect(openAcceptance(named, verifiers)?.former).toEqual({ ...former, branch });
  });

  it('is none under another key, of another log, or with another text', () => {
    expect(openAcceptance(note, [newSigner().verifier])).toBeUndefined();
    const other = newSigner('other.example');
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    expect(openAcceptance(signNote(text, [other]), [other.verifier])).toBeUndefined();
    expect(openAcceptance(note.replace('\n600\n', '\n700\n'), verifiers)).toBeUndefined();
    for (const changed of [
      text.replace('acceptance@v1', 'acceptance@v2'),
      text.replace('\n600\n', '\n0600\n'),
      text.replace('\n-\n', '\nsome\n'),
      text.replace(id, id.slice(1)),
      `${text}more\n`,
      text.replace(former.root.toString('base64'), 'AAAA'),
    ]) {
      expect(changed).not.toBe(text);
      expect(openAcceptance(signNote(changed, [signer]), verifiers)).toBeUndefined();
    }
  });
});

describe('an acceptance that entries are lost', () => {
  it('says how many, under a key of the log', () => {
    expect(openLostEntries(signLostEntries(256, signer), verifiers)).toBe(256);
    expect(openLostEntries(signLostEntries(256, newSigner()), verifiers)).toBeUndefined();
    expect(openLostEntries(signLostEntries(-1, signer), verifiers)).toBeUndefined();
  });
});

describe('a note of the log', () => {
  const notes = {
    checkpoint: signCheckpoint({ size: 300, root: current.root, branch }, signer),
    rotation: signRotation({ vkey: newSigner().verifier.vkey, treeSize: 3 }, signer),
    acceptance: note,
    lostEntries: signLostEntries(256, signer),
  };
  const readers = {
    checkpoint: openCheckpoint,
    rotation: openRotation,
    acceptance: openAcceptance,
    lostEntries: openLostEntries,
  };
  const kinds = Object.keys(notes) as (keyof typeof notes)[];

  it('is read as what it is, and as nothing else', () => {
    for (const kind of kinds) {
      for (const reader of kinds) {
        const isRead = readers[reader](notes[kind], verifiers) !== undefined;
        expect([kind, reader, isRead]).toEqual([kind, reader, kind === reader]);
      }
    }
  });

  it.each(['sallyport.dev/rollback-acceptance@v1', 'sallyport.dev/lost-entries-acceptance@v1'])(
    'is so also in a log that is called %s',
    (name) => {
      const odd = newSigner(name);
      const checkpoint = signCheckpoint(current, odd);
      expect(openAcceptance(checkpoint, [odd.verifier])).toBeUndefined();
      expect(openLostEntries(checkpoint, [odd.verifier])).toBeUndefined();
      const accepted = signAcceptance({ former, current, id }, odd);
      expect(openCheckpoint(accepted, [odd.verifier])).toBeUndefined();
      expect(openCheckpoint(signLostEntries(5, odd), [odd.verifier])).toBeUndefined();
    },
  );
});
