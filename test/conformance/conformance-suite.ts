import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sharedCluster } from '../cluster/shared-cluster.js';
import type { TestCluster } from '../cluster/test-cluster.js';
import { startSandboxCluster } from '../sandbox/sandbox-cluster.js';
import { type Difference, differences } from './comparison.js';
import { type Area, areas } from './all-scenarios.js';
import { knownDifferences, unexplained } from './known-differences.js';
import { runScenario } from './run-scenario.js';
import type { Scenario } from './scenario.js';

/** Tells every scenario to kube-apiserver and to the sandbox: both must answer alike. */
export function conformanceSuite(title: string, area: Area): void {
  describe(`the sandbox answers as kube-apiserver: ${title}`, () => {
    const clusters: TestCluster[] = [];
    const all: Difference[] = [];

    beforeAll(async () => {
      clusters.push(await sharedCluster(), await startSandboxCluster());
    });

    afterAll(async () => {
      await Promise.all(clusters.map((cluster) => cluster.stop()));
    });

    it.each<Scenario>(areas[area])('$title', async (scenario) => {
      const [real, sandbox] = await Promise.all(
        clusters.map((cluster) => runScenario(scenario, cluster)),
      );
      if (real === undefined || sandbox === undefined) throw new Error('there are two servers');
      expect(real.failures).toEqual([]);
      const found = differences(real.transcript, sandbox.transcript);
      all.push(...found);
      expect(unexplained(found)).toEqual([]);
      const explained = new Set(found.map(({ index }) => index));
      expect(sandbox.failures.filter(({ index }) => !explained.has(index))).toEqual([]);
    });

    it('needs every difference that it is told to let pass', () => {
      const here = knownDifferences.filter(({ shownBy }) => shownBy === area);
      const unused = here.filter((known) => !all.some((found) => known.explains(found)));
      expect(unused.map(({ id }) => id)).toEqual([]);
    });
  });
}
