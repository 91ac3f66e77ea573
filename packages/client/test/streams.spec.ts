import { afterEach, describe, expect, it } from 'vitest';
import {
  type Answering,
  SaidGateway,
  bytes,
  cut,
  problem,
  stream,
  unchanged,
} from './gateway.builder.js';

let gateway: SaidGateway;
afterEach(() => gateway?.stop());

/** Follows until an error ends it; returns what was seen. */
async function followed(...answers: readonly Answering[]): Promise<readonly string[]> {
  gateway = await SaidGateway.start(...answers, problem(403, 'Forbidden'));
  const seen: string[] = [];
  const follow = async (): Promise<void> => {
    for await (const { content } of gateway.client().keys.follow('shop', 'db', 'password')) {
      seen.push(content.revealText());
    }
  };
  await expect(follow()).rejects.toMatchObject({ code: 'Forbidden' });
  return seen;
}

describe('a follower', () => {
  it('yields each value once, across waits without a change and failures', async () => {
    const failures = Array.from({ length: 5 }, () => cut);
    const seen = await followed(
      bytes('v-1', { etag: '"1"' }),
      unchanged('"1"'),
      ...failures,
      bytes('v-2', { etag: '"2"' }),
    );
    expect(seen).toEqual(['v-1', 'v-2']);
    expect(gateway.asked[1]?.path).toMatch(/\?waitSeconds=30$/);
  });

  it('does not yield the value again when another key of the Secret changes', async () => {
    const seen = await followed(
      bytes('v-1', { etag: '"1"' }),
      bytes('v-1', { etag: '"2"' }),
      bytes('v-2', { etag: '"3"' }),
    );
    expect(seen).toEqual(['v-1', 'v-2']);
    expect(gateway.asked[2]?.headers['if-none-match']).toBe('"2"');
  });

  it('does not hurry where waits are answered at once', async () => {
    gateway = await SaidGateway.start(bytes('v-1', { etag: '"1"' }), unchanged('"1"'));
    const signal = AbortSignal.timeout(600);
    for await (const { etag } of gateway.client().keys.follow('shop', 'db', 'k', { signal })) {
      expect(etag).toBe('"1"');
    }
    expect(gateway.asked.length).toBeLessThan(6);
  });

  it('throws what its token source throws, whatever that is', async () => {
    gateway = await SaidGateway.start(bytes('v'));
    const client = gateway.client({ token: () => Promise.reject(new RangeError('no token')) });
    await expect(client.keys.follow('shop', 'db', 'k').next()).rejects.toThrow('no token');
    await expect(client.secrets.watch('shop').next()).rejects.toThrow('no token');
  });
});

describe('a watcher', () => {
  const event = (id: string, type: string, data: object | string = {}) =>
    `id: ${id}\nevent: ${type}\ndata: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
  const db = { name: 'db' };

  it('continues after the last event, begins anew where that is too old, and ends', async () => {
    gateway = await SaidGateway.start(
      stream(event('1', 'added', db) + event('2', 'bookmark') + event('3', 'newer-type')),
      cut,
      stream(event('4', 'modified', db)),
      problem(410, 'Expired'),
      stream(event('9', 'added', db) + event('10', 'added', db)),
    );
    const ending = new AbortController();
    const { signal } = ending;
    const seen: string[] = [];
    for await (const { type, id } of gateway.client().secrets.watch('shop', { signal })) {
      seen.push(`${type} ${id}`);
      if (id === '9') ending.abort();
    }
    expect(seen).toEqual(['added 1', 'bookmark 2', 'modified 4', 'restarted undefined', 'added 9']);
    const after = gateway.asked.map(({ headers }) => headers['last-event-id']);
    expect(after).toEqual([undefined, '3', '3', '4', undefined]);
  });

  it('asks for a new token where the former has ended, once', async () => {
    gateway = await SaidGateway.start(
      problem(401, 'Unauthenticated'),
      stream(event('1', 'added', db)),
    );
    const asked: boolean[] = [];
    const client = gateway.client({
      token: ({ isRefused }) => {
        asked.push(isRefused);
        return 'token';
      },
    });
    const first = await client.secrets.watch('shop').next();
    expect([first.value?.type, asked]).toEqual(['added', [false, true]]);
  });

  it('never reconnects sooner than it is told', async () => {
    gateway = await SaidGateway.start(
      problem(503, 'Unavailable', { 'retry-after': '1' }),
      stream(event('1', 'added', db)),
    );
    const startedMs = performance.now();
    await gateway.client().secrets.watch('shop').next();
    expect(performance.now() - startedMs).toBeGreaterThan(990);
  });

  it.each([
    ['an event that cannot be read', stream(event('1', 'deleted', '{')), 'InvalidResponse'],
    ['a page in place of a stream', bytes('<p>'), 'InvalidResponse'],
    ['an expired stream that has no position', problem(410, 'Expired'), 'Expired'],
  ])('throws for %s', async (_, answer, code) => {
    gateway = await SaidGateway.start(answer);
    await expect(gateway.client().secrets.watch('shop').next()).rejects.toMatchObject({ code });
  });
});
