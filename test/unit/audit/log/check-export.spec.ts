import { beforeEach, describe, expect, it } from 'vitest';
import { leafHash } from '../../../../src/audit/domain/leaf-hash.js';
import { checkExport } from '../../../../src/audit/log/check-export.js';
import { signCheckpoint } from '../../../../src/audit/log/domain/checkpoint.js';
import { entryLine, exportLine } from '../../../../src/audit/log/domain/export-line.js';
import { LogCheck } from '../../../../src/audit/log/domain/log-check.js';
import { TreeGrowth } from '../../../../src/audit/log/domain/tree-growth.js';
import { limits } from '../../../../src/core/limits.js';
import { newSigner } from './domain/signers.js';

const signer = newSigner();
const ENTRIES = 5;
const LINE = limits.auditExportLineBytesMax;

/** An export of five entries, in lines. */
function exported(): Buffer[] {
  const growth = new TreeGrowth(0, []);
  const entries = Array.from({ length: ENTRIES }, (_, index) => Buffer.from(`{"entry":${index}}`));
  for (const bytes of entries) growth.append(leafHash(bytes));
  const note = signCheckpoint({ size: ENTRIES, root: growth.root() }, signer);
  return [
    exportLine({ kind: 'version' }),
    exportLine({ kind: 'checkpoint', note }),
    exportLine({ kind: 'first', index: 0 }),
    exportLine({ kind: 'blank' }),
    ...entries.map((bytes) => Buffer.concat([...entryLine(bytes)])),
    exportLine({ kind: 'checkpoint', note }),
    exportLine({ kind: 'leaves', index: 0, hashes: Buffer.concat([...growth.edge(0)]) }),
    exportLine({ kind: 'end' }),
  ];
}

describe('an export that is read in pieces', () => {
  let check: LogCheck;
  let taken: number;

  beforeEach(() => {
    check = new LogCheck({ trusted: [signer.verifier] });
    taken = 0;
  });

  async function* pieces(...all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    for (const piece of all) {
      taken += 1;
      yield await Promise.resolve(piece);
    }
  }

  it('is the same however it is cut', async () => {
    const bytes = Buffer.concat(exported());
    for (const width of [1, 7, 100, bytes.length]) {
      check = new LogCheck({ trusted: [signer.verifier] });
      const count = Math.ceil(bytes.length / width);
      const cut = Array.from({ length: count }, (_, at) =>
        bytes.subarray(at * width, (at + 1) * width),
      );
      expect(await checkExport(pieces(...cut), check)).toBeUndefined();
    }
  });

  it.each([
    ['has no end', [LINE, 1, 1_000, 1_000], 2],
    ['has an end, in another piece', [LINE - 1, 2, 1_000], 2],
  ])('ends with a finding at a line that is too long: %s', async (_what, lengths, read) => {
    const lines = exported();
    const before = Buffer.concat(lines.slice(0, 6));
    const [first = 0, ...others] = lengths;
    const junk = (length: number) => Buffer.alloc(length, 'A');
    const start = Buffer.concat([before, Buffer.from('{'), junk(first)]);
    const all = [start, ...others.map(junk), Buffer.from('\n'), ...lines.slice(6)];
    expect(await checkExport(pieces(...all), check)).toMatchObject({ from: 2, to: 2 });
    expect(taken).toBeLessThanOrEqual(read);
  });

  it('ends with a finding at a line that is too long and lies in one piece', async () => {
    const lines = exported();
    const long = Buffer.from(`{"pad":"${'A'.repeat(LINE)}"}\n`);
    const all = Buffer.concat([...lines.slice(0, 6), long, ...lines.slice(6)]);
    expect(await checkExport(pieces(all), check)).toMatchObject({ from: 2, to: 2 });
  });
});
