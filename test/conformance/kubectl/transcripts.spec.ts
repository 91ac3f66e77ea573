import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { aggregateClusterRoles } from '../../cluster/cluster-roles.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { startSandboxCluster } from '../../sandbox/sandbox-cluster.js';
import { allKubectlScenarios } from './all-kubectl-scenarios.js';
import { runKubectlScenario } from './kubectl-scenario.js';
import {
  knownKubectlDifferences,
  leveledTranscript,
  neededDifferences,
} from './known-kubectl-differences.js';

describe('kubectl prints the same in front of kube-apiserver and of the sandbox', () => {
  const clusters: TestCluster[] = [];
  const needed = new Set<string>();

  beforeAll(async () => {
    clusters.push(...(await Promise.all([sharedCluster(), startSandboxCluster()])));
  });

  afterAll(async () => {
    await Promise.all(clusters.map((cluster) => cluster.stop()));
  });

  it.each(allKubectlScenarios)('$title', { timeout: 90_000 }, async (scenario) => {
    const [real, sandbox] = await Promise.all(
      clusters.map((cluster) => runKubectlScenario(scenario, cluster)),
    );
    if (real === undefined || sandbox === undefined) throw new Error('there are two servers');
    // No controller runs beside the real server to do so after what the scenario applied.
    await Promise.all(clusters.map((cluster) => aggregateClusterRoles(cluster)));
    expect(real.failures).toEqual([]);
    expect(leveledTranscript(sandbox.turns)).toBe(leveledTranscript(real.turns));
    expect(sandbox.failures).toEqual([]);
    for (const { id } of neededDifferences(real.turns, sandbox.turns)) needed.add(id);
  });

  it('but for the differences on the list, each of which there is', () => {
    expect([...needed].toSorted()).toEqual(knownKubectlDifferences.map(({ id }) => id).toSorted());
  });
});
