import type { TestCluster } from '../../cluster/test-cluster.js';
import { KubectlSession } from './kubectl-session.js';

/** One story that is told to both servers; it keeps to its own namespace and names. */
export interface KubectlScenario {
  readonly title: string;
  run(kubectl: KubectlSession): Promise<void>;
}

/** Tells a scenario to one server and resolves with all that was said. */
export async function runKubectlScenario(
  scenario: KubectlScenario,
  cluster: TestCluster,
): Promise<KubectlSession> {
  const slug = scenario.title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const session = new KubectlSession(cluster, `k-${slug}`);
  try {
    await session.open();
    await scenario.run(session);
  } catch (error) {
    session.failures.push(error instanceof Error ? error.message : String(error));
  } finally {
    session.close();
  }
  return session;
}
