import { describe, expect, it } from 'vitest';
import { CHAIN_START, linked } from '../../../../../src/audit/queue/domain/chain.js';
import { planChain } from '../../../../../src/audit/queue/domain/plan-chain.js';
import { rowMac } from '../../../encryption/row-integrity.builder.js';
import { chainOf, readOf } from './chain.builder.js';

const mac = rowMac();
const sequencesOf = ({ spans }: ReturnType<typeof planChain>) =>
  spans.map(({ entries }) => entries.map(({ sequence }) => sequence));

describe('a chain to integrate', () => {
  it('is integrated whole where nothing has happened to it', () => {
    const plan = planChain(readOf(3), mac);
    expect(sequencesOf(plan)).toEqual([[1, 2, 3]]);
    expect(plan).toMatchObject({ faults: [], isBroken: false, integrated: chainOf(3).tail });
  });

  it('is integrated in parts', () => {
    const { rows, tail } = chainOf(4);
    const first = planChain(readOf(4, { rows: rows.slice(0, 2), isWhole: false }), mac);
    expect(first.integrated).toEqual(chainOf(2).tail);
    const rest = planChain(readOf(4, { integrated: first.integrated, rows: rows.slice(2) }), mac);
    expect(rest).toMatchObject({ faults: [], isBroken: false, integrated: tail });
  });

  it.each([1, 2, 3])('shows that entry %i is missing, and integrates the others', (gone) => {
    const read = readOf(3);
    const rows = read.rows.filter(({ sequence }) => sequence !== gone);
    const plan = planChain({ ...read, rows }, mac);
    expect(sequencesOf(plan).flat()).toEqual([1, 2, 3].filter((sequence) => sequence !== gone));
    const fault = { writer: 7, from: gone, to: gone, kind: 'EntriesMissing' };
    expect(plan).toMatchObject({ faults: [fault], isBroken: false, integrated: read.tail });
  });

  it('shows that all entries are missing, as one fault', () => {
    const plan = planChain(readOf(3, { rows: [] }), mac);
    expect(plan.faults).toEqual([{ writer: 7, from: 1, to: 3, kind: 'EntriesMissing' }]);
    expect(plan.integrated).toEqual(chainOf(3).tail);
  });

  it('shows altered entries, and integrates none of them', () => {
    const read = readOf(4);
    const rows = read.rows.map((row) =>
      row.sequence === 2 || row.sequence === 3 ? { ...row, stage: 'intent' as const } : row,
    );
    const plan = planChain({ ...read, rows }, mac);
    expect(sequencesOf(plan)).toEqual([[1], [4]]);
    expect(plan.faults).toEqual([{ writer: 7, from: 2, to: 3, kind: 'EntriesAltered' }]);
  });

  it('shows entries that were added after the end', () => {
    const read = readOf(2);
    const [last] = read.rows.slice(-1);
    const rows = [...read.rows, ...(last ? [{ ...last, sequence: 3 }] : [])];
    const plan = planChain({ ...read, rows }, mac);
    expect(sequencesOf(plan)).toEqual([[1, 2]]);
    expect(plan.faults.map(({ kind }) => kind)).toEqual(['EntriesAltered', 'ChainAltered']);
    expect(plan.isBroken).toBe(true);
  });

  it('shows entries of a gateway that follow others, and integrates them', () => {
    const other = linked([{ json: '{"other":true}', stage: 'single' }], chainOf(1).tail, mac);
    const { rows } = chainOf(3);
    const read = readOf(3, { rows: [...rows.slice(0, 1), ...other.rows, ...rows.slice(2)] });
    const plan = planChain(read, mac);
    expect(sequencesOf(plan).flat()).toEqual([1, 2, 3]);
    expect(plan.faults).toEqual([{ writer: 7, from: 3, to: 3, kind: 'ChainForked' }]);
  });

  it('shows that the end of a chain is not what its writer has stored', () => {
    for (const tail of [undefined, chainOf(2).tail]) {
      const plan = planChain(readOf(3, { tail }), mac);
      expect(sequencesOf(plan)).toEqual([[1, 2, 3]]);
      expect(plan.faults).toEqual([{ writer: 7, from: 3, to: 3, kind: 'ChainAltered' }]);
      expect(plan.isBroken).toBe(true);
    }
  });

  it('shows that the integrated end is not what a sequencer has stored', () => {
    const plan = planChain(readOf(2, { isStateAltered: true }), mac);
    expect(plan.faults).toEqual([{ writer: 7, from: 2, to: 2, kind: 'ChainAltered' }]);
    expect(plan.isBroken).toBe(false);
  });

  it('takes the next entries by their MACs after damage at the end of a part', () => {
    const { rows } = chainOf(4);
    const altered = rows.map((row) => (row.sequence === 2 ? { ...row, event: row.mac } : row));
    const first = planChain(readOf(4, { rows: altered.slice(0, 2), isWhole: false }), mac);
    expect(first.integrated).toEqual({ writer: 7, sequence: 2, hash: CHAIN_START });
    const rest = planChain(readOf(4, { integrated: first.integrated, rows: rows.slice(2) }), mac);
    expect(rest).toMatchObject({ faults: [], isBroken: false });
  });
});
