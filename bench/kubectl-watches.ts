import type { IncomingMessage } from 'node:http';
import { request as httpsRequest, type Agent } from 'node:https';
import { heading, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { agentOf, type KubectlWorld, type Server } from './kubectl-world.js';
import { percentile } from './percentile.js';
import { namespace } from './real-cluster.js';

const atOnce = 25;
const rounds = 20;
const paused = 10;
/** That the bound of memory is for; fewer are counted in proportion. */
const boundedWatches = 500;

/** Many watches through the façade: what they cost, and how soon the last of them has a change. */
export async function benchWatches(world: KubectlWorld, count: number): Promise<Figures> {
  // Else nobody is left to be told of a change, and the wait for it has no end.
  if (count <= paused) throw new Error(`--watches takes more than ${paused}`);
  heading(`${count} watches through the façade`);
  const agent = agentOf(world.facade, count);
  const before = world.figures.peakMib;
  const arrivals = new Arrivals(count);
  const streams: IncomingMessage[] = [];
  for (let opened = 0; opened < count; opened += atOnce) {
    const group = Array.from({ length: Math.min(atOnce, count - opened) }, () =>
      openWatch(world.facade, agent),
    );
    streams.push(...(await Promise.all(group)));
  }
  streams.forEach((stream) => arrivals.follow(stream));
  const openedMib = world.figures.peakMib;
  report('memory', `${before} → ${openedMib} MiB at its peak`);
  await deliver(world, arrivals, 'a change in all of them');
  // They read no more: the others must not notice.
  streams.slice(0, paused).forEach((stream) => stream.pause());
  arrivals.expected = count - paused;
  await deliver(world, arrivals, `the same beside ${paused} that do not read`);
  report('memory afterwards', `${world.figures.peakMib} MiB at its peak`);
  for (const stream of streams) stream.destroy();
  agent.destroy();
  const memoryOf500WatchesMib = ((openedMib - before) * boundedWatches) / count;
  return bounded('kubectl', { memoryOf500WatchesMib });
}

async function deliver(world: KubectlWorld, arrivals: Arrivals, what: string): Promise<void> {
  const latencies: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const value = `${what.length}-${round}-${'y'.repeat(512)}`;
    const all = arrivals.all();
    const sentAt = performance.now();
    await world.write(value);
    latencies.push((await all) - sentAt);
  }
  report(what, `p50 ${percentile(latencies, 50)}, worst ${percentile(latencies, 100)} ms`);
}

/** Counts in how many streams the next change has been seen. */
class Arrivals {
  expected: number;
  #seen = 0;
  #resolve: (atMs: number) => void = () => undefined;

  constructor(expected: number) {
    this.expected = expected;
  }

  all(): Promise<number> {
    this.#seen = 0;
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  follow(stream: IncomingMessage): void {
    stream.setEncoding('utf8');
    stream.on('error', () => undefined);
    stream.on('data', (text: string) => {
      const events = text.split('"type":"MODIFIED"').length - 1;
      this.#seen += events;
      if (this.#seen === this.expected) this.#resolve(performance.now());
    });
  }
}

function openWatch({ url, token }: Server, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const path = `/api/v1/namespaces/${namespace}/secrets?watch=true`;
    httpsRequest(`${url}${path}`, { agent, headers }, (response) => {
      if (response.statusCode === 200) resolve(response);
      else reject(new Error(`a watch was answered with ${response.statusCode}`));
    })
      .on('error', reject)
      .end();
  });
}
