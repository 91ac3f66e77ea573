import { expect, it } from 'vitest';
import type { GraphqlContext } from '../../../../src/platform/graphql/graphql-context.js';
import { NestedDiffs } from '../../../../src/versions/graphql/nested-diffs.js';

it('comparisons of one request read a version once, those of mutations once for each', async () => {
  const context = {} as GraphqlContext; // only its identity counts
  const reads: string[] = [];
  const ask = (scope: string, history: number, version: number) =>
    NestedDiffs.of(context).next(scope)(history, version, () => {
      reads.push(`${scope}${history}/${version}`);
      return Promise.resolve(undefined);
    });
  await Promise.all([ask('', 1, 2), ask('', 1, 2), ask('', 2, 1), ask('', 1, 1)]);
  await ask('', 1, 1);
  await ask('second', 1, 1);
  expect(reads).toEqual(['1/2', '2/1', '1/1', 'second1/1']);
});
