import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type NoteSigner,
  generateSignerKey,
  parseSignerKey,
} from '../../../../../src/audit/log/domain/note-key.js';
import {
  openNote,
  parseNote,
  signNote,
  splitNotes,
} from '../../../../../src/audit/log/domain/signed-note.js';

function newSigner(name: string): NoteSigner {
  const signer = parseSignerKey(generateSignerKey(name));
  if (signer === undefined) throw new Error('no key was made');
  return signer;
}

const log = newSigner('log.example');
const witness = newSigner('witness.example');
const text = 'log.example\n5\nAAAA\n\nand more\n';

describe('a signed note', () => {
  it('is opened by those who know a key of it', () => {
    const note = signNote(text, [log, witness]);
    expect(note.startsWith(`${text}\n— log.example `)).toBe(true);
    expect(openNote(note, [log.verifier])).toEqual({ text, by: [log.verifier] });
    expect(openNote(note, [witness.verifier, log.verifier])?.by).toHaveLength(2);
    expect(openNote(note, [newSigner('log.example').verifier])).toBeUndefined();
    expect(openNote(note, [])).toBeUndefined();
  });

  it('is refused whole where a known key has not signed it', () => {
    const [, forged = ''] = signNote('another\n', [witness]).split('\n\n');
    const note = signNote(text, [log]) + forged;
    expect(openNote(note, [log.verifier])?.by).toHaveLength(1);
    expect(openNote(note, [log.verifier, witness.verifier])).toBeUndefined();
  });

  it('does not open after any byte of its text has changed', () => {
    const note = signNote(text, [log]);
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 1 }),
        fc.integer({ min: 32, max: 126 }),
        (at, code) => {
          const changed = `${note.slice(0, at)}${String.fromCodePoint(code)}${note.slice(at + 1)}`;
          fc.pre(changed !== note);
          expect(openNote(changed, [log.verifier])).toBeUndefined();
        },
      ),
    );
  });

  it.each([
    ['without signatures', `${text}\n`],
    ['without a last line feed', signNote(text, [log]).trimEnd()],
    ['with controls', signNote(text, [log]).replace('more', 'm\tre')],
    ['with a line that is no signature', `${signNote(text, [log])}log.example\n`],
    ['with a hyphen for the dash', signNote(text, [log]).replace('—', '-')],
    ['with a signature of no key', `${text}\n— log.example AAAA\n`],
    ['that is empty', ''],
    ['that never ends', `${'a'.repeat(70_000)}\n\n— a aGVsbG8=\n`],
  ])('is none %s', (_what, note) => {
    expect(parseNote(note)).toBeUndefined();
  });

  it('is not made of a text that could not be read back', () => {
    for (const bad of ['', 'no end', 'con\trol\n', '\ud800\n']) {
      expect(() => signNote(bad, [log])).toThrow(RangeError);
    }
  });
});

it('finds each note in a text of several', () => {
  const notes = [signNote('a\n', [log]), signNote('b\n', [log, witness]), signNote('c\n', [log])];
  expect(splitNotes(notes.map((note) => `${note}\n`).join(''))).toEqual(notes);
  expect(splitNotes(`${notes[0]}\nhalf a note\n\n`)).toEqual([notes[0]]);
  expect(splitNotes(notes.join(''))).toEqual(notes);
  expect(splitNotes(`half a note\n\n${notes.join('')}`)).toEqual(notes);
  expect(splitNotes('')).toEqual([]);
});
