import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../support/raw-http.js';
import { RestCaller } from '../../support/rest-caller.js';
import { stampsCount } from '../../support/rotation-admission.js';
import { reads, RotationAuthor, rotates } from '../../support/rotation-author.js';
import { rotationsIn, secretRotation } from '../../support/rotation-manifests.js';
import { RotationReceiver } from '../../support/rotation-receiver.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { allOfTokens, eventually, virtual } from '../../support/tokens-world.js';
import { graphqlSpec } from '../../support/graphql-spec.js';

const namespace = 'scoped';
const generate = [{ key: 'password', password: { length: 40 } }];
/** Of several members that forbid it, the first is told. */
const because = new RegExp(
  'the scope of the token forbids this: (a rotation acts with all rights|keys opens|' +
    'the Secret is not in|it reaches beyond)',
);
const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

let world: RotationWorld;
let receiver: RotationReceiver;
let author: RotationAuthor;

beforeAll(async () => {
  world = await RotationWorld.start(namespace);
  receiver = await RotationReceiver.start(world);
  for (const name of ['mine', 'other', 'rota', 'rotb']) {
    await world.seed(name, { password: 'the-old-password' });
  }
  const needed = reads('receiver-key', 'receiver-ca', 'rotb');
  const collections = virtual('secretrotations', 'deletecollection');
  const updated = rotates('mine', 'other', 'rota');
  author = await RotationAuthor.make(world, 'minter', updated, needed, collections);
  const apiGroup = 'rbac.authorization.k8s.io';
  const { cluster } = world.installation;
  const role = { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata: { name: 'mint' } };
  await cluster.request('POST', `/apis/${apiGroup}/v1/clusterroles`, {
    ...role,
    rules: [allOfTokens],
  });
  await cluster.request('POST', `/apis/${apiGroup}/v1/clusterrolebindings`, {
    ...{ ...role, kind: 'ClusterRoleBinding' },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'mint' },
    subjects: [{ kind: 'ServiceAccount', name: 'minter', namespace }],
  });
  await eventually(() => scoped({}));
});

afterAll(async () => {
  await receiver?.stop();
  await world?.stop();
});

const pathOf = (name: string) => `${world.at(name)}/rotation`;
const withReceiver = () => receiver.spec('ok', { retireAfter: '0s' });

async function scoped(scope: object) {
  const body = { description: 'a test', expiresInSeconds: 600, scope };
  const answer = await author.rest.post('/v1/tokens', body);
  if (answer.status !== 201) throw new Error(`not minted: ${answer.text}`);
  const { id, token } = answer.body as unknown as { readonly id: string; readonly token: string };
  return { id, token, caller: new RestCaller(world.installation.gateway.fastify, token) };
}

interface Written {
  readonly status: number;
  readonly message: string;
}

/** Sends a rotation to the façade. */
async function facade(
  token: string,
  line: string,
  body: unknown,
  type = 'application/json',
): Promise<Written> {
  const [method = '', below = ''] = line.split(' ');
  const path = `/kubernetes${rotationsIn(namespace)}${below}`;
  const headers = { 'content-type': type };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await send(world.url, { method, path, token, headers, body: text });
  const { message = '' } = answer.json<{ readonly message?: string }>();
  return { status: answer.status, message };
}

interface Metadata {
  readonly generation: number;
  readonly resourceVersion?: string;
}

type Spec = Readonly<Record<string, unknown>>;
type Write = (token: string, name: string, spec: Spec) => Promise<Written>;

/** Every way in which a rotation is written. */
const writes: readonly (readonly [string, Write])[] = [
  [
    'PUT …/rotation',
    async (token, name, spec) => {
      const rest = new RestCaller(world.installation.gateway.fastify, token);
      const { status, body } = await rest.put(pathOf(name), spec);
      return { status, message: body.detail ?? '' };
    },
  ],
  [
    'setRotation',
    async (token, name, spec) => {
      const query = `mutation($spec: RotationSpecInput!) {
        setRotation(input: { namespace: "${namespace}", name: "${name}", spec: $spec }) {
          rotation { target } } }`;
      const rest = new RestCaller(world.installation.gateway.fastify, token);
      const { body } = await rest.post('/graphql', {
        query,
        variables: { spec: graphqlSpec(spec) },
      });
      const { errors = [] } = body as unknown as { readonly errors?: readonly Error[] };
      const [error] = errors;
      return { status: error ? 403 : 200, message: error?.message ?? '' };
    },
  ],
  ['create', (token, name, spec) => facade(token, 'POST ', secretRotation(name, spec))],
  [
    'create as YAML',
    (token, name, spec) => {
      const text = JSON.stringify(secretRotation(name, spec));
      return facade(token, 'POST ', `# YAML\n${text}`, 'application/yaml');
    },
  ],
  [
    'create, dry',
    (token, name, spec) => facade(token, 'POST ?dryRun=All', secretRotation(name, spec)),
  ],
  [
    'update',
    async (token, name, spec) => {
      // The engine writes statuses in between.
      for (;;) {
        const { resourceVersion } = (await world.policy(name)).metadata as Metadata;
        const body = secretRotation(name, spec, { resourceVersion });
        const written = await facade(token, `PUT /${name}`, body);
        if (written.status !== 409) return written;
      }
    },
  ],
  [
    'merge patch',
    (token, name, spec) => facade(token, `PATCH /${name}`, { spec }, patchTypes.merge),
  ],
  [
    'JSON patch',
    (token, name, spec) => {
      const operations = [{ op: 'add', path: '/spec', value: { secretName: name, ...spec } }];
      return facade(token, `PATCH /${name}`, operations, patchTypes.json);
    },
  ],
  [
    'server-side apply',
    (token, name, spec) => {
      const line = `PATCH /${name}?fieldManager=me&force=true`;
      return facade(token, line, secretRotation(name, spec), patchTypes.apply);
    },
  ],
];

describe('a token that has a scope', () => {
  it.each(writes)('writes no rotation, whatever the scope: %s', async (_way, write) => {
    await author.rest.put(pathOf('other'), { generate, retireAfter: '2h' });
    const before = await world.policy('other');
    for (const [scope, spec] of [
      [{ secrets: ['mine', 'other', 'receiver-*'] }, withReceiver()],
      [{ secrets: ['mine', 'other'] }, { generate }],
      [{ secrets: ['mine'], namespaces: [namespace] }, withReceiver()],
      [{ actions: ['rotations.update', 'secrets.update'] }, { generate }],
      [{ actions: ['read', 'write'] }, withReceiver()],
      [{ namespaces: [namespace] }, { generate }],
      [{ namespaces: ['*'], secrets: ['*'] }, { generate }],
      [{ keys: ['password'] }, { generate }],
      [{ cidrs: ['127.0.0.1', '::1'] }, { generate }],
    ] as const) {
      const { token } = await scoped(scope);
      for (const name of ['mine', 'other']) {
        const { status, message } = await write(token, name, spec);
        expect
          .soft([status, message], JSON.stringify(scope))
          .toEqual([403, expect.stringMatching(because)]);
      }
    }
    expect((await world.as('owner').get(pathOf('mine'))).status).toBe(404);
    expect((await world.policy('other')).metadata.generation).toBe(before.metadata.generation);
  });

  it.each(writes)('gets nothing of another Secret by one: %s', async (_way, write) => {
    const certificate = { commonName: 'x', certificateKey: 'tls.crt', ca: { secretName: 'rotb' } };
    const spec = { generate: [{ key: 'tls.key', certificate }] };
    const { token } = await scoped({ secrets: ['rota'] });
    expect((await write(token, 'rota', spec)).status).toBe(403);
    expect((await world.as('owner').get(pathOf('rota'))).status).toBe(404);
  });

  it.each([
    [{ secrets: ['other'] }, 'the Secret is not in secrets'],
    [{ keys: ['password'] }, 'keys opens single keys and nothing else'],
    [{ namespaces: ['others'] }, 'the namespace is not in namespaces'],
    [{ actions: ['secrets.*'] }, 'rotations.update is not in actions'],
    [{ actions: ['read'] }, 'rotations.update is not in actions'],
  ])('is told which member forbids it first: %j', async (scope, reason) => {
    const { caller } = await scoped(scope);
    const { status, body } = await caller.put(pathOf('mine'), withReceiver());
    const detail = `the scope of the token forbids this: ${reason}`;
    expect([status, body.detail]).toEqual([403, detail]);
  });

  it('is told so by access reviews', async () => {
    const { caller } = await scoped({ namespaces: [namespace] });
    const verbs = ['get', 'create', 'update', 'patch', 'delete'];
    const of = { group: 'sallyport.dev', resource: 'secretrotations', namespace, name: 'mine' };
    const items = verbs.map((verb) => ({ verb, ...of }));
    const { body } = await caller.post('/v1/access-reviews', { items });
    const allowed = body.items.map((item) => item['allowed']);
    expect(allowed).toEqual([true, false, false, false, true]);
  });

  it.each([
    [['rotations.*'], [200, 202, 202, 200]],
    [['write'], [403, 202, 202, 403]],
    [['read'], [200, 403, 403, 200]],
    [['rotations.get'], [200, 403, 403, 200]],
    [['rotations.run'], [403, 202, 403, 403]],
    [
      ['secrets.*', 'versions.*'],
      [403, 403, 403, 403],
    ],
  ])('uses the rotations of others as its actions say: %j', async (actions, expected) => {
    await author.rest.put(pathOf('other'), receiver.spec('stuck'));
    const { caller } = await scoped({ actions, secrets: ['other'] });
    const path = pathOf('other');
    const get = await caller.get(path);
    const start = await caller.post(`${path}/runs`, {});
    const running =
      start.status === 202 ? start.body : (await author.rest.post(`${path}/runs`, {})).body;
    const run = `${path}/runs/${String(running['id'])}`;
    const cancel = await caller.post(`${run}/cancel`, '');
    const list = await caller.get(`${path}/runs`);
    expect([get, start, cancel, list].map(({ status }) => status)).toEqual(expected);
    await author.rest.post(`${run}/cancel`, '');
    const { body } = await author.rest.get(`${run}?waitSeconds=30`);
    expect(body['state']).toBe('cancelled');
  });

  it('removes rotations within it, one by one or as a collection', async () => {
    const removes = ['rotations.update'];
    const { caller, token } = await scoped({ actions: removes, secrets: ['mine'] });
    await author.rest.put(pathOf('mine'), { generate });
    expect((await facade(token, 'DELETE /other', {})).status).toBe(403);
    expect((await facade(token, 'DELETE ', {})).status).toBe(403);
    expect((await caller.delete(pathOf('mine'))).status).toBe(204);
    await author.rest.put(pathOf('mine'), { generate });
    expect((await facade(token, 'DELETE /mine', {})).status).toBe(200);
    await author.rest.put(pathOf('mine'), { generate });
    const all = await scoped({ actions: removes, namespaces: [namespace] });
    expect((await facade(all.token, 'DELETE ', {})).status).toBe(200);
    expect((await world.as('owner').get(pathOf('mine'))).status).toBe(404);
  });
});

describe('a token without a scope', () => {
  it.each(writes)('writes a rotation as its identity: %s', async (way, write) => {
    const { token } = await scoped({});
    const isChange = way === 'update' || way.endsWith(' patch');
    if (isChange) await author.rest.put(pathOf('mine'), { generate, retireAfter: '2h' });
    const { status, message } = await write(token, 'mine', { generate });
    const isOk = status === 200 || status === 201;
    expect([isOk, message]).toEqual([true, '']);
    await author.rest.delete(pathOf('mine'));
  });

  it('is outlived by the rotation that it wrote, which the rights of its identity bound', async () => {
    await stampsCount(world.installation.cluster);
    const { id, caller } = await scoped({});
    expect((await caller.put(pathOf('mine'), withReceiver())).status).toBe(201);
    await eventually(async () => {
      const { body } = await world.as('owner').get(pathOf('mine'));
      expect(body['author']).toBe(author.username);
    });
    expect((await author.rest.delete(`/v1/tokens/${id}`)).status).toBeLessThan(300);
    expect(await world.runThrough('mine')).toMatchObject({ state: 'succeeded' });
    expect((await author.rest.delete(pathOf('mine'))).status).toBe(204);
  });

  it('of a ServiceAccount writes none by kubectl that runs: nobody knows which account it is', async () => {
    await stampsCount(world.installation.cluster);
    const { token } = await scoped({});
    const made = await facade(token, 'POST ', secretRotation('mine', withReceiver()));
    expect(made).toEqual({ status: 201, message: '' });
    expect(await world.runThrough('mine')).toMatchObject({ error: { reason: 'AuthorUnknown' } });
    expect((await author.rest.delete(pathOf('mine'))).status).toBe(204);
  });
});
