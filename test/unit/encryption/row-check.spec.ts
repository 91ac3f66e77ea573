import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { passOver, RowCheck, type RowPass } from '../../../src/encryption/row-check.js';
import type { RowScan } from '../../../src/encryption/row-scan.js';

const adopt = () => Promise.resolve();

/** So many rows, of which some are foreign. */
function scanOf(count: number, foreign: readonly number[]): RowScan {
  return {
    table: 'access_tokens',
    next: (after) => {
      const from = after === '' ? 0 : Number(after) + 1;
      const size = Math.min(limits.rowsCheckedAtOnceMax, count - from);
      const rows = Array.from({ length: size }, (_, index) => from + index);
      return Promise.resolve(
        rows.map((row) => ({
          ...{ key: String(row), name: `row ${row}`, adopt },
          isOurs: !foreign.includes(row),
        })),
      );
    },
  };
}

describe('the check of rows', () => {
  it('finds each foreign row, in whichever part it is', async () => {
    const told: string[] = [];
    const count = 2 * limits.rowsCheckedAtOnceMax;
    const check = new RowCheck({
      passes: [passOver(scanOf(count, [0, count - 1])), passOver(scanOf(0, []))],
      integrity: { tell: (table, name) => void told.push(`${table} ${name}`) },
      onFault: () => undefined,
    });
    await check.pass();
    expect(told).toEqual(['access_tokens row 0', `access_tokens row ${count - 1}`]);
  });

  it('goes on again and again, also where the database fails it', async () => {
    const faults: unknown[] = [];
    const told: string[] = [];
    const fault = new Error('away');
    const passes: readonly RowPass[] = [
      async function* () {
        if (faults.length < 2) throw fault;
        yield [{ table: 'rotation_runs', name: 'r' }];
      },
    ];
    const check = new RowCheck({
      passes,
      integrity: { tell: (_table, name) => void told.push(name) },
      onFault: (error) => void faults.push(error),
      everyMs: 1,
    });
    check.start();
    await expect.poll(() => told.length).toBeGreaterThan(1);
    await check.stop();
    expect(faults).toEqual([fault, fault]);
    const count = told.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(told).toHaveLength(count);
  });
});
