import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judge } from '../../../bench/floors.js';
import { writeResults } from '../../../bench/results.js';

const floors = { delay: { title: 'delay', unit: 'ms', ceiling: 50, aim: 20 } };
const results = {
  bench: 'rows',
  verdicts: judge({ delay: 30 }, floors),
  terms: { rounds: 3 },
} as const;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-results-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('writeResults', () => {
  it('writes machine, date, commit and verdicts', () => {
    const path = writeResults({ ...results, details: { seen: 1 } }, true, folder);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      ...{ bench: 'rows', terms: { rounds: 3 }, details: { seen: 1 } },
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      commit: expect.stringMatching(/^([0-9a-f]{40}(-dirty)?|unknown)$/),
      machine: {
        ...{ cpu: expect.any(String), cores: expect.any(Number), memoryGib: expect.any(Number) },
        ...{ os: expect.any(String), node: process.version },
      },
      figures: [
        {
          ...{ id: 'delay', title: 'delay', figure: 30, unit: 'ms' },
          ...{ bound: '≤ 50', aim: '≤ 20', state: 'reached' },
        },
      ],
    });
  });

  it('replaces the file of the benchmark if it is saved', () => {
    writeResults({ ...results, details: {} }, true, folder);
    writeResults({ ...results, details: {} }, true, folder);
    expect(readdirSync(folder)).toEqual(['rows.json']);
  });

  it('has the time in the name of the file if it is not saved', () => {
    writeResults({ ...results, details: {} }, false, folder);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\d{4}-.*Z-rows\.json$/)]);
  });
});
