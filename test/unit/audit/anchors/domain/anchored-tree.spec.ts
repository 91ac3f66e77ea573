import { describe, expect, it } from 'vitest';
import { anchoredNote, isSameTree } from '../../../../../src/audit/anchors/domain/anchored-tree.js';
import { signNote } from '../../../../../src/audit/log/domain/signed-note.js';
import { newSigner } from '../../log/domain/signers.js';
import { acceptanceOf, forgedNote, noteOf, signer, verifiers } from './notes.js';

const root = Buffer.alloc(32, 7);
const branch = 'a'.repeat(64);

describe('the note of a checkpoint', () => {
  it('tells size, root and branch, where a key of the log has signed it', () => {
    expect(anchoredNote(noteOf(12, root), verifiers)).toEqual({ size: 12, root });
    const named = noteOf(12, root, { branch });
    expect(anchoredNote(named, verifiers)).toEqual({ size: 12, root, branch });
    const former = newSigner(signer.verifier.name);
    const byFormer = noteOf(12, root, { by: former });
    expect(anchoredNote(byFormer, [former.verifier, ...verifiers])).toEqual({ size: 12, root });
  });

  it.each([
    ['nothing', ''],
    ['half a note', `${signer.verifier.name}\n12\n`],
    ['a note of no size', noteOf(12, root).replace('12\n', 'x\n')],
    ['a note of another size than was signed', noteOf(12, root).replace('12\n', '13\n')],
    ['a note that another key has signed in the name of the log', forgedNote(12, root)],
    ['a note of another log', noteOf(12, root, { by: newSigner('other.example') })],
    ['a note with a second signature', noteOf(12, root) + noteOf(12, root).split('\n\n')[1]],
    ['an acceptance', signNote(acceptanceOf({ size: 12, root }).text, [signer])],
    [
      'a note with another line',
      signNote(`${signer.verifier.name}\n12\n${root.toString('base64')}\nmore\n`, [signer]),
    ],
  ])('is none in %s', (_what, text) => {
    expect(anchoredNote(text, verifiers)).toBeUndefined();
  });

  it('is none where no key of the log is known', () => {
    expect(anchoredNote(noteOf(12, root), [])).toBeUndefined();
  });
});

it('is the same tree with the same size and root only', () => {
  const tree = { size: 1, root };
  expect(isSameTree(tree, { size: 1, root: Buffer.alloc(32, 7) })).toBe(true);
  expect(isSameTree(tree, { size: 2, root })).toBe(false);
  expect(isSameTree(tree, { size: 1, root: Buffer.alloc(32) })).toBe(false);
});
