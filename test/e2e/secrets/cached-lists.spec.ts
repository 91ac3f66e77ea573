import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../support/raw-http.js';
import { eventually } from '../../support/tokens-world.js';
import { CachedWorld, cache, cluster } from './cached-world.js';

interface Item {
  readonly name: string;
  readonly [member: string]: unknown;
}

interface Page {
  readonly items: readonly Item[];
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

const namespace = 'listed';
const list = `/v1/namespaces/${namespace}/secrets`;
const names = Array.from({ length: 9 }, (_, index) => `s-${index + 1}`);
const lister = 'system:serviceaccount:listed:lister';

let world: CachedWorld;
let token: string;

beforeAll(async () => {
  world = await CachedWorld.start(namespace);
  token = world.secrets.tokens.lister;
  for (const [index, name] of names.entries()) {
    const labels = { parity: index % 2 === 0 ? 'odd' : 'even' };
    const type = index < 6 ? 'Opaque' : 'example.org/own';
    await world.secrets.seed(name, {
      ...{ type, stringData: { key: `hidden-value-${name}` } },
      metadata: { labels, annotations: { note: name } },
    });
  }
});
afterAll(() => world?.stop());

async function page(query: string, as = token): Promise<Page & { readonly answer: Answer }> {
  const answer = await world.get(`${list}?${query}`, as);
  expect([answer.status, answer.text]).toEqual([200, expect.not.stringContaining('hidden-value')]);
  return { ...answer.json<Page>(), answer };
}

const namesOf = ({ items }: Page): readonly string[] => items.map(({ name }) => name);
const after = ({ continue: cursor = '' }: Page): string => `continue=${encodeURIComponent(cursor)}`;

async function namesOfAll(query: string): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor = '';
  do {
    const one = await page(`${query}${cursor}`);
    found.push(...namesOf(one));
    cursor = one.continue === undefined ? '' : `&${after(one)}`;
  } while (cursor !== '' && found.length < 100);
  return found;
}

describe('a list from the cache', () => {
  it('is by name, asks the cluster for nothing but the right, and is on record', async () => {
    const asked = await world.asked(async () => {
      const { answer, ...all } = await page('');
      expect(namesOf(all)).toEqual(names);
      expect(await world.events(String(answer.headers['audit-id']))).toMatchObject([
        { action: 'secrets.list', outcome: 'allowed', plane: cache, user: lister },
      ]);
    });
    expect(asked).toEqual([]);
  });

  it('is the same, byte for byte, as one that the cluster was asked for as the caller', async () => {
    // Versions come by another watch.
    await eventually(async () => {
      const told = ({ answer: { text, headers } }: { readonly answer: Answer }) => [
        text,
        headers['content-type'],
      ];
      const cached = await page('');
      let strong: typeof cached | undefined;
      const asked = await world.asked(async () => (strong = await page('consistency=strong')));
      expect(told(cached)).toEqual(strong && told(strong));
      expect(cached.items[0]).toMatchObject({ version: 1, annotations: { note: 's-1' } });
      expect(asked).toMatchObject([{ user: lister }]);
      if (strong) expect(await world.planeOf(strong.answer)).toBe(cluster);
    });
  });

  it.each([
    ['labelSelector=parity%3Deven', ['s-2', 's-4', 's-6', 's-8']],
    ['labelSelector=parity%20notin%20(even)%2Cparity', ['s-1', 's-3', 's-5', 's-7', 's-9']],
    ['fieldSelector=type%3Dexample.org/own', ['s-7', 's-8', 's-9']],
    ['fieldSelector=type!%3Dexample.org/own&labelSelector=parity%3Deven', ['s-2', 's-4', 's-6']],
    ['fieldSelector=metadata.name%3Ds-3', ['s-3']],
    ['fieldSelector=metadata.name%3Dabsent', []],
    ['fieldSelector=metadata.namespace!%3Dlisted', []],
    [`fieldSelector=metadata.namespace%3D${namespace}&limit=4`, names],
    ['limit=1', names],
    ['limit=9', names],
  ])('is that of the cluster for %s', async (query, expected) => {
    const asked = await world.asked(async () => {
      expect(await namesOfAll(query)).toEqual(expected);
    });
    expect(asked).toEqual([]);
    expect(await namesOfAll(`${query}&consistency=strong`)).toEqual(expected);
  });

  it('says how many are left where nothing is left out', async () => {
    const counted = async (query: string) => (await page(query)).remainingItemCount;
    for (const more of ['', '&consistency=strong']) {
      expect(await counted(`limit=4${more}`)).toBe(5);
      expect(await counted(`limit=9${more}`)).toBeUndefined();
      expect(await counted(`limit=1&labelSelector=parity%3Deven${more}`)).toBeUndefined();
    }
  });

  it('is over GraphQL the same, with a cursor for each', async () => {
    const ask = async (given: string) => {
      const fields = 'edges { cursor node { name version } } pageInfo { hasNextPage endCursor }';
      const query = `{ secrets(filter: { namespaces: ["${namespace}"] }, ${given}) { ${fields} } }`;
      const { data } = await world.graphql(query, token);
      return data?.['secrets'] as {
        readonly edges: readonly { readonly cursor: string; readonly node: Item }[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      };
    };
    const asked = await world.asked(async () => {
      const first = await ask('first: 4');
      expect(first.edges.map(({ node }) => node.name)).toEqual(names.slice(0, 4));
      expect(first.pageInfo).toEqual({ hasNextPage: true, endCursor: first.edges[3]?.cursor });
      const behind = await ask(`first: 3, after: "${first.edges[1]?.cursor}"`);
      expect(behind.edges.map(({ node }) => node.name)).toEqual(names.slice(2, 5));
    });
    expect(asked).toEqual([]);
  });

  it('over all namespaces comes from the cache as well, one event for each of them', async () => {
    const asked = await world.asked(async () => {
      const answer = await world.get('/v1/secrets?limit=500', token);
      expect(namesOf(answer.json<Page>())).toEqual(names);
      const events = await world.events(String(answer.headers['audit-id']));
      expect(events).toMatchObject([{ action: 'secrets.list', plane: cache, namespace }]);
    });
    expect(asked).toEqual([]);
  });
});

describe('a cursor', () => {
  it('holds what is behind it, whatever happens between two pages', async () => {
    const owner = world.secrets.as('owner');
    const first = await page('limit=4');
    const made = { name: 's-40', stringData: { key: 'hidden-value-new' } };
    expect((await owner.post(list, made)).status).toBe(201);
    expect((await owner.send({ method: 'DELETE', path: `${list}/s-4` })).status).toBe(200);
    expect((await owner.send({ method: 'DELETE', path: `${list}/s-5` })).status).toBe(200);
    const second = await page(`limit=4&${after(first)}`);
    expect(namesOf(second)).toEqual(['s-40', 's-6', 's-7', 's-8']);
    expect(namesOf(await page(after(second)))).toEqual(['s-9']);
    expect((await owner.send({ method: 'DELETE', path: `${list}/s-40` })).status).toBe(200);
    for (const name of ['s-4', 's-5']) {
      const again = { name, stringData: { key: `hidden-value-${name}` } };
      expect((await owner.post(list, again)).status).toBe(201);
    }
  });

  it('of the cache leads on where the cluster is asked, and the other way round', async () => {
    const strong = 'consistency=strong';
    const cached = await page('limit=4');
    const second = await page(`limit=2&${strong}&${after(cached)}`);
    expect(namesOf(second)).toEqual(['s-5', 's-6']);
    expect(namesOf(await page(`limit=2&${strong}&${after(second)}`))).toEqual(['s-7', 's-8']);
    const third = await page(`limit=2&${after(second)}`);
    expect(namesOf(third)).toEqual(['s-7', 's-8']);
    expect(namesOf(await page(after(third)))).toEqual(['s-9']);

    const first = await page(`limit=4&${strong}`);
    const asked = await world.asked(async () => {
      const rest = await page(after(first));
      expect(namesOf(rest)).toEqual(names.slice(4));
    });
    // The cluster's own cursor is a place in its own list.
    expect(asked).toMatchObject([{ user: lister }]);
  });

  it('that is none is 400', async () => {
    for (const more of ['', '&consistency=strong']) {
      expect((await world.get(`${list}?continue=none${more}`, token)).status).toBe(400);
    }
  });
});

describe('who may not list', () => {
  it('is refused alike, whether the cluster is asked or not', async () => {
    const { nobody } = world.secrets.tokens;
    const told = async (query: string) => {
      const answer = await world.get(`${list}?${query}`, nobody);
      return [answer.status, answer.json()['detail']];
    };
    expect(await told('')).toEqual(await told('consistency=strong'));
    expect(await told('')).toEqual([403, expect.stringContaining('cannot list resource')]);
  });

  it('but may describe them has the list from the cache', async () => {
    const rule = { apiGroups: ['sallyport.dev'], resources: ['secretmetadata'], verbs: ['list'] };
    const describer = await world.user('describer', [rule]);
    await eventually(async () => {
      const answer = await world.get(list, describer);
      expect(answer.status).toBe(200);
      expect(await world.planeOf(answer)).toBe(cache);
    });
    const asked = await world.asked(async () => {
      expect(namesOf(await page('', describer))).toEqual(names);
    });
    expect(asked).toEqual([]);
  });
});

describe('a token that is for some names', () => {
  it('lists these alone, page by page, and is not told how many others there are', async () => {
    const rule = { apiGroups: ['sallyport.dev'], resources: ['accesstokens'], verbs: ['create'] };
    const minter = await world.user('minter', [rule, { verbs: ['list'], resources: ['secrets'] }]);
    const body = {
      ...{ description: 'a test', expiresInSeconds: 600 },
      scope: { namespaces: [namespace], secrets: ['s-2', 's-7*', 's-9'] },
    };
    const fastify = world.installation.gateway.fastify;
    const headers = { authorization: `Bearer ${minter}` };
    const minted = await fastify.inject({
      ...{ method: 'POST', url: '/v1/tokens', headers, payload: body },
    });
    expect(minted.statusCode).toBe(201);
    const { token: narrow } = minted.json<{ readonly token: string }>();
    for (const more of ['', '&consistency=strong']) {
      const first = await page(`limit=2${more}`, narrow);
      expect([namesOf(first), first.remainingItemCount]).toEqual([['s-2', 's-7'], undefined]);
      const second = await page(`limit=2&${after(first)}${more}`, narrow);
      expect([namesOf(second), second.continue]).toEqual([['s-9'], undefined]);
    }
  });
});
