import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { eventually } from '../../support/tokens-world.js';
import { facadeOf, RawWatch } from './facade-watch.js';
import { LibraryWorld, namespace } from './library-world.js';
import { scaled } from '../../support/scale.js';

interface Listed {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

const secrets = `/api/v1/namespaces/${namespace}/secrets`;
const merge = { 'content-type': 'application/merge-patch+json' };
const names = ['db', 'mail', 'queue'];

let world: LibraryWorld;
let stranger: string;

beforeAll(async () => {
  world = await LibraryWorld.start();
  for (const name of names) {
    await seedSecret(world.installation, namespace, name, { password: `of-${name}-12345678` });
  }
  await patch('db', { metadata: { labels: { tier: 'data' } } });
  stranger = await world.installation.user(namespace, 'stranger', [
    { verbs: ['get'], resources: ['configmaps'] },
  ]);
  await eventually(async () => {
    const plane = await planeOf(await get('/db?resourceVersion=0'));
    if (plane !== cache) throw new Error('nothing is cached yet');
  });
});

afterAll(() => world.stop());

/** Who has read what an answer is made of: the broker, for the cache, or the caller himself. */
const cache = 'broker';
const cluster = 'caller';

async function planeOf({ headers }: Answer): Promise<string | undefined> {
  const auditId = headers['audit-id'];
  return (await world.events()).find((event) => event.auditId === auditId)?.plane;
}

function get(path: string, token = world.token, headers: Record<string, string> = {}) {
  return world.send({ method: 'GET', path: `${secrets}${path}`, token, headers });
}

function patch(name: string, body: object): Promise<Answer> {
  const text = JSON.stringify(body);
  return world.send({ method: 'PATCH', path: `${secrets}/${name}`, headers: merge, body: text });
}

function passwordIn(answer: Answer): string {
  const { data } = answer.json<{ data: { password: string } }>();
  return Buffer.from(data.password, 'base64').toString();
}

describe('a get', () => {
  it('that names no version has the most recent state, from the API server', async () => {
    expect(await planeOf(await get('/db'))).toBe(cluster);
    expect(await planeOf(await get('/db?resourceVersion='))).toBe(cluster);
  });

  it('with resourceVersion=0, or one that is reached, has the same bytes from the cache', async () => {
    const fresh = await get('/db');
    const { metadata } = fresh.json<Listed>();
    for (const version of ['0', metadata.resourceVersion]) {
      const cached = await get(`/db?resourceVersion=${version}`);
      expect(await planeOf(cached)).toBe(cache);
      expect(cached.text).toBe(fresh.text);
      expect(cached.headers['content-type']).toBe(fresh.headers['content-type']);
    }
  });

  it('with a newer version is left to the API server', async () => {
    const { metadata } = (await get('/db')).json<Listed>();
    const newer = String(BigInt(metadata.resourceVersion) + 1_000_000n);
    const answer = await get(`/db?resourceVersion=${newer}`);
    expect(await planeOf(answer)).not.toBe(cache);
    expect(answer.text).not.toContain('"data"');
  });

  it.each(['application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json;q=0.9'])(
    'as %s is left to the API server',
    async (accept) => {
      const answer = await get('/db?resourceVersion=0', world.token, { accept });
      expect(answer.status).toBe(200);
      expect(await planeOf(answer)).toBe(cluster);
    },
  );

  it('is denied in the same words, whatever is there', async () => {
    for (const path of ['/db', '/absent', '']) {
      const [denied, strongly] = [
        await get(`${path}?resourceVersion=0`, stranger),
        await get(path, stranger),
      ];
      expect(denied.status).toBe(403);
      expect(denied.json()).toEqual(strongly.json());
    }
  });

  it('of what is not there is told so by the API server', async () => {
    const absent = await get('/absent?resourceVersion=0');
    expect(absent.status).toBe(404);
    expect(absent.json()).toEqual((await get('/absent')).json());
    expect(await planeOf(absent)).toBe(cluster);
  });

  it('has its reveal on record, with the names of the keys and the decision', async () => {
    const { headers } = await get('/db?resourceVersion=0');
    const event = (await world.events()).find(({ auditId }) => auditId === headers['audit-id']);
    const facts = { action: 'secrets.reveal', outcome: 'allowed', secret: 'db', plane: cache };
    expect(event).toMatchObject({ ...facts, keys: ['password'] });
  });
});

describe('a list', () => {
  it.each([
    '',
    '&limit=1',
    '&resourceVersionMatch=NotOlderThan',
    '&labelSelector=tier%3Ddata',
    '&labelSelector=tier%20notin%20(data)',
    '&fieldSelector=metadata.name%3Dmail',
    '&fieldSelector=type!%3DOpaque',
  ])('from the cache has what the API server lists, with resourceVersion=0%s', async (query) => {
    const cached = await get(`?resourceVersion=0${query}`);
    expect(await planeOf(cached)).toBe(cache);
    const selectors = query.replace(/&(?:limit|resourceVersionMatch)=\w+/, '');
    const { metadata, ...fresh } = (await get(`?${selectors.slice(1)}`)).json<Listed>();
    const { metadata: cachedMetadata, ...listed } = cached.json<Listed>();
    expect(listed).toEqual(fresh);
    expect(Number(cachedMetadata.resourceVersion)).toBeLessThanOrEqual(
      Number(metadata.resourceVersion),
    );
    expect(cachedMetadata.continue).toBeUndefined();
  });

  it.each([
    '',
    '?limit=2',
    '?resourceVersion=0&resourceVersionMatch=Exact',
    '?resourceVersion=0&labelSelector=%3D',
    '?resourceVersion=0&fieldSelector=data%3Da',
    '?resourceVersion=999999999&limit=1',
  ])('is left to the API server with %j, also where that refuses it', async (query) => {
    expect(await planeOf(await get(query))).not.toBe(cache);
  });

  it('has each of its Secrets on record as revealed, by the broker', async () => {
    const { headers } = await get('?resourceVersion=0');
    const events = await world.events();
    const reveals = events.filter(({ parentId }) => parentId === headers['audit-id']);
    expect(reveals.map(({ secret, plane }) => `${secret} ${plane}`).toSorted()).toEqual(
      names.map((name) => `${name} ${cache}`),
    );
  });

  it('names a version that a watch goes on from', async () => {
    const { metadata } = (await get('?resourceVersion=0')).json<Listed>();
    const query = `&resourceVersion=${metadata.resourceVersion}`;
    const watch = await RawWatch.open(facadeOf(world), query);
    await patch('mail', { stringData: { password: 'of-mail-afterwards' } });
    await watch.next('MODIFIED', 'mail');
    expect(watch.frames.some(({ type }) => type === 'ADDED')).toBe(false);
    watch.close();
  });
});

describe('a token that is narrowed', () => {
  it('sees no other Secret in a list from the cache', async () => {
    const { token } = await world.mint({ secrets: ['db'] });
    const answer = await get('?resourceVersion=0&limit=1', token);
    expect(answer.json<Listed>().items.map(({ metadata }) => metadata.name)).toEqual(['db']);
    expect(await planeOf(answer)).toBe(cache);
    expect((await get('/mail?resourceVersion=0', token)).status).toBe(403);
  });

  it('is told no value by the cache where it opens none', async () => {
    const { token } = await world.mint({ actions: ['secrets.get', 'secrets.list'] });
    for (const path of ['/db?resourceVersion=0', '?resourceVersion=0']) {
      const answer = await get(path, token);
      expect(await planeOf(answer)).toBe(cache);
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('"db"');
      expect(answer.text).not.toContain('password');
    }
  });
});

describe('a read after a write', () => {
  it('never misses it', { timeout: 120_000 }, async () => {
    const planes = new Set<string | undefined>();
    for (let round = 0; round < scaled(200, 60); round += 1) {
      const password = `of-round-${round}-12345678`;
      expect((await patch('queue', { stringData: { password } })).status).toBe(200);
      const read = await get('/queue?resourceVersion=0');
      expect(passwordIn(read)).toBe(password);
      if (round % 10 === 0) planes.add(await planeOf(read));
    }
    expect(planes).toContain(cache);
  });

  it('has what was created and deleted, alone and together', async () => {
    const items = async () => (await get('?resourceVersion=0')).json<Listed>().items.length;
    for (let round = 0; round < 10; round += 1) {
      const body = { metadata: { name: 'new' }, stringData: { password: `new-${round}-12345678` } };
      expect((await world.send({ method: 'POST', path: secrets, body })).status).toBe(201);
      expect(passwordIn(await get('/new?resourceVersion=0'))).toBe(body.stringData.password);
      expect(await items()).toBe(names.length + 1);
      const path = round % 2 === 0 ? '/new' : '?fieldSelector=metadata.name%3Dnew';
      await world.send({ method: 'DELETE', path: `${secrets}${path}` });
      expect((await get('/new?resourceVersion=0')).status).toBe(404);
      expect(await items()).toBe(names.length);
    }
  });
});
