import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ModelCluster } from './model-cluster.js';

const name = fc.constantFrom('a', 'b', 'c', 'd');
const command = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('write'), name, fc.boolean(), fc.nat(3)) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('remove'), name, fc.boolean(), fc.nat(3)) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('deliver'), name, fc.boolean(), fc.nat(3)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('other'), name, fc.boolean(), fc.nat(3)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('lose'), name, fc.boolean(), fc.nat(3)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('resume'), name, fc.boolean(), fc.nat(3)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('list'), name, fc.boolean(), fc.nat(3)) },
);

describe.each([
  ['all namespaces', true],
  ['one namespace', false],
])('a cache of %s, however it is told', (_, isClusterWide) => {
  let last: ModelCluster | undefined;
  // Reads that still wait do so for a minute.
  afterEach(() => last?.lose());

  it('shows what there was, never without what was acknowledged, and logs each change', async () => {
    const commands = fc.array(command, { maxLength: 80, size: 'max' });
    await fc.assert(
      fc.asyncProperty(commands, async (all) => {
        const cluster = new ModelCluster(isClusterWide);
        last = cluster;
        for (const [kind, one, isSaid, count] of all) {
          if (kind === 'write') cluster.write(one, isSaid);
          if (kind === 'remove') cluster.remove(one, isSaid, count > 0);
          if (kind === 'deliver') cluster.deliver(count + 1);
          if (kind === 'other') cluster.tellOther();
          if (kind === 'lose') cluster.lose();
          if (kind === 'resume') cluster.resume();
          // Nobody lists but what was lost.
          if (kind === 'list' && !cluster.world.isLive) cluster.list(count + 1);
          cluster.check(isSaid ? one : undefined);
        }
        cluster.deliver(1_000);
        if (!cluster.world.isLive) cluster.list(2);
        cluster.check(undefined);
        await Promise.all(cluster.waiting);
        expect(cluster.world.followed.waiting).toBe(0);
        expect(cluster.world.faults).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
