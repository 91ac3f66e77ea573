import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { IdempotencyStore } from '../../../src/platform/idempotency/idempotency.store.js';
import { RestCaller } from '../../support/rest-caller.js';
import { auditEventsOf } from '../../support/secrets-world.js';
import { eventually } from '../../support/tokens-world.js';
import {
  type GeneratedWorld,
  label,
  namespace,
  startGenerating,
  ways,
} from './generated-keys-world.js';

const login = {
  appliesTo: { label: 'login', types: ['example.com/login'] },
  mode: 'enforce',
  keys: {
    username: { required: true },
    password: {
      required: true,
      generate: { password: { length: 40, classes: ['lower', 'digits'] } },
      schema: { pattern: '^[a-z0-9]{40}$' },
    },
    id: { generate: { uuid: {} } },
    seed: { generate: { bytes: { size: 16, encoding: 'raw' } } },
  },
};
const labels = { [label]: 'login' };
const stringData = { username: 'app' };
const generated = ['id', 'password', 'seed'];
const own = 'abcdefghij'.repeat(4);

let world: GeneratedWorld;
let admin: RestCaller;
let minter: RestCaller;

const put = (name: string, spec: object) => admin.put(`/v1/schemas/${name}`, spec);
const caller = (token: string) => new RestCaller(world.installation.gateway.fastify, token);

/** The values in the cluster as they are. */
async function bytesOf(name: string): Promise<Readonly<Record<string, Buffer>>> {
  const entries = Object.entries((await world.stored(name))?.data ?? {});
  return Object.fromEntries(entries.map(([key, text]) => [key, Buffer.from(text, 'base64')]));
}

beforeAll(async () => {
  const started = await startGenerating();
  world = started.world;
  admin = caller(started.admin);
  minter = caller(started.minter);
  const made = await put('login', login);
  if (made.status !== 201) throw new Error(made.text);
});
afterAll(() => world?.stop());

describe.each(ways)('a Secret that $way creates', ({ way, create }) => {
  const owner = () => world.as('owner');
  const named = (what: string) => `${way.toLowerCase()}-${what}`;

  it('gets a value for each key that its schema generates and the request lacks', async () => {
    const name = named('new');
    const made = await create(owner(), { name, labels, stringData });
    expect(made).toMatchObject({
      status: 201,
      generatedKeys: generated,
      added: [...generated, 'username'],
    });
    const { password, id, seed, username } = await bytesOf(name);
    expect(String(username)).toBe('app');
    expect(String(password)).toMatch(/^[a-z0-9]{40}$/);
    expect(String(id)).toMatch(/^[\da-f-]{36}$/);
    expect(seed).toHaveLength(16);
  });

  it('has its generated keys in the audit event, and no value anywhere but in the cluster', async () => {
    const name = named('audited');
    const made = await create(owner(), { name, labels, stringData });
    const query = `&secret=${name}`;
    const [event] = await auditEventsOf(world.as('auditor'), namespace, query);
    expect(event).toMatchObject({
      action: 'secrets.create',
      outcome: 'allowed',
      keys: [...generated, 'username'],
    });
    const told = made.text + JSON.stringify(event) + world.installation.log.join('');
    for (const key of generated) {
      const value = (await bytesOf(name))[key] ?? Buffer.alloc(0);
      expect(value.length).toBeGreaterThan(0);
      for (const encoding of ['utf8', 'base64', 'hex'] as const) {
        expect(told).not.toContain(value.toString(encoding));
      }
    }
  });

  it('keeps the values of the request', async () => {
    const name = named('own');
    const sent = { ...stringData, password: own, id: 'mine' };
    const made = await create(owner(), { name, type: 'example.com/login', stringData: sent });
    expect(made).toMatchObject({ status: 201, generatedKeys: ['seed'] });
    expect(await world.values(name)).toMatchObject(sent);
  });

  it('may have all of its keys generated', async () => {
    await put('whole', { ...login, appliesTo: { label: 'whole' }, keys: { id: login.keys.id } });
    const name = named('whole');
    const made = await create(owner(), { name, labels: { [label]: 'whole' } });
    expect(made).toMatchObject({ status: 201, generatedKeys: ['id'] });
  });

  it('is only checked by a dry run, which names the keys alone', async () => {
    const name = named('dry');
    const made = await create(owner(), { name, labels, stringData }, { dryRun: true });
    expect(made).toMatchObject({ status: 201, generatedKeys: generated });
    expect(await world.stored(name)).toBeUndefined();
  });

  it('has the answer and the values of its first request if that is repeated', async () => {
    const name = named('repeated');
    const repeat = () =>
      create(owner(), { name, labels, stringData }, { idempotencyKey: `${name}-1` });
    const first = await repeat();
    const before = await bytesOf(name);
    expect(first).toMatchObject({ status: 201, generatedKeys: generated });
    expect(await repeat()).toEqual(first);
    expect(await bytesOf(name)).toEqual(before);
  });

  it('is refused if what is generated breaks another rule, without a part of it', async () => {
    await put('strict', {
      ...{ appliesTo: { label: 'strict' }, mode: 'enforce' },
      keys: { pin: { generate: { uuid: {} }, schema: { pattern: '^[0-9]{4}$' } } },
    });
    const name = named('strict');
    const refused = await create(owner(), { name, labels: { [label]: 'strict' } });
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.text).toContain('must match the pattern ^[0-9]{4}$');
    expect(refused.text).not.toMatch(/[\da-f]{8}-[\da-f]{4}-4/);
    expect(await world.stored(name)).toBeUndefined();
  });

  it('is refused if it becomes too large with what is generated', async () => {
    const name = named('large');
    const data = { blob: Buffer.alloc(1_048_576 - 50).toString('base64') };
    expect(await create(owner(), { name, labels, stringData, data })).toMatchObject({
      status: 413,
    });
    expect(await world.stored(name)).toBeUndefined();
  });

  it('is created by no caller without the right, and no token of single keys', async () => {
    const refused = named('refused');
    for (const by of [
      world.as('updater'),
      caller(await scoped({ keys: [...generated, 'username'] })),
      caller(await scoped({ keys: ['username'] })),
    ]) {
      const answer = await create(by, { name: refused, labels, stringData });
      expect(answer).toMatchObject({ status: 403, generatedKeys: [] });
      expect(await world.stored(refused)).toBeUndefined();
    }
  });

  it('names its generated keys to a caller who may only write, as the schema does', async () => {
    const [name, narrow] = [named('blind'), named('narrow')];
    const made = await create(world.as('writer'), { name, labels, stringData });
    expect(made).toMatchObject({ status: 201, generatedKeys: generated, added: undefined });
    const token = caller(await scoped({ actions: ['write'] }));
    const made2 = await create(token, { name: narrow, labels, stringData });
    expect(made2).toMatchObject({ status: 201, generatedKeys: generated, added: undefined });
  });

  async function scoped(scope: object): Promise<string> {
    const body = {
      description: 'a test',
      expiresInSeconds: 600,
      scope: { namespaces: [namespace], ...scope },
    };
    const made = await minter.post('/v1/tokens', body);
    expect(made.status).toBe(201);
    return String(made.body['token']);
  }
});

describe('a generator', () => {
  it('is that of the schema with the lower name, if two generate a key', async () => {
    for (const [name, size] of [
      ['order-b', 32],
      ['order-a', 16],
      ['order-c', 64],
    ] as const) {
      const keys = { seed: { generate: { bytes: { size, encoding: 'raw' } } } };
      const appliesTo = name === 'order-a' ? { label: 'order' } : { types: ['example.com/order'] };
      expect((await put(name, { appliesTo, mode: 'warn', keys })).status).toBe(201);
    }
    const [{ create }] = ways as [(typeof ways)[number]];
    const secret = { name: 'ordered', type: 'example.com/order', labels: { [label]: 'order' } };
    await create(world.as('owner'), secret);
    expect((await bytesOf('ordered'))['seed']).toHaveLength(16);
  });

  it('is in the schema as it is read, over REST and GraphQL', async () => {
    const { body } = await admin.get('/v1/schemas/login');
    expect(body['keys']).toMatchObject({ password: { generate: { password: { length: 40 } } } });
    const query = '{ secretSchema(name: "login") { keys { name generate } } }';
    const answer = await admin.post('/graphql', { query });
    const { keys } = (
      answer.body['data'] as {
        secretSchema: { keys: readonly { name: string; generate: string | null }[] };
      }
    ).secretSchema;
    const of = (name: string) => keys.find((one) => one.name === name)?.generate ?? null;
    expect([of('username'), of('id')]).toEqual([null, '{"uuid":{}}']);
    expect(JSON.parse(of('password') ?? '')).toMatchObject({ password: { length: 40 } });
  });

  it('that can make no value makes the schema unusable, with the reason', async () => {
    const spec = {
      ...{ appliesTo: { label: 'weak' }, mode: 'enforce' },
      keys: { pin: { generate: { password: { length: 8 } } } },
    };
    const refused = await put('weak', spec);
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/keys/pin/generate/password/length' }] },
    });
    const path = '/kubernetes/apis/sallyport.dev/v1alpha1/secretschemas';
    const object = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'SecretSchema' };
    const metadata = { name: 'weak' };
    expect((await admin.post(path, { ...object, metadata, spec })).status).toBe(201);
    await eventually(async () => {
      const { body } = await admin.get(`${path}/weak`);
      expect(body['status']).toMatchObject({
        state: 'Invalid',
        message: expect.stringContaining('/keys/pin/generate/password/length') as string,
      });
    });
    const keys = { pin: { generate: { uuid: {}, bytes: {} } } };
    const two = { ...object, metadata: { name: 'two' }, spec: { ...spec, keys } };
    expect((await admin.post(path, two)).status).toBe(422);
  });
});

describe('nothing is generated', () => {
  const body = { labels, stringData: { ...stringData, password: own } };

  it('by a replacement or a patch of a Secret that is there', async () => {
    const owner = world.as('owner');
    await world.seed('there', { metadata: { labels }, stringData: body.stringData });
    const replaced = await owner.put(world.at('there'), body);
    expect([replaced.status, replaced.body['generatedKeys']]).toEqual([200, []]);
    const lacking = await owner.put(world.at('there'), { labels, stringData });
    expect(lacking.body.errors).toEqual([
      { pointer: '/data/password', reason: 'is required by the schema', schema: 'login' },
    ]);
    for (const patch of [{ labels: { more: 'x' } }, { stringData: { id: null } }]) {
      const patched = await owner.merge(world.at('there'), patch);
      expect([patched.status, patched.body['generatedKeys']]).toEqual([200, []]);
    }
    expect(await world.values('there')).toEqual(body.stringData);
  });

  it('by kubectl, whose bytes reach the cluster as they are', async () => {
    const path = `/kubernetes/api/v1/namespaces/${namespace}/secrets`;
    const object = (more: object) => ({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'by-kubectl', labels } },
      stringData: { ...stringData, ...more },
    });
    const refused = await world.as('owner').post(path, object({}));
    expect([refused.status, refused.text]).toMatchObject([
      422,
      expect.stringContaining('data[password]: Invalid value: is required by the schema'),
    ]);
    const { headers, ...made } = await world.as('owner').send({
      ...{ method: 'POST', path: `${path}?fieldManager=test` },
      body: JSON.stringify(object({ password: own })),
      headers: { 'content-type': 'application/json' },
    });
    expect([made.status, headers['warning']]).toEqual([201, undefined]);
    expect(await world.values('by-kubectl')).toEqual(body.stringData);
  });

  it('by the check of values, which answers for what is there', async () => {
    const answer = await admin.post('/v1/schemas/login/validate', { stringData });
    expect(answer.body).toMatchObject({
      valid: false,
      errors: [{ pointer: '/data/password', reason: 'is required by the schema' }],
    });
  });
});

describe('a creation whose answer was not recorded, repeated under its key', () => {
  const creation = { labels, stringData };

  /** Sends a request twice; the record of the first answer is lost, as in a crash. */
  async function twice<T>(request: () => Promise<T>): Promise<readonly [T, T]> {
    const lost = vi
      .spyOn(IdempotencyStore.prototype, 'conclude')
      .mockRejectedValueOnce(new Error('lost'));
    const first = await request();
    lost.mockRestore();
    return [first, await request()];
  }

  it('by POST, or PUT that only creates, finds the values of the first attempt', async () => {
    const owner = world.as('owner');
    const key = { 'idempotency-key': 'lost-1' };
    const posted = { name: 'lost-post', ...creation };
    for (const [name, request] of [
      ['lost-post', () => owner.post(world.path, posted, key)],
      [
        'lost-put',
        () => owner.put(world.at('lost-put'), creation, { ...key, 'if-none-match': '*' }),
      ],
    ] as const) {
      let values: object = {};
      const [first, again] = await twice(async () => {
        const answer = await request();
        values = Object.keys(values).length === 0 ? await bytesOf(name) : values;
        return answer;
      });
      expect(first.body['generatedKeys']).toEqual(generated);
      expect([again.status < 300, again.body['generatedKeys']]).toEqual([true, generated]);
      expect(await bytesOf(name)).toEqual(values);
    }
  });

  it('by a PUT that may also replace is a conflict, and changes nothing', async () => {
    const [first, again] = await twice(() =>
      world.as('owner').put(world.at('lost-replace'), creation, { 'idempotency-key': 'lost-2' }),
    );
    expect([first.status, again.status]).toEqual([201, 409]);
    expect(again.body.detail).toContain('may have created the Secret with generated values');
    expect(Object.keys(await bytesOf('lost-replace'))).toEqual(
      expect.arrayContaining([...generated, 'username']),
    );
  });
});
