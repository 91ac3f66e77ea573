import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../../../../src/audit/log/domain/checkpoint.js';
import { ExportHeader } from '../../../../../src/audit/log/domain/export-header.js';
import type { ExportLine } from '../../../../../src/audit/log/domain/export-line.js';
import { limits } from '../../../../../src/core/limits.js';
import { newSigner } from './signers.js';

const signer = newSigner();
const key: ExportLine = { kind: 'key', vkey: signer.verifier.vkey };
const note = signCheckpoint({ size: 70_000, root: Buffer.alloc(32) }, signer);
const checkpoint: ExportLine = { kind: 'checkpoint', note };
const first = (index: number): ExportLine => ({ kind: 'first', index });
const edge = (level: number, hashes: number): ExportLine => ({
  kind: 'edge',
  level,
  hashes: Buffer.alloc(32 * hashes),
});

function headerOf(...lines: readonly ExportLine[]): ExportHeader {
  const header = new ExportHeader();
  for (const line of lines) expect(header.add(line)).toBe(true);
  return header;
}

describe('the beginning of an export', () => {
  it('is whole with a checkpoint, the first index and the edge in front of it', () => {
    const header = headerOf(key, checkpoint, first(66_048), edge(0, 0), edge(1, 2), edge(2, 1));
    expect(header.isWhole).toBe(true);
    expect(header.head?.checkpoint.size).toBe(70_000);
    expect([header.first, header.keys.length, header.edges.length]).toEqual([66_048, 1, 3]);
    expect(headerOf(checkpoint, first(0)).isWhole).toBe(true);
  });

  it.each([
    ['no checkpoint', [first(0)]],
    ['no first index', [checkpoint]],
    ['a first index within a bundle', [checkpoint, first(7)]],
    ['a first index behind the end', [checkpoint, first(70_144), edge(0, 0)]],
    ['an edge too few', [checkpoint, first(256), edge(0, 0)]],
    ['an edge too many', [checkpoint, first(0), edge(0, 0)]],
    ['an edge of another width', [checkpoint, first(256), edge(0, 0), edge(1, 2)]],
  ])('is not whole with %s', (_what, lines) => {
    expect(headerOf(...lines).isWhole).toBe(false);
  });

  it('takes nothing twice that there is once, and no more than a good one has', () => {
    const header = headerOf(checkpoint, first(0));
    expect(header.add(checkpoint)).toBe(false);
    expect(header.add(first(0))).toBe(false);
    expect(header.add(edge(1, 0))).toBe(false);
    expect(header.add(edge(0, 256))).toBe(false);
    for (let level = 0; level < 8; level += 1) expect(header.add(edge(level, 255))).toBe(true);
    expect(header.add(edge(8, 0))).toBe(false);
    for (let at = 0; at < limits.auditLogKeysMax; at += 1) expect(header.add(key)).toBe(true);
    expect(header.add(key)).toBe(false);
    expect(header.add({ kind: 'key', vkey: 'none' })).toBe(false);
    expect(header.add({ kind: 'end' })).toBe(false);
  });
});
