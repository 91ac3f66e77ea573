import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startCluster, type Cluster } from '../cluster/cluster.js';
import { areas } from './all-scenarios.js';
import { differences } from './comparison.js';
import { knownDifferences } from './known-differences.js';
import { runScenario } from './run-scenario.js';

describe('the conformance suite', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(async () => cluster.stop());

  it.each(Object.values(areas).flat())('hears the same twice: $title', async (scenario) => {
    const first = await runScenario(scenario, cluster, 'a');
    const second = await runScenario(scenario, cluster, 'b');
    expect([...first.failures, ...second.failures]).toEqual([]);
    expect(differences(first.transcript, second.transcript)).toEqual([]);
  });

  it('gives each scenario and each known difference a name of its own', () => {
    const titles = Object.values(areas).flatMap((area) => area.map(({ title }) => title));
    expect(titles).toEqual([...new Set(titles)]);
    const ids = knownDifferences.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
});
