import { describe, expect, it } from 'vitest';
import { NestedConsumers } from '../../../../src/consumers/graphql/nested-consumers.js';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import type { GraphqlContext } from '../../../../src/platform/graphql/graphql-context.js';

// Only which request it is matters here.
const request = () => ({}) as GraphqlContext;

describe('consumers of several Secrets in one request', () => {
  it('are looked for in what was read once of each namespace', async () => {
    const context = request();
    const reads: string[] = [];
    const all = ['pay', 'pay', 'ops', 'pay'].map((namespace) =>
      NestedConsumers.of(context).next()(namespace, async () => {
        reads.push(namespace);
        return { pods: [], workloads: [] };
      }),
    );
    const [first, second] = await Promise.all(all);
    expect(second).toBe(first);
    expect(reads).toEqual(['pay', 'ops']);
  });

  it('are looked for of a bounded number, in each request anew', () => {
    const context = request();
    const nested = NestedConsumers.of(context);
    for (let count = 0; count < rotationLimits.consumerListsMax; count += 1) nested.next();
    expect(() => NestedConsumers.of(context).next()).toThrow('of at most 50 Secrets in a request');
    expect(() => NestedConsumers.of(request()).next()).not.toThrow();
  });
});
