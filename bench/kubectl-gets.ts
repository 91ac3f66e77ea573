import { heading, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { type KubectlWorld, secretsCount, type Server } from './kubectl-world.js';
import { median } from './percentile.js';
import { namespace } from './real-cluster.js';
import { runWrk } from './wrk.js';
import type { LoadFigures } from './wrk-output.js';

const connections = 32;
const warmUpSeconds = 1;

/** A Secret as kubectl gets it, straight and through the façade, in rounds that take turns. */
export async function benchGets(
  world: KubectlWorld,
  rounds: number,
  seconds: number,
): Promise<Figures> {
  heading(`a Secret, ${connections} connections over TLS, ${rounds} rounds in turns`);
  const servers = [world.direct, world.facade];
  const rates = new Map<Server, number[]>(servers.map((server) => [server, []]));
  for (const server of servers) await get(server, warmUpSeconds);
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const server of servers) {
      const before = world.figures.cpuMs;
      const { perSecond, requests, p50Ms, p99Ms } = await get(server, seconds);
      const rate = Math.round(perSecond);
      rates.get(server)?.push(rate);
      const cpuUs = Math.round(((world.figures.cpuMs - before) * 1_000) / requests);
      const cpu = server === world.facade ? `, ${cpuUs} µs of the gateway each` : '';
      const latencies = `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)} ms`;
      report(server.name, `${rate}/s, ${latencies}${cpu}`);
    }
  }
  const [direct = NaN, facade = NaN] = servers.map((server) => median(rates.get(server) ?? []));
  const facadeToApiServer = facade / direct;
  const ratio = facadeToApiServer.toFixed(2);
  report('façade ÷ API server (medians)', `${facade}/s ÷ ${direct}/s = ${ratio}`);
  return bounded('kubectl', { facadeToApiServer });
}

async function get({ url, token, name }: Server, seconds: number): Promise<LoadFigures> {
  const { origin, pathname } = new URL(`${url}/`);
  const path = `${pathname}api/v1/namespaces/${namespace}/secrets/s{name}`;
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const request = { origin, method: 'GET', path, headers, names: secretsCount };
  const figures = await runWrk(request, { connections, seconds });
  if (figures.failures === '') return figures;
  throw new Error(`${name} did not answer all: ${figures.failures}`);
}
