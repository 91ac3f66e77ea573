import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../support/raw-http.js';
import { etagOf, rights } from '../../support/secrets-world.js';
import { eventually } from '../../support/tokens-world.js';
import { CachedWorld, cache, cluster } from './cached-world.js';
import { scaled } from '../../support/scale.js';

const namespace = 'cached';
const path = (name: string, rest = '') => `/v1/namespaces/${namespace}/secrets/${name}${rest}`;
const userOf = (name: string) => `system:serviceaccount:${namespace}:${name}`;
const secretQuery = (name: string, selection: string, more = '') =>
  `{ secret(namespace: "${namespace}", name: "${name}"${more}) { ${selection} } }`;
const virtual = (resource: string, resourceNames?: readonly string[]) => ({
  ...{ apiGroups: ['sallyport.dev'], resources: [resource], verbs: ['get'] },
  ...(resourceNames && { resourceNames }),
});

/** Header fields that differ from response to response. */
const passing = new Set(['date', 'x-request-id', 'audit-id', 'ratelimit']);
const told = ({ status, text, headers }: Answer) => {
  const lasting = Object.entries(headers).filter(([name]) => !passing.has(name));
  return { status, text, headers: Object.fromEntries(lasting) };
};

let world: CachedWorld;
let reader: string;
let nobody: string;

beforeAll(async () => {
  world = await CachedWorld.start(namespace, {
    namespaces: { served: [namespace], scope: 'cluster' },
  });
  ({ reader, nobody } = world.secrets.tokens);
  await world.secrets.seed('db', { stringData: { user: 'root', password: 'hunter2-hunter2' } });
});
afterAll(() => world?.stop());

describe('a read of a cached Secret', () => {
  it.each([
    ['', '"password":"hunter2-hunter2"'],
    ['?encoding=base64', '"user":"cm9vdA=="'],
    ['?format=env', 'password=hunter2-hunter2\nuser=root\n'],
    ['/keys/password', 'hunter2-hunter2'],
    ['/metadata', '"keys":[{"name":"password","sizeBytes":15'],
  ])('(%s) asks the cluster for nothing but the right', async (rest, shown) => {
    const answers: Answer[] = [];
    const asked = await world.asked(async () => {
      for (let round = 0; round < 3; round += 1) {
        answers.push(await world.get(path('db', rest), reader));
      }
    });
    expect(asked).toEqual([]);
    for (const answer of answers) {
      expect([answer.status, answer.text]).toEqual([200, expect.stringContaining(shown)]);
      expect(await world.planeOf(answer)).toBe(cache);
    }
  });

  it('is the same, with all header fields, as one that the cluster was asked for', async () => {
    for (const rest of ['', '?format=json', '?format=yaml', '/keys/user', '/metadata']) {
      const strong = `${rest}${rest.includes('?') ? '&' : '?'}consistency=strong`;
      // Versions come by another watch.
      await eventually(async () => {
        const [first, second] = [
          await world.get(path('db', rest), reader),
          await world.get(path('db', strong), reader),
        ];
        expect(told(first)).toEqual(told(second));
        expect(first.text).not.toContain('"version":null');
        const tag = { 'if-none-match': first.headers.etag ?? '' };
        const same = await world.get(path('db', rest), reader, tag);
        expect(same.status).toBe(304);
        expect(told(same)).toEqual(told(await world.get(path('db', strong), reader, tag)));
      });
    }
  });

  it('over GraphQL asks the cluster for nothing but the right', async () => {
    const selection = 'type keys { name sizeBytes } value(key: "user") values { key text }';
    const asked = await world.asked(async () => {
      const { data, errors } = await world.graphql(secretQuery('db', selection), reader);
      expect(errors).toBeUndefined();
      expect(data?.['secret']).toEqual({
        type: 'Opaque',
        keys: [
          { name: 'password', sizeBytes: 15 },
          { name: 'user', sizeBytes: 4 },
        ],
        value: 'root',
        values: [
          { key: 'password', text: 'hunter2-hunter2' },
          { key: 'user', text: 'root' },
        ],
      });
    });
    expect(asked).toEqual([]);
  });

  it('over GraphQL by names, of which one is not there, asks for that alone', async () => {
    const names = `namespace: "${namespace}", names: ["db", "absent"]`;
    const asked = await world.asked(async () => {
      const query = `{ secretsByName(${names}) { value(key: "user") } }`;
      const { data, errors } = await world.graphql(query, reader);
      expect(data?.['secretsByName']).toEqual([{ value: 'root' }, null]);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['NotFound']);
    });
    expect(asked).toMatchObject([{ path: expect.stringContaining('/secrets/absent') }]);
  });

  it('is on record before its answer, with its keys and as whom it was read', async () => {
    const answer = await world.get(path('db'), reader);
    const decisionReason = expect.stringContaining(`${namespace}-reader`) as string;
    const facts = { action: 'secrets.reveal', outcome: 'allowed', decisionReason };
    expect(await world.events(String(answer.headers['audit-id']))).toMatchObject([
      { ...facts, keys: ['password', 'user'], plane: cache },
    ]);
  });
});

describe('conditions of a cached read', () => {
  it("are met from the cache, also with what Node's fetch adds to them", async () => {
    const etag = etagOf((await world.secrets.stored('db')) ?? expect.fail('there is no db'));
    const statuses: number[] = [];
    const ids: (string | null)[] = [];
    const asked = await world.asked(async () => {
      for (const headers of [{}, { 'cache-control': 'no-cache', pragma: 'no-cache' }]) {
        const answer = await fetch(`${world.url}${path('db')}`, {
          headers: { authorization: `Bearer ${reader}`, 'if-none-match': etag, ...headers },
        });
        expect(await answer.text()).toBe('');
        statuses.push(answer.status);
        ids.push(answer.headers.get('audit-id'));
      }
    });
    expect([statuses, asked]).toEqual([[304, 304], []]);
    for (const id of ids) {
      expect(await world.events(id ?? '')).toMatchObject([
        { action: 'secrets.check', code: 304, plane: cache, keys: [] },
      ]);
    }
  });

  it('are 412 where another state is meant, without a look at the cluster', async () => {
    const asked = await world.asked(async () => {
      const answer = await world.get(path('db'), reader, { 'if-match': '"other.1"' });
      expect(answer.status).toBe(412);
    });
    expect(asked).toEqual([]);
  });
});

describe('a read that the cluster is asked for', () => {
  it('with consistency=strong is sent as the caller', async () => {
    for (const rest of ['', '/metadata', '/keys/user']) {
      const answers: Answer[] = [];
      const asked = await world.asked(async () => {
        answers.push(await world.get(path('db', `${rest}?consistency=strong`), reader));
      });
      expect(asked).toMatchObject([{ user: userOf('reader') }]);
      for (const answer of answers) expect(await world.planeOf(answer)).toBe(cluster);
    }
    const asked = await world.asked(() =>
      world.graphql(secretQuery('db', 'value(key: "user")', ', consistency: STRONG'), reader),
    );
    expect(asked).toMatchObject([{ user: userOf('reader') }]);
  });

  it('is one of a state that the cache has not reached', async () => {
    const asked = await world.asked(async () => {
      const later = await world.get(path('db', '?resourceVersion=999999999'), reader);
      expect(later.status).toBe(504);
    });
    expect(asked.length).toBeGreaterThan(0);
    const { metadata } = (await world.secrets.stored('db')) ?? expect.fail('there is no db');
    const reached = await world.asked(async () => {
      const query = `?resourceVersion=${metadata.resourceVersion}`;
      expect((await world.get(path('db', query), reader)).status).toBe(200);
    });
    expect(reached).toEqual([]);
  });

  it('confirms that a Secret is not there', async () => {
    const asked = await world.asked(async () => {
      expect((await world.get(path('absent'), reader)).status).toBe(404);
    });
    expect(asked).toMatchObject([{ user: userOf('reader') }]);
  });

  it('is one of a namespace that is not served', async () => {
    const { installation } = world;
    await installation.serve('elsewhere');
    await installation.grant('elsewhere', 'reader', rights.reader, namespace);
    const direct = '/api/v1/namespaces/elsewhere/secrets';
    const secret = { metadata: { name: 'db' }, stringData: { key: 'of-elsewhere-1234' } };
    await installation.cluster.request('POST', direct, secret);
    const asked = await world.asked(async () => {
      const answer = await world.get('/v1/namespaces/elsewhere/secrets/db/keys/key', reader);
      expect([answer.status, answer.text]).toEqual([200, 'of-elsewhere-1234']);
    });
    expect(asked).toMatchObject([{ user: userOf('reader') }]);
  });
});

describe('a denial', () => {
  it('reads the same from both planes, whether the Secret is there or not', async () => {
    const told = async (name: string, query: string) => {
      const answer = await world.get(path(name, query), nobody);
      const { detail, code } = answer.json<{ detail: string; code: string }>();
      return [answer.status, code, detail.replaceAll(name, 'NAME')];
    };
    const first = await told('db', '');
    expect(first).toEqual([403, 'Forbidden', expect.stringContaining(userOf('nobody'))]);
    for (const [name, query] of [
      ['db', '?consistency=strong'],
      ['absent', ''],
      ['absent', '?consistency=strong'],
    ] as const) {
      expect(await told(name, query)).toEqual(first);
    }
    const overGraphql = async (more: string) => {
      const { errors } = await world.graphql(secretQuery('db', 'value(key: "user")', more), nobody);
      return errors?.map(({ message }) => message);
    };
    expect(await overGraphql('')).toEqual(await overGraphql(', consistency: STRONG'));
  });

  it('comes within 2 s after the right was taken away', async () => {
    const token = await world.user('leaver', rights.reader);
    const read = () => world.get(path('db'), token);
    await eventually(async () => expect((await read()).status).toBe(200));
    const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
    const name = `${namespace}-leaver`;
    const gone = await world.installation.cluster.request('DELETE', `${bindings}/${name}`);
    expect(gone.status).toBe(200);
    await vi.waitFor(async () => expect((await read()).status).toBe(403), {
      timeout: 2_000,
      interval: 50,
    });
  });

  it('is for each part that a narrower right does not open, and the rest comes from the cache', async () => {
    const keyHolder = await world.user('key-holder', [virtual('secretkeys', ['db/user'])]);
    const describer = await world.user('describer', [virtual('secretmetadata')]);
    const statuses = async (token: string) => {
      const answers: Answer[] = [];
      for (const rest of ['', '/metadata', '/keys/user', '/keys/password', '/keys/absent']) {
        answers.push(await world.get(path('db', rest), token));
      }
      return answers.map(({ status }) => status);
    };
    await eventually(async () => {
      expect((await world.get(path('db', '/keys/user'), keyHolder)).status).toBe(200);
      expect((await world.get(path('db', '/metadata'), describer)).status).toBe(200);
    });
    const asked = await world.asked(async () => {
      expect(await statuses(keyHolder)).toEqual([403, 403, 200, 403, 403]);
      expect(await statuses(describer)).toEqual([403, 200, 403, 403, 403]);
      const query = secretQuery('db', 'user: value(key: "user") other: value(key: "password")');
      const { data, errors } = await world.graphql(query, keyHolder);
      expect(data?.['secret']).toEqual({ user: 'root', other: null });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['Forbidden']);
    });
    expect(asked).toEqual([]);
  });
});

describe('a read after a write through the same gateway', () => {
  const rounds = Array.from({ length: scaled(100, 30) }, (_, index) => `value-number-${index}`);

  it(`shows it, ${rounds.length} times over each of REST and GraphQL`, async () => {
    const owner = world.secrets.as('owner');
    const { owner: token } = world.secrets.tokens;
    await world.secrets.seed('counter', { stringData: { n: 'value-at-first' } });
    for (const value of rounds) {
      const merge = { 'content-type': 'application/merge-patch+json' };
      const body = Buffer.from(JSON.stringify({ stringData: { n: value } }));
      const sent = { method: 'PATCH', path: path('counter'), headers: merge, body } as const;
      const written = await owner.send(sent);
      const whole = await world.get(path('counter'), token);
      expect([whole.headers.etag, whole.text]).toEqual([
        written.headers['etag'],
        expect.stringContaining(`"n":"${value}"`),
      ]);
      const { data } = await world.graphql(secretQuery('counter', 'value(key: "n")'), token);
      expect(data?.['secret']).toEqual({ value });
    }
    const last = await world.get(path('counter'), token);
    expect(await world.planeOf(last)).toBe(cache);
  });

  it('finds nothing once it was deleted', async () => {
    const owner = world.secrets.as('owner');
    const { owner: token } = world.secrets.tokens;
    for (let round = 0; round < 20; round += 1) {
      const body = { name: 'passing', stringData: { key: `passing-value-${round}` } };
      expect((await owner.post(`/v1/namespaces/${namespace}/secrets`, body)).status).toBe(201);
      expect((await world.get(path('passing', '/keys/key'), token)).text).toBe(
        `passing-value-${round}`,
      );
      expect((await owner.send({ method: 'DELETE', path: path('passing') })).status).toBe(200);
      expect((await world.get(path('passing'), token)).status).toBe(404);
    }
  });
});
