import { describe, expect, it } from 'vitest';
import { skippedTests } from './skipped-tests.js';
import { filesBelow, readText } from './source-files.js';

const found = (text: string) => skippedTests([{ path: 'a.ts', text }]);

describe('a test that is there is run', () => {
  it('in every spec file: none is skipped, put off, or run alone', () => {
    const specs = filesBelow(
      ['test', 'packages/client/test', 'packages/kube-sandbox/test'],
      /\.ts$/,
    );
    const others = specs.filter(({ path }) => !path.startsWith('test/tidy/skipped-tests'));
    expect(others.length).toBeGreaterThan(1_000);
    expect(skippedTests(others)).toEqual([]);
  });

  it('in every project: a table without a row fails its file', () => {
    expect(readText('vitest.config.ts')).toContain("setupFiles: ['test/run/no-empty-tables.ts'");
    for (const chain of [it, it.concurrent, describe, describe.concurrent]) {
      for (const name of ['each', 'for'] as const) {
        const table = chain[name] as (rows: readonly never[]) => unknown; // any of its overloads
        expect(() => table.call(chain, [])).toThrow('has no row');
      }
    }
  });
});

describe('the scan for skipped tests', () => {
  it.each([
    "it.skip('x', () => {});",
    "describe.skip('x', () => {});",
    "it.concurrent.skip('x', () => {});",
    "it.todo('x');",
    "it.only('x', () => {});",
    "it.skipIf(isOnSandbox)('x', () => {});",
    "it.runIf(isLong)('x', () => {});",
    "it.fails('x', () => {});",
    "it('x', { skip: true }, () => {});",
    "it('x', (context) => context.skip());",
    "it('x', ({ skip }) => skip());",
    "if (isLong) it('x', () => {});",
    'const named = isLong ? it : it.skip;',
  ])('finds %s', (text) => {
    expect(found(text)).toEqual(['a.ts:1']);
  });

  it.each(["it('skips a line', () => {});", "kept.skip(4, '9');", 'it.each(rows)(name, test);'])(
    'lets pass %s',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );
});
