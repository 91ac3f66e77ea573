import { describe, expect, it } from 'vitest';
import {
  CHAIN_START,
  chainStart,
  hashAfter,
  isLinked,
  isTail,
  linked,
  placeColumns,
  tailMac,
} from '../../../../../src/audit/queue/domain/chain.js';
import { rowMac } from '../../../encryption/row-integrity.builder.js';
import { chainOf } from './chain.builder.js';

const mac = rowMac();

describe('a chain of queued entries', () => {
  it('numbers its entries, and links each to the one before', () => {
    const { rows, tail } = chainOf(3);
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(rows[0]?.previous).toEqual(CHAIN_START);
    for (const [at, row] of rows.entries()) {
      expect(isLinked(row, mac)).toBe(true);
      const next = rows[at + 1];
      expect(hashAfter(row)).toEqual(next?.previous ?? tail.hash);
    }
    expect(tail).toMatchObject({ writer: 7, sequence: 3 });
  });

  it('goes on where it has ended', () => {
    const { rows, tail } = chainOf(4);
    const half = chainOf(2);
    const more = rows.slice(2).map(({ event, stage }) => ({
      json: Buffer.from(event).toString(),
      stage,
    }));
    expect(linked(more, half.tail, mac)).toEqual({ rows: rows.slice(2), tail });
  });

  it.each([
    ['another event', { event: Buffer.from('{}') }],
    ['another place', { sequence: 2 }],
    ['another writer', { writer: 8 }],
    ['another stage', { stage: 'intent' }],
    ['another source', { source: 'cluster' }],
    ['another call', { call: 0 }],
    ['another entry before', { previous: Buffer.alloc(32, 1) }],
  ] as const)('shows %s', (_what, change) => {
    const [row] = chainOf(1).rows;
    expect(row && isLinked({ ...row, ...change }, mac)).toBe(false);
  });

  it('has an end that no other chain, place or table has', () => {
    const { tail } = chainOf(2);
    const stored = tailMac(mac, 'audit_chains', tail);
    expect(isTail(mac, 'audit_chains', { ...tail, mac: stored })).toBe(true);
    expect(isTail(mac, 'audit_integrated', { ...tail, mac: stored })).toBe(false);
    expect(isTail(mac, 'audit_chains', { ...tail, sequence: 1, mac: stored })).toBe(false);
    expect(isTail(mac, 'audit_chains', { ...chainStart(7), mac: stored })).toBe(false);
  });

  it('stores a call by its leaf index, or by its place in a queue', () => {
    expect(placeColumns(undefined)).toEqual([null, null, null]);
    expect(placeColumns(5)).toEqual([5, null, null]);
    expect(placeColumns({ writer: 7, sequence: 2 })).toEqual([null, 7, 2]);
  });
});
