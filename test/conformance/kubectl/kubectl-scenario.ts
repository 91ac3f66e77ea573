import { type KubectlServer, KubectlSession } from './kubectl-session.js';

/** One story that is told to both servers; it keeps to its own namespace and names. */
export interface KubectlScenario {
  readonly title: string;
  run(kubectl: KubectlSession): Promise<void>;
}

/** Tells a scenario to one server and resolves with all that was said. */
export async function runKubectlScenario(
  scenario: KubectlScenario,
  server: KubectlServer,
): Promise<KubectlSession> {
  const session = new KubectlSession(server, namespaceOf(scenario));
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

export function namespaceOf({ title }: KubectlScenario): string {
  return `k-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}
