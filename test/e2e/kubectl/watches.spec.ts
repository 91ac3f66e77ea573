import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../../src/app/gateway.js';
import { gatewayConfig } from '../../support/gateway.js';
import { seedSecret } from '../../support/seed.js';
import { eventually, patiently } from '../../support/tokens-world.js';
import { UpstreamProxy, proxyKubeconfig } from '../../support/upstream-proxy.js';
import { facadeOf, RawWatch, type WatchPlace } from './facade-watch.js';
import { LibraryWorld, namespace } from './library-world.js';

const secrets = `/api/v1/namespaces/${namespace}/secrets`;
// Large Secrets take their time on a machine that has other things to do.
const patience = { timeout: 120_000 };
const withBookmarks =
  '&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';

let world: LibraryWorld;
let facade: WatchPlace;
let opened: RawWatch[] = [];

beforeAll(async () => {
  world = await LibraryWorld.start();
  facade = facadeOf(world);
  for (const name of ['alpha', 'beta']) {
    await seedSecret(world.installation, namespace, name, { password: `of-${name}-12345678` });
  }
});

afterAll(() => world.stop());

afterEach(() => {
  for (const watch of opened) watch.close();
  opened = [];
});

async function open(place: WatchPlace, query = ''): Promise<RawWatch> {
  const watch = await RawWatch.open(place, query);
  opened.push(watch);
  return watch;
}

async function change(name: string, value: string): Promise<void> {
  const body = { stringData: { password: value } };
  const answer = await world.installation.cluster.request('PATCH', `${secrets}/${name}`, body);
  expect(answer.status).toBe(200);
}

/** What is on record of a watch, oldest first; the event of its beginning is the first. */
async function trailOf({ headers }: RawWatch) {
  const id = headers['audit-id'];
  return (await world.events()).filter(
    ({ auditId, parentId }) => auditId === id || parentId === id,
  );
}

/**
 * Bookmarks tell how far the cluster has come, whatever was changed there. But for the one that
 * ends what there was at first, they come when it pleases the API server.
 */
function comparable({ text }: { readonly text: string }): readonly string[] {
  if (!text.startsWith('{"type":"BOOKMARK"')) return [text];
  if (!text.includes('initial-events-end')) return [];
  return [text.replace(/"resourceVersion":"\d+"/, '')];
}

describe('a watch of Secrets', () => {
  it('is the watch of the API server, byte for byte, with its bookmarks', async () => {
    const { cluster } = world.installation;
    const token = await cluster.createToken({ namespace, serviceAccount: 'app' });
    const direct = { url: cluster.url, ca: readFileSync(cluster.caFile, 'utf8'), token };
    const watches = [await open(facade, withBookmarks), await open(direct, withBookmarks)];
    await seedSecret(world.installation, namespace, 'brief', { password: 'brief-12345678' });
    await change('alpha', 'changed-12345678');
    await cluster.request('DELETE', `${secrets}/brief`);
    for (const watch of watches) await watch.next('DELETED', 'brief');
    const [ours = [], theirs = []] = watches.map(({ lines }) => lines.flatMap(comparable));
    expect(ours).toEqual(theirs);
    const end = watches[0]?.frames.find(({ type }) => type === 'BOOKMARK');
    expect(end?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(watches[0]?.headers['content-type']).toBe(watches[1]?.headers['content-type']);
  });

  it('is on record when it begins, when it ends, and with each Secret that it sends', async () => {
    const watch = await open(facade, withBookmarks);
    await watch.next('BOOKMARK');
    const begun = await trailOf(watch);
    expect(begun[0]).toMatchObject({ action: 'secrets.watch', outcome: 'allowed', namespace });
    await change('beta', 'recorded-12345678');
    await watch.next('MODIFIED', 'beta');
    await seedSecret(world.installation, namespace, 'brief', { a: 'brief-12345678', b: '2' });
    await world.installation.cluster.request('DELETE', `${secrets}/brief`);
    await watch.next('DELETED', 'brief');
    watch.close();
    const trail = await eventually(async () => {
      const all = await trailOf(watch);
      expect(all.filter(({ action }) => action === 'secrets.watch')).toHaveLength(2);
      return all;
    });
    expect(trail.map(({ action, secret, keys }) => ({ action, secret, keys }))).toEqual([
      { action: 'secrets.watch', secret: undefined, keys: [] },
      { action: 'secrets.reveal', secret: 'alpha', keys: ['password'] },
      { action: 'secrets.reveal', secret: 'beta', keys: ['password'] },
      { action: 'secrets.reveal', secret: 'beta', keys: ['password'] },
      { action: 'secrets.reveal', secret: 'brief', keys: ['a', 'b'] },
      { action: 'secrets.reveal', secret: 'brief', keys: ['a', 'b'] },
      { action: 'secrets.watch', secret: undefined, keys: [] },
    ]);
    const user = `system:serviceaccount:${namespace}:app`;
    expect(trail.every((event) => event.user === user && event.plane === 'caller')).toBe(true);
  });

  it('that sends no value reveals none', async () => {
    const watch = await open(facade, `${withBookmarks}&fieldSelector=metadata.name%3Dabsent`);
    await watch.next('BOOKMARK');
    watch.close();
    await eventually(async () => {
      const actions = (await trailOf(watch)).map(({ action }) => action);
      expect(actions).toEqual(['secrets.watch', 'secrets.watch']);
    });
  });

  it('whose client has left before anything came has its end on record too', async () => {
    const before = (await world.events()).length;
    const { port, ca } = world;
    const leave = async (afterMs: number): Promise<void> => {
      const socket = connect({ host: '127.0.0.1', port, ca });
      await once(socket, 'secureConnect');
      const line = `GET /kubernetes${secrets}?watch=true HTTP/1.1`;
      socket.write(`${line}\r\nHost: x\r\nAuthorization: Bearer ${world.token}\r\n\r\n`);
      await setTimeout(afterMs);
      socket.destroy();
    };
    // However long it takes until the API server has answered.
    await Promise.all(Array.from({ length: 40 }, (_, index) => leave(index)));
    await eventually(async () => {
      const events = (await world.events()).slice(before);
      // Of one that the API server has not answered nothing can end.
      const begun = events.filter(
        ({ action, outcome, parentId }) =>
          action === 'secrets.watch' && outcome === 'allowed' && parentId === undefined,
      );
      const ended = new Set(events.map(({ parentId }) => parentId));
      expect(begun.filter(({ auditId }) => !ended.has(auditId)).length).toBe(0);
    });
  });

  it('is refused as a Status, and on record, for who may not watch', async () => {
    const token = await world.installation.user(namespace, 'stranger', []);
    const watch = await open(facadeOf(world, token));
    expect(watch.status).toBe(403);
    await watch.ended;
    const status = JSON.parse(watch.lines.map(({ text }) => text).join('\n')) as object;
    expect(status).toMatchObject({ kind: 'Status', reason: 'Forbidden', code: 403 });
    const trail = await trailOf(watch);
    expect(trail.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['secrets.watch', 'denied'],
    ]);
  });

  it(
    'of a client that does not read holds nobody else up, and is not read ahead for',
    patience,
    async () => {
      const large = 'x'.repeat(600_000);
      await seedSecret(world.installation, namespace, 'large', { filler: large });
      await seedSecret(world.installation, namespace, 'small', { password: 'small-12345678' });
      const of = (name: string) => `&fieldSelector=metadata.name%3D${name}`;
      const unread = await RawWatch.openUnread(facade, of('large'));
      opened.push(unread);
      const others: RawWatch[] = [];
      for (let count = 0; count < 50; count += 1) others.push(await open(facade, of('small')));
      const changes = 20;
      for (let count = 0; count < changes; count += 1) {
        const body = { stringData: { filler: `${count}${large}` } };
        await world.installation.cluster.request('PATCH', `${secrets}/large`, body);
      }
      await change('small', 'still-told-12345678');
      const changedAt = Date.now();
      for (const watch of others) await watch.next('MODIFIED', 'small');
      expect(Date.now() - changedAt).toBeLessThan(10_000);
      const told = async () =>
        (await trailOf(unread)).filter(({ action }) => action === 'secrets.reveal').length;
      // What leaves is on record before: so it was not taken from the API server either.
      expect(await told()).toBeLessThan(changes);
      unread.read();
      await patiently(async () => {
        expect(unread.lines).toHaveLength(changes + 1);
        expect(await told()).toBe(changes + 1);
      });
    },
  );
});

describe('how long a watch may last', () => {
  it('is what its client asks for, and never more than ten minutes', async () => {
    const { cluster, dataDir } = world.installation;
    const upstream = await UpstreamProxy.start(cluster);
    const own = await cluster.createToken({ namespace: 'sallyport', serviceAccount: 'sallyport' });
    const kubeconfig = join(dataDir, 'proxy.kubeconfig');
    writeFileSync(kubeconfig, proxyKubeconfig(upstream.url, own), { mode: 0o600 });
    const config = await gatewayConfig(cluster, join(dataDir, 'second'), {
      listen: world.installation.config.listen,
      kubernetes: { kubeconfig },
      versions: { enabled: false },
      rotation: { enabled: false },
    });
    const asked: (string | null)[] = [];
    upstream.onRequest = ({ path, rawHeaders }) => {
      const isCallers = rawHeaders.includes(`system:serviceaccount:${namespace}:app`);
      const { searchParams } = new URL(path, upstream.url);
      if (isCallers && searchParams.has('watch')) asked.push(searchParams.get('timeoutSeconds'));
    };
    const gateway = await createGateway(config, { level: 'silent' });
    try {
      const [, secure = ''] = await gateway.listen();
      const place = { ...facade, url: `${secure}/kubernetes` };
      const given = ['', '&timeoutSeconds=86400', '&timeoutSeconds=0', '&timeoutSeconds=2'];
      const watches = [];
      for (const query of given) watches.push(await open(place, query));
      expect(asked).toEqual(['600', '600', '600', '2']);
      const startedAt = Date.now();
      const endedAt = await watches.at(-1)?.ended;
      expect((endedAt ?? Infinity) - startedAt).toBeLessThan(6_000);
      for (const watch of watches) watch.close();
    } finally {
      await gateway.stop();
      await upstream.stop();
    }
  });
});

describe('a token of the gateway in front of the façade', () => {
  it('that is narrowed to names watches these alone', async () => {
    const { token } = await world.mint({ secrets: ['a*'] });
    const watch = await open(facadeOf(world, token), withBookmarks);
    await watch.next('BOOKMARK');
    await change('beta', 'hidden-12345678');
    await seedSecret(world.installation, namespace, 'b-new', { password: 'hidden-12345678' });
    await world.installation.cluster.request('DELETE', `${secrets}/b-new`);
    await seedSecret(world.installation, namespace, 'a-new', { password: 'shown-12345678' });
    await world.installation.cluster.request('DELETE', `${secrets}/a-new`);
    await change('alpha', 'shown-12345678');
    await watch.next('MODIFIED', 'alpha');
    const told = watch.frames.filter(({ type }) => type !== 'BOOKMARK');
    expect(told.map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ['ADDED', 'alpha'],
      ['ADDED', 'a-new'],
      ['DELETED', 'a-new'],
      ['MODIFIED', 'alpha'],
    ]);
    const named = (await trailOf(watch)).flatMap(({ secret }) => secret ?? []);
    expect(named.every((name) => name.startsWith('a'))).toBe(true);
  });

  it('that is narrowed to keys gets discovery, and nothing else', async () => {
    const { token } = await world.mint({ keys: ['password'] });
    for (const path of ['/api', '/apis', '/api/v1', '/version', '/openapi/v3']) {
      expect((await world.send({ path, token })).status, path).toBe(200);
    }
    const before = await world.installation.cluster.request('GET', secrets);
    const calls = [
      { path: secrets },
      { path: `${secrets}?watch=true` },
      { path: `${secrets}/alpha` },
      { method: 'POST', path: secrets, body: { metadata: { name: 'a' } } },
      { method: 'PUT', path: `${secrets}/alpha`, body: { metadata: { name: 'alpha' } } },
      {
        method: 'PATCH',
        path: `${secrets}/alpha`,
        body: { data: null },
        headers: { 'content-type': 'application/merge-patch+json' },
      },
      { method: 'DELETE', path: `${secrets}/alpha` },
      { method: 'DELETE', path: secrets },
    ];
    for (const call of calls) {
      const answer = await world.send({ ...call, token });
      expect(answer.status, `${call.method ?? 'GET'} ${call.path}`).toBe(403);
      expect(answer.json()).toMatchObject({ kind: 'Status', reason: 'Forbidden' });
    }
    const after = await world.installation.cluster.request('GET', secrets);
    expect((after.body as { items: unknown }).items).toEqual(
      (before.body as { items: unknown }).items,
    );
  });
});
