import { describe, expect, it } from 'vitest';
import { parseCheckpointText } from '../../../../../src/audit/log/domain/checkpoint.js';
import { openRotation, signRotation } from '../../../../../src/audit/log/domain/key-rotation.js';
import { parseNote, signNote } from '../../../../../src/audit/log/domain/signed-note.js';
import { newSigner } from './signers.js';

const old = newSigner();
const next = newSigner();
const { vkey } = next.verifier;
const note = signRotation({ vkey, treeSize: 42 }, old);

describe('the note by which a key is followed by another', () => {
  it('says which, and of how large a log', () => {
    expect(openRotation(note, [newSigner().verifier, old.verifier])).toMatchObject({
      next: { vkey },
      treeSize: 42,
    });
    expect(parseNote(note)?.text).toBe(
      `sallyport.dev/log-key-rotation@v1\nlog.example\n42\n${vkey}\n`,
    );
  });

  it('is nothing that a checkpoint could be taken for', () => {
    expect(parseCheckpointText(parseNote(note)?.text ?? '')).toBeUndefined();
  });

  it('holds under no other key, nor after any change', () => {
    expect(openRotation(note, [newSigner().verifier])).toBeUndefined();
    expect(openRotation(note, [])).toBeUndefined();
    for (const [from, to] of [
      ['42', '43'],
      [vkey, newSigner().verifier.vkey],
      ['@v1', '@v2'],
    ] as const) {
      expect(openRotation(note.replace(from, to), [old.verifier])).toBeUndefined();
    }
  });

  it('is none by which a key vouches for itself, or for one of another log', () => {
    const itself = signRotation({ vkey, treeSize: 42 }, next);
    expect(openRotation(itself, [next.verifier])).toBeUndefined();
    const stranger = newSigner('other.example');
    const another = signRotation({ vkey: stranger.verifier.vkey, treeSize: 42 }, old);
    expect(openRotation(another, [old.verifier])).toBeUndefined();
    expect(openRotation(signRotation({ vkey, treeSize: 42 }, stranger), [stranger.verifier])).toBe(
      undefined,
    );
  });

  it.each([
    `another statement\nlog.example\n42\n${vkey}\n`,
    `sallyport.dev/log-key-rotation@v1\nlog.example\n042\n${vkey}\n`,
    `sallyport.dev/log-key-rotation@v1\nlog.example\n42\n${vkey}\nmore\n`,
    `sallyport.dev/log-key-rotation@v1\nlog.example\n42\nno key\n`,
    `sallyport.dev/log-key-rotation@v1\nlog.example\n42\n`,
  ])('is not %j', (text) => {
    expect(openRotation(signNote(text, [old]), [old.verifier])).toBeUndefined();
  });
});
