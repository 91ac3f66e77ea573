import type { TestCluster } from '../cluster/test-cluster.js';
import type { Scenario } from './scenario.js';
import { Session, type Entry, type Failure } from './session.js';

export interface Outcome {
  readonly transcript: readonly Entry[];
  readonly failures: readonly Failure[];
}

/** Tells a scenario to one server; `run` makes its names differ from those of other runs there. */
export async function runScenario(
  scenario: Scenario,
  cluster: TestCluster,
  run = 'a',
): Promise<Outcome> {
  const slug = scenario.title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  // The names of two runs are of one length: byte counts and sort orders stay the same.
  const namespace = `c-${slug.replace(/^-|-$/g, '')}-${run}`;
  const session = new Session({ cluster, namespace, alias: '<ns>' });
  try {
    await scenario.run(session);
  } catch (error) {
    session.fail(`ended early: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await session.close();
  }
  return session;
}
