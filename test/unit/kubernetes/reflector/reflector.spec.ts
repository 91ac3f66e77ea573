import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCollection } from '../../../../src/kubernetes/reflector/collection.js';
import {
  Reflector,
  type ReflectorOptions,
} from '../../../../src/kubernetes/reflector/reflector.js';
import { recordOf } from '../../../../src/kubernetes/kube-json.js';
import { type Script, ScriptedApi, page, refuse, send } from './scripted-api.js';

const identity = { kind: 'self' } as const;
const listOne: Script = (response, _query, count) =>
  page(response, ['a'], { resourceVersion: `${count}00` });
const silent: Script = (response) => void response.flushHeaders();

describe('Reflector', () => {
  const stopping: (() => unknown)[] = [];
  let events: string[];
  let faults: unknown[];
  let states: boolean[];

  beforeEach(() => {
    events = [];
    faults = [];
    states = [];
  });
  afterEach(async () => {
    for (const stop of stopping.splice(0).toReversed()) await stop();
  });

  async function follow(
    list: Script,
    watch: Script,
    more: Partial<ReflectorOptions<string>> = {},
  ): Promise<{ readonly api: ScriptedApi; readonly reflector: Reflector<string> }> {
    const api = await ScriptedApi.start(list, watch);
    stopping.push(() => api.stop());
    const reader = { transport: api.transport, identity, actor: identity };
    const reflector = new Reflector<string>({
      collection: openCollection(reader, { path: ['api', 'v1', 'secrets'], isMetadataOnly: true }),
      map: (object) => String(recordOf(object['metadata'])['name']),
      handle: (event) =>
        void events.push(
          event.type === 'replaced'
            ? `replaced ${event.items.join(',')}`
            : `${event.type} ${event.object}`,
        ),
      onState: (isLive) => void states.push(isLive),
      onFault: (error) => void faults.push(error),
      ...more,
    });
    stopping.push(() => reflector.stop());
    reflector.start();
    return { api, reflector };
  }

  it('lists in pages, then watches from the version of the list', async () => {
    const { api, reflector } = await follow((response, query) => {
      const next = query.get('continue');
      if (next === null) page(response, ['a', 'b'], { resourceVersion: '7', continue: 'x/+ y' });
      else page(response, next === 'x/+ y' ? ['c'] : ['?'], { resourceVersion: '7' });
    }, silent);
    await expect.poll(() => reflector.isLive).toBe(true);
    expect(events).toEqual(['replaced a,b,c']);
    expect(api.lists.map(({ query }) => query.get('limit'))).toEqual(['500', '500']);
    const [watch] = api.watches;
    expect(Object.fromEntries(watch?.query ?? [])).toEqual({
      watch: 'true',
      resourceVersion: '7',
      timeoutSeconds: '15',
      allowWatchBookmarks: 'true',
    });
    expect(watch?.headers.accept).toContain('as=PartialObjectMetadata;');
    expect(watch?.headers['audit-id']).toMatch(/^[-0-9a-f]{36}$/);
    expect(watch?.headers.authorization).toBe('Bearer own');
  });

  it('goes on from the last event or bookmark, over the same connection', async () => {
    const { api, reflector } = await follow(listOne, (response, _query, count) => {
      response.flushHeaders();
      if (count > 2) return;
      if (count === 1) send(response, 'ADDED', 'b', '101');
      else send(response, 'BOOKMARK', '', '150');
      setTimeout(() => response.end(), 1_050);
    });
    await expect.poll(() => api.watches.length, { timeout: 5_000 }).toBe(3);
    const versions = api.watches.map(({ query }) => query.get('resourceVersion'));
    expect(versions).toEqual(['100', '101', '150']);
    expect(reflector.resourceVersion).toBe('150');
    expect(events).toEqual(['replaced a', 'added b']);
    expect(states).toEqual([true]);
    expect(api.lists).toHaveLength(1);
    expect(api.connections).toBe(2);
  });

  it.each<[string, Script]>([
    ['a status', (response) => refuse(response, 410, 'Expired')],
    [
      'an ERROR event',
      (response) => {
        const object = { kind: 'Status', apiVersion: 'v1', code: 410, reason: 'Gone' };
        response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      },
    ],
    ['an immediate end', (response) => void response.end()],
  ])('lists anew when its version is too old, said by %s', async (_title, expire) => {
    const { api, reflector } = await follow(listOne, (response, query, count) =>
      count === 1 ? expire(response, query, count) : response.flushHeaders(),
    );
    await expect.poll(() => reflector.isLive, { timeout: 5_000 }).toBe(true);
    await expect.poll(() => events).toEqual(['replaced a', 'replaced a']);
    expect(api.watches[1]?.query.get('resourceVersion')).toBe('200');
  });

  it('lists anew after a line that cannot be read', async () => {
    const { api } = await follow(listOne, (response, _query, count) => {
      if (count === 1) response.write('no event\n');
      else response.flushHeaders();
    });
    await expect.poll(() => api.lists.length, { timeout: 5_000 }).toBe(2);
  });

  it('goes on where it was when a connection breaks', async () => {
    const { api } = await follow(listOne, (response, _query, count) => {
      response.flushHeaders();
      if (count > 1) return;
      send(response, 'ADDED', 'b', '101');
      setTimeout(() => response.destroy(), 50);
    });
    await expect.poll(() => api.watches.length, { timeout: 5_000 }).toBe(2);
    expect(api.watches[1]?.query.get('resourceVersion')).toBe('101');
    expect(api.lists.map(({ query }) => query.get('limit'))).toEqual(['500', '1']);
    await expect.poll(() => states).toEqual([true, false, true]);
    expect(events).toEqual(['replaced a', 'added b']);
  });

  it('lists anew where the API server is behind it after a cut', async () => {
    const { api } = await follow(
      (response, _query, count) =>
        page(response, ['a'], { resourceVersion: count === 1 ? '1000' : '500' }),
      (response, _query, count) => {
        response.flushHeaders();
        if (count === 1) setTimeout(() => response.destroy(), 50);
      },
    );
    await expect.poll(() => api.watches.length, { timeout: 5_000 }).toBe(2);
    expect(api.watches[1]?.query.get('resourceVersion')).toBe('500');
    expect(api.lists.map(({ query }) => query.get('limit'))).toEqual(['500', '1', '500']);
    expect(events).toEqual(['replaced a', 'replaced a']);
  });

  it('does not go on after a cut before it is told how far the API server has come', async () => {
    const { api, reflector } = await follow(
      (response, _query, count) =>
        count === 2 ? refuse(response, 500) : page(response, ['a'], { resourceVersion: '100' }),
      (response, _query, count) => {
        response.flushHeaders();
        if (count === 1) setTimeout(() => response.destroy(), 50);
      },
    );
    await expect.poll(() => api.lists.length, { timeout: 5_000 }).toBe(3);
    await expect.poll(() => reflector.isLive).toBe(true);
    expect(api.seen.map(({ isWatch }) => (isWatch ? 'watch' : 'list'))).toEqual([
      ...['list', 'watch', 'list', 'list', 'watch'],
    ]);
  });

  it('starts from a given version without a list', async () => {
    const { api } = await follow(listOne, silent, { resourceVersion: '42' });
    await expect.poll(() => api.watches.length).toBe(1);
    expect(api.watches[0]?.query.get('resourceVersion')).toBe('42');
    expect(api.lists).toHaveLength(0);
  });

  it('outlives handlers and mappers that throw, and reports them', async () => {
    const { reflector } = await follow(
      (response) => page(response, ['a', 'unmappable', 'b'], { resourceVersion: '1' }),
      (response) => {
        send(response, 'ADDED', 'c', '2');
        send(response, 'MODIFIED', 'unmappable', '3');
        send(response, 'DELETED', 'c', '4');
      },
      {
        map: (object) => {
          const name = String(recordOf(object['metadata'])['name']);
          if (name === 'unmappable') throw new Error('unmappable');
          return name;
        },
        handle: (event) => {
          events.push(event.type);
          throw new Error(`handler of ${event.type}`);
        },
      },
    );
    await expect.poll(() => events).toEqual(['replaced', 'added', 'deleted']);
    expect(reflector.isLive).toBe(true);
    expect(faults.map(String)).toEqual([
      'Error: unmappable',
      'Error: handler of replaced',
      'Error: handler of added',
      'Error: unmappable',
      'Error: handler of deleted',
    ]);
  });

  it.each<[string, Script, Script]>([
    ['lists that are 401', (response) => refuse(response, 401), silent],
    ['lists that are 403', (response) => refuse(response, 403), silent],
    ['lists that are 500', (response) => refuse(response, 500), silent],
    ['watches that are 403', listOne, (response) => refuse(response, 403)],
    ['watches that are always too old', listOne, (response) => refuse(response, 410, 'Expired')],
    [
      'watches that end after one event',
      listOne,
      (response, query) => {
        send(response, 'MODIFIED', 'a', query.get('resourceVersion') ?? '');
        response.end();
      },
    ],
  ])('is no hot loop before %s', async (_title, list, watch) => {
    const { api, reflector } = await follow(list, watch);
    // A quarter, half, one and two seconds at the most, and at least half of each.
    await wait(3_000);
    expect(api.seen.length).toBeGreaterThan(2);
    expect(api.seen.length).toBeLessThanOrEqual(10);
    expect(reflector.isLive).toBe(false);
  });

  it.each<[string, Script, Script]>([
    ['within a list', () => undefined, silent],
    ['within a watch', listOne, silent],
    ['while a watch opens', listOne, () => undefined],
    ['within a pause', (response) => refuse(response, 500), silent],
  ])('stops at once %s', async (_title, list, watch) => {
    const { api, reflector } = await follow(list, watch);
    await wait(300);
    const stoppedAtMs = performance.now();
    await reflector.stop();
    expect(performance.now() - stoppedAtMs).toBeLessThan(1_000);
    expect(reflector.isLive).toBe(false);
    const count = api.seen.length;
    await wait(500);
    expect(api.seen).toHaveLength(count);
  });
});
