import { type Agent, request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { percentile } from './percentile.js';
import { requestOnce } from './request-once.js';
import { adminAgent, type AdminAccess } from './admin-access.js';
import { namespace } from './sandbox-process.js';

const base = `/api/v1/namespaces/${namespace}/configmaps`;
const pauseMs = 100;

/** How long after a write was acknowledged the last of many watching clients has it. */
export async function measureWatches(facts: AdminAccess, clients: number, rounds: number) {
  const agent = adminAgent(facts, clients + 1);
  const arrivals = new Arrivals();
  const list = await requestOnce(facts.url, agent, 'GET', base);
  const from = (JSON.parse(list) as { metadata: { resourceVersion: string } }).metadata;
  const path = `${base}?watch=true&resourceVersion=${from.resourceVersion}`;
  const streams: IncomingMessage[] = [];
  // One after the other in small groups: a thousand handshakes at once are another measurement.
  for (let opened = 0; opened < clients; opened += 50) {
    const group = Array.from({ length: Math.min(50, clients - opened) }, () =>
      openWatch(facts.url, agent, path, arrivals),
    );
    streams.push(...(await Promise.all(group)));
  }
  const latenciesMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = `w${round}`;
    const all = arrivals.expect(name, clients);
    const body = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name } };
    const sentAt = performance.now();
    const [, lastAt] = await Promise.all([requestOnce(facts.url, agent, 'POST', base, body), all]);
    latenciesMs.push(lastAt - sentAt);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  for (const stream of streams) stream.destroy();
  agent.destroy();
  return { p50Ms: percentile(latenciesMs, 50), worstMs: percentile(latenciesMs, 100) };
}

/** Counts in how many streams an object has been seen. */
class Arrivals {
  #name = '';
  #left = 0;
  #resolve: (atMs: number) => void = () => undefined;

  expect(name: string, count: number): Promise<number> {
    this.#name = `"name":"${name}"`;
    this.#left = count;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  see(line: string): void {
    if (!line.includes(this.#name)) return;
    this.#left -= 1;
    if (this.#left === 0) this.#resolve(performance.now());
  }
}

function openWatch(
  url: string,
  agent: Agent,
  path: string,
  arrivals: Arrivals,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(`${url}${path}`, { agent }, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) arrivals.see(line);
      });
      response.on('error', () => undefined);
      resolve(response);
    });
    request.on('error', reject).end();
  });
}
