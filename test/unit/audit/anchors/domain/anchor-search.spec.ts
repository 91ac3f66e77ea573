import { describe, expect, it } from 'vitest';
import { anchorRecord } from '../../../../../src/audit/anchors/domain/anchor-records.js';
import {
  type AnchorReading,
  AnchorSearch,
} from '../../../../../src/audit/anchors/domain/anchor-search.js';
import { limits } from '../../../../../src/core/limits.js';
import { newSigner } from '../../log/domain/signers.js';
import { forgedNote, noteOf, signer, verifiers } from './notes.js';

const record = (size: number) => anchorRecord(noteOf(size));
const forged = (size: number) => anchorRecord(forgedNote(size));
const piece = limits.auditAnchorPieceBytes;

interface Searched {
  readonly reading: AnchorReading | undefined;
  readonly bytesRead: number;
}

function searched(file: Buffer | string, isWhole = true, keys = verifiers): Searched {
  const bytes = Buffer.from(file);
  const search = new AnchorSearch({ size: bytes.length, verifiers: keys, isWhole });
  let bytesRead = 0;
  for (let span = search.next; span !== undefined; span = search.next) {
    bytesRead += span.to - span.from;
    search.take(bytes.subarray(span.from, span.to));
  }
  return { reading: search.reading, bytesRead };
}

const sizes = (file: Buffer | string, isWhole?: boolean) =>
  searched(file, isWhole).reading?.notes.map(({ size }) => size);
const strange = (file: Buffer | string) => searched(file).reading?.strange;

describe('what is searched for in an anchor file', () => {
  it('is found in order, and nothing strange in a file that the gateway alone has written', () => {
    const many = Array.from({ length: 900 }, (_, at) => at + 1);
    const file = many.map(record).join('');
    expect(file.length).toBeGreaterThan(2 * piece);
    expect(sizes(file)).toEqual(many.slice(-limits.auditAnchorNotesMax));
    expect(strange(file)).toBeUndefined();
    expect(searched('').reading).toEqual({ notes: [] });
  });

  it.each([
    ['line feeds', '\n'.repeat(3 * piece)],
    ['anything else', 'x'.repeat(3 * piece)],
    ['half a record', record(9).slice(0, 50)],
    ['notes that another key has signed', forged(9).repeat(500)],
    ['notes of another log', anchorRecord(noteOf(9, undefined, { by: newSigner('other') }))],
    ['a note with signatures beside it', `${noteOf(9)}— other AAAAAAAA\n\n`],
  ])('is found behind %s, which is strange', (_what, junk) => {
    for (const isWhole of [true, false]) {
      const { reading } = searched(record(5) + record(7) + junk, isWhole);
      expect(reading?.notes.map(({ size }) => size)).toEqual([5, 7]);
      expect(reading?.strange).toBe(
        `${Buffer.byteLength(junk)} bytes in it are no checkpoints of this log`,
      );
    }
  });

  it('is not known where there is something, and no checkpoint of the log', () => {
    for (const junk of ['\n', 'x', forged(3), '\n'.repeat(piece + 1)]) {
      expect(searched(junk).reading).toBeUndefined();
      expect(searched(junk, false).reading).toBeUndefined();
    }
    expect(searched(record(3), true, []).reading).toBeUndefined();
  });

  it('is nothing where a crash has cut the very first record', () => {
    expect(searched(record(3).slice(0, 40)).reading).toMatchObject({ notes: [] });
  });

  it('is found also by a key that was in use before', () => {
    const next = newSigner(signer.verifier.name);
    const file = record(3) + anchorRecord(noteOf(8, undefined, { by: next }));
    const found = searched(file, true, [...verifiers, next.verifier]).reading;
    expect(found?.notes.map(({ size }) => size)).toEqual([3, 8]);
    expect(found?.strange).toBeUndefined();
  });

  it('is found across the pieces, wherever they are cut', () => {
    for (let shift = 0; shift < record(1).length; shift += 7) {
      const file = record(1) + record(2) + 'x'.repeat(piece - shift);
      expect(sizes(file)).toEqual([1, 2]);
    }
  });
});

describe('older checkpoints that are put behind the newest', () => {
  it('do not hide it, however many they are', () => {
    const older = Array.from({ length: 900 }, (_, at) => record(at + 1)).join('');
    expect(sizes(record(5_000) + older)).toContain(5_000);
    expect(sizes(record(5_000) + record(4).repeat(2_000))).toEqual([5_000, 4]);
  });

  it('are found once each, also where they fill all that is read', () => {
    const two = record(4) + record(3);
    const many = two.repeat(Math.ceil(limits.auditAnchorReadBytesMax / two.length));
    const { reading } = searched(record(5_000) + many);
    expect(reading?.notes.map(({ size }) => size)).toEqual([4, 3]);
    expect(reading?.strange).toMatch(/^\d{5,} checkpoints stand in it again$/);
  });

  it('are strange where one stands in the file again', () => {
    expect(strange(record(3) + record(9) + record(3))).toBe('1 checkpoints stand in it again');
  });

  it('do not hide it among larger ones that nobody has signed', () => {
    const larger = Array.from({ length: 300 }, (_, at) => forged(9_000 + at)).join('');
    const older = Array.from({ length: 300 }, (_, at) => record(at + 1)).join('');
    expect(sizes(record(5_000) + larger + older)).toContain(5_000);
  });
});

describe('a search', () => {
  it('ends at its bound, whatever the size of the file', () => {
    const size = 40 * 1024 * 1024;
    const { reading, bytesRead } = searched(Buffer.alloc(size, '\n'));
    const pieces = limits.auditAnchorReadBytesMax / piece;
    expect(reading).toBeUndefined();
    expect(bytesRead).toBeLessThanOrEqual(
      limits.auditAnchorReadBytesMax + pieces * limits.auditAnchorRecordBytesMax,
    );
  });

  it('for the last checkpoint alone goes no further back than to it', () => {
    const file = 'x'.repeat(10 * piece) + record(3);
    expect(searched(file, false).bytesRead).toBe(piece);
  });

  it('checks no signature again that was found to hold before', () => {
    let checks = 0;
    const { verifier } = signer;
    const verify = (text: string, signature: Uint8Array) => {
      checks += 1;
      return verifier.verify(text, signature);
    };
    const bytes = Buffer.from(record(3) + record(5));
    const options = { size: bytes.length, verifiers: [{ ...verifier, verify }], isWhole: true };
    const first = new AnchorSearch(options);
    first.take(bytes);
    expect(first.reading?.notes).toHaveLength(2);
    const second = new AnchorSearch({ ...options, known: first.verified });
    second.take(bytes);
    expect(second.reading).toEqual(first.reading);
    expect(checks).toBe(2);
  });

  it('checks a bounded number of signatures', () => {
    let checks = 0;
    const verifier = { ...signer.verifier, verify: () => (checks += 1) < 0 };
    const many = Array.from({ length: 9_000 }, (_, at) => at + 1);
    const file = many.map((size) => record(1).replace('\n1\n', `\n${size}\n`)).join('');
    searched(file, true, [verifier]);
    expect(checks).toBe(2 * limits.auditAnchorSignaturesMax);
    checks = 0;
    searched(file, false, [verifier]);
    expect(checks).toBe(limits.auditAnchorSignaturesMax);
  });
});
