import { afterAll, beforeAll, expect, it } from 'vitest';

import type { Cluster } from '../cluster/cluster.js';
import { sharedCluster } from '../cluster/shared-cluster.js';
import { describeAtOnce } from '../support/at-once.js';
import { areas } from './all-scenarios.js';
import { differences } from './comparison.js';
import { runScenario } from './run-scenario.js';
import type { Scenario } from './scenario.js';

const { kinds, ...others } = areas;
/** Much is waited for by those of the first half. */
const halves: readonly (readonly [string, readonly Scenario[]])[] = [
  ['kinds', kinds],
  ['all else', Object.values(others).flat()],
];

describeAtOnce(halves, 'the conformance suite, %s', (_title, scenarios) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await sharedCluster();
  });

  afterAll(async () => cluster.stop());

  it.each(scenarios)('hears the same twice: $title', async (scenario) => {
    const first = await runScenario(scenario, cluster, 'a');
    const second = await runScenario(scenario, cluster, 'b');
    expect([...first.failures, ...second.failures]).toEqual([]);
    expect(differences(first.transcript, second.transcript)).toEqual([]);
  });
});
