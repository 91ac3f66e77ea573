import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { heading } from './audit-report.js';
import { type BenchRequest, sendOnce } from './bench-request.js';
import type { ClusterGateway } from './cluster-gateway.js';
import type { ClusterWorld } from './cluster-world.js';
import { comeToRest } from './come-to-rest.js';
import { bounded, type Figures } from './floors.js';
import { settledMb } from './growth-load.js';
import { percentile } from './percentile.js';
import { namespace } from './real-cluster.js';
import { table } from './table.js';

const changes = 20;
const betweenChangesMs = 200;
const openedAtOnce = 25;
const arrivalMsMax = 30_000;
const secrets = `/v1/namespaces/${namespace}/secrets`;

export interface StreamsStep {
  readonly streams: number;
  /** From the API server's answer to a write until a stream has its event, of all of them. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Of the gateway, for one event in one stream. */
  readonly cpuUs: number;
  readonly memoryMb: number;
}

export interface StreamsGrowth {
  readonly steps: readonly StreamsStep[];
  readonly figures: Figures;
}

/** Clients that follow the changes of a namespace, more and more of them. */
export async function growStreams(
  world: ClusterWorld,
  steps: readonly number[],
): Promise<StreamsGrowth> {
  heading(`clients of a stream, ${changes} changes`);
  const gateway = await world.startGateway({ served: [namespace] });
  // Until it follows the cluster it opens none.
  await comeToRest(() => gateway.figures.cpuMs);
  const clients = new StreamClients(world, gateway);
  const done: StreamsStep[] = [];
  try {
    for (const streams of steps) {
      await clients.growTo(streams);
      done.push({ streams, ...(await deliver(world, gateway, clients)) });
      process.stderr.write('.');
    }
  } finally {
    clients.close();
  }
  process.stderr.write('\n');
  await gateway.stop();
  console.log(tableOf(done));
  const thousand = done.find(({ streams }) => streams === 1_000);
  return {
    steps: done,
    figures: bounded('growth', { changeTo1000StreamsP99Ms: thousand?.p99Ms ?? NaN }),
  };
}

async function deliver(world: ClusterWorld, gateway: ClusterGateway, clients: StreamClients) {
  const memoryMb = await settledMb(gateway);
  const before = gateway.figures.cpuMs;
  const took: number[] = [];
  for (let change = 0; change < changes; change += 1) {
    const arrived = clients.nextEvents();
    await sendOnce(changeOf(world, change), world.cluster.ca);
    const answeredAt = performance.now();
    // A stream may be told before the writer is: that is no delay.
    for (const at of await arrived) took.push(Math.max(0, at - answeredAt));
    await pause(betweenChangesMs);
  }
  return {
    p50Ms: percentile(took, 50),
    p99Ms: percentile(took, 99),
    worstMs: percentile(took, 100),
    cpuUs: Math.round(((gateway.figures.cpuMs - before) * 1_000) / took.length),
    memoryMb,
  };
}

let written = 0;

/** Past the gateway: that one tells streams before it tells the writer, whose trail is longer. */
function changeOf({ cluster, tokens }: ClusterWorld, change: number): BenchRequest {
  written += 1;
  return {
    ...{ origin: cluster.url, method: 'PATCH', path: `/api${secrets}/s{name}`, names: 1 },
    headers: {
      authorization: `Bearer ${tokens.direct}`,
      'content-type': 'application/merge-patch+json',
    },
    body: JSON.stringify({ stringData: { value: `change-${change}-${written}` } }),
  };
}

/** Follow the same namespace, each on a connection of its own, and note when an event comes. */
class StreamClients {
  readonly #world: ClusterWorld;
  readonly #url: string;
  readonly #agent: Agent;
  readonly #streams: IncomingMessage[] = [];
  #arrivals: number[] = [];
  #isComplete: () => void = () => undefined;

  constructor(world: ClusterWorld, { url }: ClusterGateway) {
    this.#world = world;
    this.#url = url;
    this.#agent = new Agent({ ca: world.tls.ca, keepAlive: true });
  }

  /** Resolves once as many are open, and have been told what was there before. */
  async growTo(count: number): Promise<void> {
    // In small groups: a thousand handshakes at once are another measurement.
    while (this.#streams.length < count) {
      const missing = Math.min(openedAtOnce, count - this.#streams.length);
      const opened = Array.from({ length: missing }, () => this.#open());
      this.#streams.push(...(await Promise.all(opened)));
    }
  }

  /** When each of them had its next event; rejects where some had none in half a minute. */
  async nextEvents(): Promise<readonly number[]> {
    this.#arrivals = [];
    const complete = new Promise<true>((resolve) => {
      this.#isComplete = () => {
        resolve(true);
      };
    });
    const late = pause(arrivalMsMax, false as const, { ref: false });
    if (await Promise.race([complete, late])) return this.#arrivals;
    const { length } = this.#arrivals;
    throw new Error(`only ${length} of ${this.#streams.length} streams were told of a change`);
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#agent.destroy();
  }

  #open(): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const authorization = `Bearer ${this.#world.tokens.gateway}`;
    const headers = { authorization, accept: 'text/event-stream' };
    httpsRequest(`${this.#url}${secrets}`, { agent: this.#agent, headers }, (stream) => {
      if (stream.headers['content-type']?.startsWith('text/event-stream') !== true) {
        text(stream).then((said) => {
          reject(new Error(`a stream was answered with ${stream.statusCode}: ${said}`));
        }, reject);
        return;
      }
      let rest = '';
      stream.setEncoding('utf8').on('data', (piece: string) => {
        const lines = (rest + piece).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line === 'event: bookmark') resolve(stream);
          if (line === 'event: modified') this.#note();
        }
      });
      stream.on('error', () => undefined);
    })
      .on('error', reject)
      .end();
    return promise;
  }

  #note(): void {
    this.#arrivals.push(performance.now());
    if (this.#arrivals.length === this.#streams.length) this.#isComplete();
  }
}

function tableOf(steps: readonly StreamsStep[]): string {
  return table([
    ['streams', 'p50 ms', 'p99 ms', 'worst ms', 'CPU µs of each event', 'MB'],
    ...steps.map(({ streams, p50Ms, p99Ms, worstMs, cpuUs, memoryMb }) => {
      return [streams, p50Ms, p99Ms, worstMs, cpuUs, memoryMb].map(String);
    }),
  ]);
}
