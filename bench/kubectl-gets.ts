import { request as httpsRequest, type Agent } from 'node:https';
import { heading, p50AndP99, perSecond, report } from './audit-report.js';
import { agentOf, type KubectlWorld, namespace, type Server } from './kubectl-world.js';

const connections = 32;
const warmUpMs = 1_000;
const accept = 'application/json';

interface Round {
  readonly latencies: readonly number[];
  readonly tookMs: number;
}

/** A Secret as kubectl gets it, straight and through the façade, in rounds that take turns. */
export async function benchGets(world: KubectlWorld, rounds: number, roundMs: number) {
  heading(`a Secret, ${connections} connections over TLS, ${rounds} rounds in turns`);
  const servers = [world.direct, world.facade];
  const rates = new Map<Server, number[]>(servers.map((server) => [server, []]));
  for (const server of servers) await round(server, warmUpMs);
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const server of servers) {
      const before = world.figures.cpuMs;
      const { latencies, tookMs } = await round(server, roundMs);
      const rate = perSecond(latencies.length, tookMs);
      rates.get(server)?.push(rate);
      const cpuUs = Math.round(((world.figures.cpuMs - before) * 1_000) / latencies.length);
      const cpu = server === world.facade ? `, ${cpuUs} µs of the gateway each` : '';
      report(server.name, `${rate}/s, ${p50AndP99(latencies)}${cpu}`);
    }
  }
  const [direct = NaN, facade = NaN] = servers.map((server) => median(rates.get(server) ?? []));
  const ratio = (facade / direct).toFixed(2);
  report('façade ÷ API server (medians)', `${facade}/s ÷ ${direct}/s = ${ratio}`, '≥ 0.5');
}

async function round(server: Server, roundMs: number): Promise<Round> {
  const agent = agentOf(server, connections);
  const latencies: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  const read = async (): Promise<void> => {
    while (performance.now() < startedAt + roundMs) {
      const sentAt = performance.now();
      await get(server, agent, `/api/v1/namespaces/${namespace}/secrets/s${next++ % 10}`);
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, read));
  agent.destroy();
  return { latencies, tookMs: performance.now() - startedAt };
}

function get({ url, token }: Server, agent: Agent, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept };
    httpsRequest(`${url}${path}`, { agent, headers }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${path} was answered with ${response.statusCode}`));
      });
    })
      .on('error', reject)
      .end();
  });
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}
