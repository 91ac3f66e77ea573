import { Agent, request } from 'node:https';
import { constants, setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { bodyOf, type AbuseKind } from './abuse-kinds.js';

/** What the load is told on its standard input. */
export interface AbuseOrder {
  readonly kind: AbuseKind;
  /** On loopback. */
  readonly url: string;
  readonly ca: string;
  readonly token: string;
  readonly seconds: number;
}

/** Of one load, whatever its kind: it must end, also where nobody answers. */
const requestsMax = 20_000;
const pauseMs = 5;

/** Sends abusive requests to this machine for some seconds, and tells of the answers. */
async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2] ?? '') as AbuseOrder;
  const { hostname } = new URL(order.url);
  if (hostname !== '127.0.0.1') throw new Error('this load is for loopback only');
  // It shares the processors of the servers, which a caller does not.
  setPriority(constants.priority.PRIORITY_LOW);
  const { connections, isUnfinished } = bodyOf(order.kind);
  const agent = new Agent({ ca: order.ca, keepAlive: !isUnfinished, maxSockets: connections });
  const statuses = new Map<number, number>();
  const until = performance.now() + order.seconds * 1_000;
  let left = requestsMax;
  const loop = async (): Promise<void> => {
    while (performance.now() < until && left > 0) {
      left -= 1;
      const status = await sendOne(order, agent, until - performance.now());
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status !== 200) await pause(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  agent.destroy();
  process.stdout.write(JSON.stringify(Object.fromEntries(statuses)));
}

/** Status of one answer; 0 where there was none. */
function sendOne(order: AbuseOrder, agent: Agent, msMax: number): Promise<number> {
  const { method, path, body, isUnfinished } = bodyOf(order.kind);
  const { promise, resolve } = Promise.withResolvers<number>();
  const sent = request(`${order.url}${path}`, {
    ...{ method, agent },
    headers: {
      authorization: `Bearer ${order.token}`,
      'content-type': 'application/json',
      'content-length': String(body.byteLength),
    },
  });
  const timer = setTimeout(() => sent.destroy(), Math.max(1, msMax));
  const end = (status: number): void => {
    clearTimeout(timer);
    resolve(status);
  };
  sent.on('response', (answer) => {
    answer.resume().on('close', () => end(answer.statusCode ?? 0));
  });
  sent.on('error', () => end(0));
  if (isUnfinished) sent.write(body.subarray(0, body.byteLength - 1));
  else sent.end(body);
  return promise;
}

await main();
