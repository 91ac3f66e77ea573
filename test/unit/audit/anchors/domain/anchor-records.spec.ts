import { describe, expect, it } from 'vitest';
import {
  anchorRecord,
  closingOf,
  isCutRecord,
  noteIn,
  recordsIn,
} from '../../../../../src/audit/anchors/domain/anchor-records.js';
import { newSigner } from '../../log/domain/signers.js';
import { noteOf, signer } from './notes.js';

const origin = signer.verifier.name;
const notes = [noteOf(3), noteOf(5), noteOf(8, undefined, { branch: 'a'.repeat(64) })];
const records = notes.map(anchorRecord);
const found = (text: string, from?: number) => recordsIn(Buffer.from(text), origin, from);
const sizes = (text: string) => found(text).map(({ size }) => size);

describe('an anchor file', () => {
  it('gives its records in order, with where they stand', () => {
    expect(found(records.join(''), 100)).toEqual(
      notes.map((note, at) => {
        const before = Buffer.byteLength(records.slice(0, at).join(''));
        const length = Buffer.byteLength(records[at] ?? '');
        const record = Buffer.from(records[at] ?? '').toString('latin1');
        expect(noteIn({ record })).toBe(note);
        return { at: 100 + before, length, size: [3, 5, 8][at], record };
      }),
    );
    expect(sizes('')).toEqual([]);
  });

  it('gives those of a log whose name is no plain text', () => {
    const odd = newSigner('lög.example/(a|b)*$');
    const text = anchorRecord(noteOf(7, undefined, { by: odd }));
    const [record] = recordsIn(Buffer.from(text), odd.verifier.name);
    expect(record).toMatchObject({ size: 7, length: Buffer.byteLength(text) });
    expect(record && `${noteIn(record)}\n`).toBe(text);
    expect(recordsIn(Buffer.from(text), 'l.gxexample')).toEqual([]);
  });

  it('cut anywhere gives those that are whole', () => {
    const bytes = Buffer.from(records.join(''));
    const whole = (length: number) => {
      let end = 0;
      return records.filter((record) => (end += Buffer.byteLength(record)) <= length).length;
    };
    for (let length = 0; length <= bytes.length; length += 1) {
      const part = recordsIn(bytes.subarray(0, length), origin).map(({ size }) => size);
      expect(part).toEqual([3, 5, 8].slice(0, whole(length)));
    }
  });

  it('gives those behind a record that was cut, once that is closed off', () => {
    const [first = '', second = '', third = ''] = records;
    for (let length = 0; length < second.length; length += 1) {
      const cut = first + second.slice(0, length);
      const after = sizes(cut + closingOf(cut) + third);
      // Of the one that was cut all may be there that counts: then it is what was signed.
      expect(after.filter((size) => size !== 5)).toEqual([3, 8]);
    }
  });

  it('read from somewhere in the middle, or among anything else, gives what follows', () => {
    expect(sizes(records.join('').slice(20))).toEqual([5, 8]);
    expect(sizes(`x${records[0]}${'\n'.repeat(99)}${origin}\n5\n${records[1]}junk`)).toEqual([
      3, 5,
    ]);
  });

  it('whose first record a crash has cut is told from one that others have written', () => {
    const record = Buffer.from(records[0] ?? '');
    for (let length = 1; length < record.length; length += 1) {
      expect(isCutRecord(record.subarray(0, length), origin)).toBe(true);
    }
    for (const text of [records.join(''), 'junk', '\n\n\n', `${records[0]}x`, 'other\n3\n']) {
      expect(isCutRecord(Buffer.from(text), origin)).toBe(false);
    }
  });
});
