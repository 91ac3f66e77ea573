import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeChangeCursor } from '../../../src/secrets/domain/watch/change-cursor.js';
import { allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import {
  allOfTokens,
  eventually,
  patiently,
  TokensWorld,
  virtual,
} from '../../support/tokens-world.js';
import { EventReader } from './event-reader.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const path = (namespace: string): string => `/v1/namespaces/${namespace}/secrets`;
const onlyWatch = [{ verbs: ['watch'], resources: ['secrets'] }];
/** Of the tokens that are minted. */
const namespaces = ['pay'];
const wantsEvents = { accept: 'text/event-stream' };

let world: TokensWorld;
let owner: string;
let opened: EventReader[] = [];

beforeAll(async () => {
  world = await TokensWorld.start();
  await serve(world, 'pay');
  owner = await world.installation.user('pay', 'owner', [allOfSecrets, allOfTokens]);
});

afterAll(() => world.stop());

afterEach(() => {
  for (const reader of opened) reader.close();
  opened = [];
});

/** A served namespace of its own, once its streams can be opened. */
async function serve(on: TokensWorld, namespace: string): Promise<string> {
  await on.installation.serve(namespace);
  const token = await on.installation.user(namespace, 'writer', [allOfSecrets]);
  await patiently(async () => {
    const head = { method: 'HEAD', path: path(namespace), token, headers: wantsEvents };
    expect((await send(on.base, head)).status).toBe(200);
  });
  return token;
}

async function open(namespace: string, token: string, query = '', after?: string) {
  const target = `${path(namespace)}${query}`;
  const reader = await EventReader.open({ base: world.base, path: target, token, after });
  opened.push(reader);
  expect(reader.status).toBe(200);
  return reader;
}

function change(namespace: string, token: string, name: string, body: object): Promise<Answer> {
  return send(world.base, {
    ...{ method: 'PATCH', path: `${path(namespace)}/${name}`, token, body },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
}

async function refusal(namespace: string, token: string, query = '', headers = {}) {
  const call = { path: `${path(namespace)}${query}`, token };
  const answer = await send(world.base, { ...call, headers: { ...wantsEvents, ...headers } });
  expect(answer.headers['content-type']).toContain('application/problem+json');
  return [answer.status, answer.json()['code']];
}

/** Of a stream: its beginning and its end, oldest first. */
async function eventsOf({ headers }: EventReader) {
  const { items } = await partOf(world.installation.gateway, AuditService).list({});
  const id = headers['audit-id'];
  return items.filter(({ auditId, parentId }) => auditId === id || parentId === id).toReversed();
}

describe('a stream of changes', () => {
  it('tells what is there and what becomes of it, with versions and without values', async () => {
    const token = await serve(world, 'story');
    const team = { labels: { team: 'a' } };
    for (const name of ['b', 'a', 'other']) {
      await seedSecret(world.installation, 'story', name, { password: `of-${name}-12345678` });
    }
    for (const name of ['a', 'b']) await change('story', token, name, team);
    const reader = await open('story', token, '?labelSelector=team%3Da');
    await reader.tells(['added a', 'added b', 'bookmark']);
    await change('story', token, 'a', { stringData: { password: 'changed-12345678' } });
    await change('story', token, 'other', { stringData: { password: 'changed-87654321' } });
    await change('story', token, 'b', { labels: { team: 'b' } });
    await send(world.base, { method: 'DELETE', path: `${path('story')}/a`, token });
    await change('story', token, 'other', team);
    const then = ['modified a', 'deleted b', 'deleted a', 'added other'];
    await reader.tells(then, 3);
    const modified = reader.events[3]?.data;
    expect(modified).toMatchObject({ namespace: 'story', version: 3, changedKeys: ['password'] });
    expect(reader.events[6]?.data).toMatchObject({ version: 3, changedKeys: [] });
    expect(reader.text).not.toContain('12345678');
    expect(reader.headers).toMatchObject({
      ...{ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
      ...{ 'x-content-type-options': 'nosniff', 'x-request-id': expect.any(String) },
    });
  });

  it('goes on behind any event of it, and misses nothing', async () => {
    const token = await serve(world, 'again');
    await seedSecret(world.installation, 'again', 'a', { password: 'of-a-12345678' });
    await seedSecret(world.installation, 'again', 'b', { password: 'of-b-12345678' });
    const reader = await open('again', token);
    await reader.tells(['added a', 'added b', 'bookmark']);
    await change('again', token, 'a', { stringData: { more: 'more-12345678' } });
    await send(world.base, { method: 'DELETE', path: `${path('again')}/b`, token });
    await reader.tells(['modified a', 'deleted b'], 3);
    const rest = [
      // Both are told as they are now, or as having gone, whatever was seen of them.
      ['modified a', 'bookmark'],
      ['modified a', 'deleted b', 'bookmark'],
      ['modified a', 'deleted b'],
      ['deleted b'],
      [],
    ];
    for (const [index, { id }] of reader.events.entries()) {
      const further = await open('again', token, '', id);
      await further.tells(rest[index] ?? []);
    }
  });

  it('is of one Secret to who may watch its metadata alone', async () => {
    await seedSecret(world.installation, 'pay', 'one', { password: 'of-one-12345678' });
    const rule = { ...virtual('secretmetadata', 'watch'), resourceNames: ['one'] };
    const token = await world.installation.user('pay', 'reader-of-one', [rule]);
    await eventually(async () => {
      const reader = await open('pay', token, '?fieldSelector=metadata.name%3Done');
      await reader.tells(['added one', 'bookmark']);
    });
    expect(await refusal('pay', token)).toEqual([403, 'Forbidden']);
  });

  it('is of the Secrets in the scope of a token', async () => {
    await seedSecret(world.installation, 'pay', 'in-scope', { password: 'scope-12345678' });
    const { token } = await world.mint(owner, { scope: { namespaces, secrets: ['in-*'] } });
    const reader = await open('pay', token);
    await reader.tells(['added in-scope', 'bookmark']);
    const keys = await world.mint(owner, { scope: { namespaces, keys: ['password'] } });
    expect(await refusal('pay', keys.token)).toEqual([403, 'Forbidden']);
  });
});

describe('a stream is refused', () => {
  it('without the right, with what means nothing for it, and behind what is no cursor', async () => {
    const token = await world.installation.user('pay', 'lister', [
      { verbs: ['get', 'list'], resources: ['secrets'] },
    ]);
    expect(await refusal('pay', token)).toEqual([403, 'Forbidden']);
    expect(await refusal('kube-system', owner)).toEqual([403, 'Forbidden']);
    for (const query of ['?limit=5', '?continue=x', '?deleted=true', '?consistency=strong']) {
      expect(await refusal('pay', owner, query)).toEqual([400, 'BadRequest']);
    }
    expect(await refusal('pay', owner, '?labelSelector=!!')).toEqual([400, 'BadRequest']);
    const elsewhere = encodeChangeCursor('shop', { reached: '1' });
    for (const id of ['x', elsewhere]) {
      const refused = await refusal('pay', owner, '', { 'last-event-id': id });
      expect(refused).toEqual([400, 'BadRequest']);
    }
  });

  it('behind a cursor that is too old', async () => {
    const id = encodeChangeCursor('pay', { reached: '1' });
    expect(await refusal('pay', owner, '', { 'last-event-id': id })).toEqual([410, 'Expired']);
  });
});

describe('a stream ends, on record,', () => {
  const ending = async (reader: EventReader, words: string): Promise<void> => {
    await eventually(async () => {
      const events = await eventsOf(reader);
      expect(events.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
        'secrets.watch allowed',
        'secrets.watch allowed',
      ]);
      expect(JSON.stringify(events[1])).toContain(words);
    });
  };

  it('when the right goes, though nothing happens; and is refused then', async () => {
    const token = await world.installation.user('pay', 'leaver', onlyWatch);
    const reader = await open('pay', token);
    await eventually(async () => expect(reader.lines).toContain('bookmark'));
    const bindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings';
    await world.installation.cluster.request('DELETE', `${bindings}/pay-leaver`);
    const since = Date.now();
    expect((await reader.ended) - since).toBeLessThan(3_500);
    expect(reader.isComplete).toBe(true);
    await ending(reader, 'the right is gone');
    const again = await refusal('pay', token, '', { 'last-event-id': reader.lastId });
    expect(again).toEqual([403, 'Forbidden']);
  });

  it('when its token is revoked', async () => {
    const { id, token } = await world.mint(owner, { scope: { namespaces } });
    const reader = await open('pay', token);
    await world.revoke(owner, id);
    const since = Date.now();
    expect((await reader.ended) - since).toBeLessThan(5_000);
    await ending(reader, 'the credential has ended');
    expect(await refusal('pay', token)).toEqual([401, 'Unauthenticated']);
  });

  it('when its client leaves', async () => {
    const reader = await open('pay', owner);
    reader.close();
    await ending(reader, 'the client has left');
  });

  it('with the gateway, at once', async () => {
    const second = await TokensWorld.start();
    try {
      const token = await serve(second, 'stops');
      const place = { base: second.base, path: path('stops'), token };
      const reader = await EventReader.open(place);
      await reader.tells(['bookmark']);
      const since = Date.now();
      const stopped = second.stop();
      expect((await reader.ended) - since).toBeLessThan(5_000);
      expect(reader.isComplete).toBe(true);
      await stopped;
    } catch (error) {
      await second.stop().catch(() => undefined);
      throw error;
    }
  });
});

describe('a client that does not keep up', () => {
  it('is let go, and misses nothing when it comes back', { timeout: 180_000 }, async () => {
    const token = await serve(world, 'slow');
    const secrets = '/api/v1/namespaces/slow/secrets';
    const keysOf = (value: string): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length: 1_500 }, (_, key) => [`key-${key}-`.padEnd(250, 'x'), value]),
      );
    const write = async (name: string, stringData: object): Promise<void> => {
      const body = { stringData };
      const answer = await world.installation.cluster.request('PATCH', `${secrets}/${name}`, body);
      expect(answer.status).toBe(200);
    };
    await seedSecret(world.installation, 'slow', 'large', keysOf('0'));
    await seedSecret(world.installation, 'slow', 'small', { count: 'x-12345678' });
    const place = { base: world.base, path: path('slow'), token };
    const reader = await EventReader.openUnread(place);
    opened.push(reader);
    // As much as fits on the way, and then more changes than a client may be behind.
    for (let round = 1; round <= 22; round += 1) await write('large', keysOf(String(round)));
    for (let round = 0; round < 1_200; round += 20) {
      const some = Array.from({ length: 20 }, (_, index) => `${round + index}`);
      await Promise.all(some.map((count) => write('small', { count })));
    }
    reader.read();
    await reader.ended;
    const further = await open('slow', token, '', reader.lastId);
    const stored = await world.installation.cluster.request<{
      readonly metadata: { readonly resourceVersion: string };
    }>('GET', `${secrets}/small`);
    await patiently(async () => {
      const last = further.events.at(-1)?.data.resourceVersion;
      expect(last).toBe(stored.body.metadata.resourceVersion);
    });
    const seen = [...reader.events, ...further.events].map(({ data }) => data.resourceVersion);
    const changes = seen.filter((version) => version !== undefined);
    expect(new Set(changes).size).toBe(changes.length);
    expect(changes.length).toBeGreaterThan(1_024);
  });
});
