import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import {
  entryMac,
  firstWithMac,
  isAppended,
  markMac,
  type WrittenEntry,
} from '../../../../src/audit/domain/entry-mac.js';
import { rowMac } from '../../encryption/row-integrity.builder.js';

const entry: WrittenEntry = {
  leafIndex: 7,
  callIndex: 5,
  stage: 'outcome',
  source: 'gateway',
  leafHash: Buffer.alloc(32, 1),
};

describe('the MAC of an entry', () => {
  const mac = entryMac(rowMac(), entry);

  it('is that of a gateway with the key', () => {
    expect(isAppended(rowMac(), { ...entry, mac }, 0)).toBe(true);
  });

  it('may be missing where an operator has said so', () => {
    expect(isAppended(rowMac(), { ...entry, mac: null }, 8)).toBe(true);
    expect(isAppended(rowMac(), { ...entry, mac: null }, 7)).toBe(false);
  });

  it.each([
    ['of another key', { ...entry, mac: entryMac(rowMac(9), entry) }],
    ['of another place', { ...entry, mac, leafIndex: 8 }],
    ['of another event', { ...entry, mac, leafHash: Buffer.alloc(32, 2) }],
    ['of another call', { ...entry, mac, callIndex: 4 }],
    ['of another stage', { ...entry, mac, stage: 'joined' as const }],
    ['of another source', { ...entry, mac, source: 'cluster' as const }],
    ['that is missing', { ...entry, mac: null }],
    ['that was cut', { ...entry, mac: mac.subarray(0, 16) }],
  ])('is none %s', (_, other) => {
    expect(isAppended(rowMac(), other, 0)).toBe(false);
  });
});

describe('the mark below which entries have no MAC', () => {
  const lastHash = Buffer.alloc(32, 3);
  const mark = { from: 512, mac: markMac(rowMac(), 512, lastHash), lastHash };

  it('is none in a new log: each entry has one', () => {
    expect(firstWithMac(rowMac(), { from: null, mac: null, lastHash: undefined }, 0)).toBe(0);
  });

  it('counts as an operator has set it', () => {
    expect(firstWithMac(rowMac(), mark, 0)).toBe(512);
    expect(firstWithMac(rowMac(), { ...mark, lastHash: undefined }, 512)).toBe(0);
  });

  it.each([
    ['moved', { ...mark, from: 513 }],
    ['put into another log', { ...mark, lastHash: Buffer.alloc(32, 4) }],
    ['put before an entry that is not there', { ...mark, lastHash: undefined }],
    ['made without the key', { ...mark, mac: markMac(rowMac(9), 512, lastHash) }],
    ['left without a MAC', { ...mark, mac: null }],
  ])('does not count where somebody else has %s it', (_, other) => {
    expect(firstWithMac(rowMac(), other, 256)).toBeUndefined();
  });
});
