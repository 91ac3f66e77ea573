import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { SecretsWorld } from '../../support/secrets-world.js';
import { eventsOf } from '../../support/spec-writes.js';
import { virtual } from '../../support/tokens-world.js';

const namespace = 'env-members';
const at = `/v1/namespaces/${namespace}/environments`;
const config = '{"db": {"host": "h", "password": "p@ss-12345"}, "ports": [ 1, 2 ], "tls": true}';
const yaml = 'cache:\n  password: yaml-12345\n  size: 1.50\n';

let world: SecretsWorld<'owner'>;
let url: string;
/** `reader` has the whole Secret, `keys` one key of it, and `author` writes environments alone. */
let tokens: Readonly<Record<'reader' | 'keys' | 'author', string>>;

const member = (key: string, pointer: string, name = 'settings') => ({
  secret: { name, key, pointer },
});
const imported = (key: string, pointer: string) => ({ import: { name: 'shared', key, pointer } });
const app = {
  HOST: member('config.json', '/db/host'),
  PASSWORD: member('config.json', '/db/password'),
  AGAIN: member('config.json', '/db/password'),
  PORT: member('config.json', '/ports/0'),
  PORTS: member('config.json', '/ports'),
  TLS: member('config.json', '/tls'),
  CACHE: member('app.yaml', '/cache/password'),
  SIZE: member('app.yaml', '/cache/size'),
  TOKEN: imported('app.json', '/token'),
  DSN: { template: 'postgresql://app:{{ PASSWORD | urlencode }}@{{ HOST }}:{{ PORT }}/app' },
};

beforeAll(async () => {
  world = await SecretsWorld.start(namespace, ['owner']);
  [url = ''] = await world.installation.gateway.listen();
  const { installation } = world;
  await installation.serve('lender');
  const shares = virtual('secretshares', 'get', 'create', 'update');
  const lender = await installation.user('lender', 'lender', [allOfSecrets, shares]);
  const imports = virtual('secretimports', 'get', 'create', 'update');
  const reads = virtual('secretenvironments', 'get');
  const oneKey = {
    ...virtual('secretkeys', 'get'),
    resourceNames: ['settings/config.json'],
  };
  const writes = virtual('secretenvironments', 'get', 'create', 'update', 'patch', 'delete');
  tokens = {
    reader: await installation.user(namespace, 'reader', [
      ...[reads, imports],
      { verbs: ['get'], resources: ['secrets'], resourceNames: ['settings', 'plain'] },
    ]),
    keys: await installation.user(namespace, 'keys', [reads, oneKey]),
    author: await installation.user(namespace, 'author', [writes]),
  };
  await world.seed('settings', { stringData: { 'config.json': config, 'app.yaml': yaml } });
  await world.seed('plain', { stringData: { text: 'plain-12345' } });
  await installation.cluster.request('POST', '/api/v1/namespaces/lender/secrets', {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'lent' } },
    stringData: { 'their.yaml': '{"token": "lent-12345"}' },
  });
  const share = { secretName: 'lent', keys: ['their.yaml'], to: [{ namespace }] };
  await write('/v1/namespaces/lender/shares/lent', share, lender);
  const from = { namespace: 'lender', share: 'lent' };
  const keys = [{ name: 'their.yaml', as: 'app.json' }];
  await write(`/v1/namespaces/${namespace}/imports/shared`, { from, keys }, tokens.reader);
  await put('app', app);
});
afterAll(() => world?.stop());

const call = (token: string, given: Call): Promise<Answer> => send(url, { token, ...given });

async function write(path: string, body: object, token: string): Promise<Answer> {
  const answer = await call(token, { method: 'PUT', path, body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
  return answer;
}

const put = (name: string, values: object) => write(`${at}/${name}`, { values }, tokens.author);
const valuesOf = (name: string, token = tokens.reader) =>
  call(token, { path: `${at}/${name}/values` });
const placesOf = ({ headers }: Answer) => eventsOf(world.installation, String(headers['audit-id']));

describe('a member of a document in an environment', () => {
  it('is what REST reads by the pointer', async () => {
    const answer = await valuesOf('app');
    expect([answer.status, answer.json()]).toEqual([
      200,
      {
        app: {
          ...{ AGAIN: 'p@ss-12345', CACHE: 'yaml-12345', HOST: 'h', PASSWORD: 'p@ss-12345' },
          DSN: 'postgresql://app:p%40ss-12345@h:1/app',
          ...{ PORT: '1', PORTS: '[ 1, 2 ]', SIZE: '1.50', TLS: 'true', TOKEN: 'lent-12345' },
        },
      },
    ]);
    for (const [key, pointer, name] of [
      ['config.json', '/ports', 'PORTS'],
      ['app.yaml', '/cache/size', 'SIZE'],
    ]) {
      const path = `${world.at('settings')}/keys/${key}?pointer=${pointer}`;
      const { text } = await call(world.tokens.owner, { path });
      const one = await call(tokens.reader, { path: `${at}/app/keys/${name}` });
      expect(one.text).toBe(text);
    }
  });

  it('is recorded with its key and its pointer, in the namespace of its owner too', async () => {
    const events = await placesOf(await valuesOf('app'));
    const own = events.find(({ secret }) => secret === 'settings');
    expect(own).toMatchObject({ action: 'secrets.reveal' });
    expect(own?.keys?.toSorted()).toEqual(['app.yaml', 'config.json']);
    expect(own?.pointers?.toSorted()).toEqual([
      ...['/cache/password', '/cache/size'].map((pointer) => `app.yaml#${pointer}`),
      ...['/db/host', '/db/password', '/ports', '/ports/0', '/tls'].map(
        (pointer) => `config.json#${pointer}`,
      ),
    ]);
    const shared = events.find(({ action }) => action === 'imports.reveal');
    expect(shared).toMatchObject({ keys: ['app.json'], pointers: ['app.json#/token'] });
    expect(events.find((event) => event.namespace === 'lender')).toMatchObject({
      ...{ secret: 'lent', keys: ['their.yaml'], pointers: ['their.yaml#/token'] },
    });
  });

  it('next to its whole key is recorded as the whole key', async () => {
    await put('both', {
      ALL: { secret: { name: 'settings', key: 'config.json' } },
      PART: member('config.json', '/tls'),
    });
    const answer = await valuesOf('both');
    expect(answer.json()).toEqual({ both: { ALL: config, PART: 'true' } });
    const [event] = (await placesOf(answer)).filter(({ secret }) => secret === 'settings');
    expect([event?.keys, event?.pointers]).toEqual([['config.json'], undefined]);
  });

  it('needs the right to its key, and no more', async () => {
    await put('one', { HOST: app.HOST, PASSWORD: app.PASSWORD });
    expect((await valuesOf('one', tokens.keys)).json()).toEqual({
      one: { HOST: 'h', PASSWORD: 'p@ss-12345' },
    });
    await put('two', { HOST: app.HOST, CACHE: app.CACHE });
    const refused = await valuesOf('two', tokens.keys);
    expect([refused.status, refused.json()]).toMatchObject([
      403,
      { errors: [{ pointer: '/values/CACHE' }] },
    ]);
    expect((await valuesOf('one', tokens.author)).status).toBe(403);
  });

  it('has a validator with the Secret, and a definition of its own', async () => {
    await put('tagged', { HOST: app.HOST });
    const path = `${at}/tagged/values`;
    const etag = String((await valuesOf('tagged')).headers.etag);
    const headers = { 'if-none-match': etag };
    expect((await call(tokens.reader, { path, headers })).status).toBe(304);
    await put('tagged', { HOST: app.PORT });
    const changed = await call(tokens.reader, { path, headers });
    expect(changed.json()).toEqual({ tagged: { HOST: '1' } });
  });

  it('is shown by its pointer', async () => {
    const { answers, text } = await definitionOf('app');
    expect(answers).toEqual([app.PASSWORD.secret, app.PASSWORD.secret]);
    expect(text).not.toContain('12345');
  });
});

async function definitionOf(name: string) {
  const rest = await call(tokens.reader, { path: `${at}/${name}` });
  const query = `{ environment(namespace: "${namespace}", name: "${name}") {
    sources { name secret { name key pointer } } } }`;
  const graphql = await call(tokens.reader, { method: 'POST', path: '/graphql', body: { query } });
  const { values } = rest.json<{ values: typeof app }>();
  const { data } = graphql.json<{
    data: { environment: { sources: { name: string; secret: object }[] } };
  }>();
  const source = data.environment.sources.find((one) => one.name === 'PASSWORD');
  return { answers: [values.PASSWORD.secret, source?.secret], text: rest.text + graphql.text };
}

describe('a member that cannot be read is a problem with its key and its pointer', () => {
  const json = 'pointer "/db/user" in key "config.json" of secrets "settings"';
  it.each([
    ['no member', { A: member('config.json', '/db/user') }, 404, `${json} not found`],
    [
      'no document',
      { A: member('text', '/a', 'plain') },
      422,
      'pointer "/a" in key "text" of secrets "plain": the value is not valid JSON',
    ],
    [
      'no key',
      { A: member('none.json', '/a') },
      404,
      'key "none.json" of secrets "settings" not found',
    ],
    [
      'no member of an import',
      { A: imported('app.json', '/none') },
      404,
      'pointer "/none" in key "app.json" of secretimports "shared" not found',
    ],
  ])('%s', async (_what, values, status, reason) => {
    await put('broken', { ...values, B: { template: '{{ A }}' } });
    const answer = await valuesOf('broken');
    expect([answer.status, answer.json()]).toMatchObject([
      status,
      { detail: reason, errors: [{ pointer: '/values/A', reason }] },
    ]);
    expect(answer.text).not.toContain('12345');
    const one = await call(tokens.reader, { path: `${at}/broken/keys/B` });
    expect(one.status).toBe(status);
  });

  it('each of several', async () => {
    const values = { A: member('config.json', '/a'), B: member('text', '/b', 'plain') };
    await put('several', { ...values, C: app.HOST });
    const answer = await valuesOf('several');
    expect([answer.status, answer.json()]).toMatchObject([
      404,
      { errors: [{ pointer: '/values/A' }, { pointer: '/values/B' }] },
    ]);
    const events = await placesOf(answer);
    expect(events.map(({ outcome }) => outcome)).toEqual(events.map(() => 'failed'));
  });
});

describe('a pointer that is none', () => {
  it.each(['', 'db', '/a~2', `/${'x'.repeat(1_100)}`, '/a'.repeat(65)])(
    'is not stored: %#',
    async (pointer) => {
      const body = { values: { A: member('config.json', pointer) } };
      const answer = await call(tokens.author, { method: 'PUT', path: `${at}/wrong`, body });
      expect([answer.status, answer.json()]).toMatchObject([
        422,
        { errors: [{ pointer: '/values/A/secret/pointer' }] },
      ]);
    },
  );

  it('is refused by the definition of the resource too', async () => {
    const group = '/kubernetes/apis/sallyport.dev/v1alpha1';
    const answer = await call(tokens.author, {
      ...{ method: 'POST', path: `${group}/namespaces/${namespace}/secretenvironments` },
      body: {
        ...{ apiVersion: 'sallyport.dev/v1alpha1', kind: 'SecretEnvironment' },
        metadata: { name: 'by-kubectl', namespace },
        spec: { values: { A: member('config.json', 'db') } },
      },
    });
    expect(answer.status).toBe(422);
  });
});
