import { percentile } from './percentile.js';
import { requestOnce } from './request-once.js';
import { adminAgent, type AdminAccess } from './admin-access.js';
import { namespace } from './sandbox-process.js';

const connections = 32;
const warmUpMs = 2_000;
const measuredMs = 8_000;

/** GET of single Secrets, each one another, over kept connections. */
export async function measureGets(facts: AdminAccess, secretsCount: number) {
  const agent = adminAgent(facts, connections);
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const from = startedAt + warmUpMs;
  const until = from + measuredMs;
  let next = 0;
  const reader = async () => {
    while (performance.now() < until) {
      const path = `/api/v1/namespaces/${namespace}/secrets/s${next++ % secretsCount}`;
      const sentAt = performance.now();
      await requestOnce(facts.url, agent, 'GET', path);
      if (sentAt >= from) latenciesMs.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, reader));
  agent.destroy();
  return {
    perSecond: Math.round((latenciesMs.length * 1_000) / measuredMs),
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
  };
}
