import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectionLimits } from '../../../src/core/connection-limits.js';
import { TestInstallation } from '../../support/gateway.js';
import { HeldSocket, type SocketPlace, exchange } from '../../support/held-socket.js';
import { TlsWorld } from '../../support/tls-files.js';
import { eventually } from '../../support/tokens-world.js';

const maxConnections = 64;
const halfOpenMax = maxConnections / 2;
const halfOpenOfAddressMax = maxConnections / 8;
const proxy = '127.0.0.9';
/** An honest client has its answer long before what is half-open would end by itself. */
const promptMs = 2_000;
const halfHead = 'GET /v1/whoami HTTP/1.1\r\nHost: x\r\nX-Half';

let tls: TlsWorld;
let installation: TestInstallation;
let urls: { readonly plain: string; readonly secure: string };
let token: string;
const held: HeldSocket[] = [];

beforeAll(async () => {
  tls = await TlsWorld.create();
  installation = await TestInstallation.start({
    listen: { port: 0, maxConnections, trustedProxies: [proxy], tls: { port: 0, ...tls.files } },
  });
  const [plain = '', secure = ''] = await installation.gateway.listen();
  urls = { plain, secure };
  await installation.serve('pay');
  token = await installation.user('pay', 'app', []);
});
afterEach(async () => {
  for (const one of held.splice(0)) one.close();
  await eventually(async () => {
    const left = (await gauge('connections', 'open')) + (await gauge('connections', 'half-open'));
    if (left > 0) throw new Error(`${left} connections are left`);
  });
});
afterAll(async () => {
  await installation.stop();
  tls.remove();
});

async function open(place: SocketPlace, bytes = ''): Promise<HeldSocket> {
  const one = await HeldSocket.open(place);
  held.push(one);
  if (bytes !== '') one.send(bytes);
  return one;
}

/** One after the other, so that the first is the oldest. */
async function openAll(places: readonly SocketPlace[], bytes = ''): Promise<void> {
  for (const place of places) await open(place, bytes);
}

function whoami(connection: 'close' | 'keep-alive'): string {
  return (
    `GET /v1/whoami HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
    `Connection: ${connection}\r\n\r\n`
  );
}

/** Status line of an honest request, which must come promptly. */
async function honest(from: string, base = urls.plain): Promise<string> {
  const began = performance.now();
  const place = { base, from, ca: base.startsWith('https:') ? tls.ca : undefined };
  const answer = await exchange(place, whoami('close'));
  expect(performance.now() - began).toBeLessThan(promptMs);
  return answer.slice(0, 'HTTP/1.1 200'.length);
}

async function gauge(name: string, label: string): Promise<number> {
  const { payload } = await installation.gateway.health.inject('/metrics');
  const line = payload.split('\n').find((one) => {
    return one.startsWith(`sallyport_${name}{`) && one.includes(`"${label}"`);
  });
  return Number(line?.split(' ').at(-1) ?? 0);
}

/** Which of those that were opened are closed by now, in the order of their opening. */
const closed = () => held.flatMap(({ isClosed }, index) => (isClosed ? [index] : []));
const firstOf = (count: number) => Array.from({ length: count }, (_item, index) => index);
const repeated = (place: SocketPlace, count: number) => Array.from({ length: count }, () => place);

/** What clients do that never send a whole request. */
const waysToStall = [
  ['that send nothing', 'plain', false, ''],
  ['that send half a head', 'plain', false, halfHead],
  ['that begin no handshake', 'secure', false, ''],
  ['that send half a head after the handshake', 'secure', true, halfHead],
] as const;

describe.each(waysToStall)('connections %s', (_name, listener, hasHandshake, bytes) => {
  const placeFrom = (from: string): SocketPlace => ({
    ...{ base: urls[listener], from },
    ca: hasHandshake ? tls.ca : undefined,
  });

  it('of one address are bounded, and make room for its honest requests, oldest first', async () => {
    const before = await gauge('connections_closed_total', 'half-open-of-address');
    const more = 3;
    await openAll(repeated(placeFrom('127.0.0.2'), halfOpenOfAddressMax + more), bytes);
    await expect.poll(closed).toEqual(firstOf(more));
    expect(await honest('127.0.0.2', urls[listener])).toBe('HTTP/1.1 200');
    expect(await honest('127.0.0.3', urls[listener])).toBe('HTTP/1.1 200');
    // The request of their own address has taken a place of theirs, the other one has not.
    await expect.poll(closed).toEqual(firstOf(more + 1));
    const after = await gauge('connections_closed_total', 'half-open-of-address');
    expect(after - before).toBe(more + 1);
  });

  it('of many addresses are bounded, and make room for honest requests, oldest first', async () => {
    const more = 4;
    const places = Array.from({ length: halfOpenMax + more }, (_item, index) =>
      placeFrom(`127.0.1.${1 + (index % 12)}`),
    );
    await openAll(places, bytes);
    await expect.poll(closed).toEqual(firstOf(more));
    expect(await honest('127.0.0.2', urls[listener])).toBe('HTTP/1.1 200');
    await expect.poll(closed).toEqual(firstOf(more + 1));
  });

  it('never keep honest clients out, also those of their own address', async () => {
    const addresses = Array.from({ length: 8 }, (_item, index) => `127.0.2.${1 + index}`);
    const [one = ''] = addresses;
    const places = addresses.map(placeFrom);
    for (let opened = 0; opened < halfOpenMax; opened += places.length) {
      await openAll(places, bytes);
    }
    let isOver = false;
    const flood = places.map(async (place) => {
      while (!isOver) {
        await open(place, bytes).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    try {
      for (let tries = 0; tries < 5; tries += 1) {
        for (const from of ['127.0.0.1', one]) {
          expect(await honest(from, urls[listener])).toBe('HTTP/1.1 200');
        }
      }
    } finally {
      isOver = true;
    }
    await Promise.all(flood);
    expect(closed().length).toBeGreaterThan(0);
  });

  it('of a trusted proxy are bounded in all alone', async () => {
    const count = 2 * halfOpenOfAddressMax;
    await openAll(repeated(placeFrom(proxy), count), bytes);
    await expect.poll(() => gauge('connections', 'half-open')).toBe(count);
    expect(closed()).toEqual([]);
  });
});

describe('connections in all', () => {
  it('are bounded over both listeners: those that are idle longest make room', async () => {
    const more = 6;
    for (const index of firstOf(maxConnections + more)) {
      const place = { base: index % 2 === 0 ? urls.plain : urls.secure, from: '127.0.0.2' };
      const one = await open({ ...place, ca: index % 2 === 0 ? undefined : tls.ca });
      expect(await one.answer(whoami('keep-alive'))).toMatch(/^HTTP\/1\.1 200 /);
    }
    // The last place stays free for the next one.
    await expect.poll(closed).toEqual(firstOf(more + 1));
    expect(await gauge('connections', 'open')).toBe(maxConnections - 1);
    expect(await honest('127.0.0.2')).toBe('HTTP/1.1 200');
    expect(await honest('127.0.0.3', urls.secure)).toBe('HTTP/1.1 200');
  });

  it('that are idle make room before those that are half-open', async () => {
    const idle = await open({ base: urls.plain });
    const halfOpen = await open({ base: urls.plain }, halfHead);
    expect(await idle.answer(whoami('keep-alive'))).toMatch(/^HTTP\/1\.1 200 /);
    for (let opened = held.length; opened < maxConnections; opened += 1) {
      const one = await open({ base: urls.plain, from: '127.0.0.2' });
      expect(await one.answer(whoami('keep-alive'))).toMatch(/^HTTP\/1\.1 200 /);
    }
    await expect.poll(() => idle.isClosed).toBe(true);
    expect([closed(), halfOpen.isClosed]).toEqual([[0], false]);
  });

  it('are none too many where all are busy, and one is free again when one ends', async () => {
    const begun =
      `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
    await openBusy(begun);
    const before = await gauge('connections_closed_total', 'full');
    for (const base of [urls.plain, urls.secure]) {
      const ca = base === urls.secure ? tls.ca : undefined;
      expect(await exchange({ base, ca }, whoami('close'))).toBe('');
    }
    expect(await gauge('connections_closed_total', 'full')).toBe(before + 2);
    held.find(({ isClosed }) => !isClosed)?.close();
    await expect.poll(() => gauge('connections', 'open')).toBe(maxConnections - 1);
    expect(await honest('127.0.0.2')).toBe('HTTP/1.1 200');
    expect(held.filter(({ isClosed }) => !isClosed)).toHaveLength(maxConnections - 1);
  });
});

/** Opens as many connections as there may be, with a request whose body has begun. */
async function openBusy(begun: string): Promise<void> {
  // Each of the last ones is busy before the next one comes: those before them may be so later.
  const last = 4;
  for (const index of firstOf(maxConnections)) {
    await open({ base: urls.plain, from: `127.0.1.${1 + (index % 20)}` }, begun);
    if (index + 1 < maxConnections - last) continue;
    await expect.poll(() => gauge('connections', 'open')).toBe(index + 1);
  }
}

describe.each(['plain', 'secure'] as const)(
  'requests sent at once over a %s connection',
  (kind) => {
    const place = (): SocketPlace => ({
      base: urls[kind],
      ...(kind === 'secure' && { ca: tls.ca }),
    });
    const asked = (count: number): string =>
      'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(count) +
      'GET /docs/start.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

    it('are answered in their order while they are few', async () => {
      const answers = await exchange(place(), asked(connectionLimits.connectionUnansweredMax - 1));
      const statuses = answers.match(/HTTP\/1\.1 200 /g) ?? [];
      expect(statuses).toHaveLength(connectionLimits.connectionUnansweredMax);
    });

    it('beyond that are not carried out, and the connection ends with those before', async () => {
      const held = await HeldSocket.open(place());
      held.socket.pause();
      held.send(whoami('keep-alive').repeat(connectionLimits.connectionUnansweredMax + 8));
      const answers = (await text(held.socket)).match(/HTTP\/1\.1 200 /g) ?? [];
      expect(answers).toHaveLength(connectionLimits.connectionUnansweredMax);
      const { payload } = await installation.gateway.health.inject('/metrics');
      expect(payload).toMatch(/connections_closed_total\{reason="pipelined"\} [1-9]/);
    });

    it('cost little while nobody reads the responses', async () => {
      const before = process.memoryUsage().rss;
      for (let count = 0; count < 32; count += 1) {
        const one = await open(place());
        one.socket.pause();
        one.send(asked(500));
      }
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
    });
  },
);
