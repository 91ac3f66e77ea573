import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOfSecrets, type Rule } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { auditEventsOf, SecretsWorld } from '../../support/secrets-world.js';
import { virtual } from '../../support/tokens-world.js';

let world: SecretsWorld<'auditor'>;
let url: string;
/** Reads all five Secrets, or four of them; writes environments; has no right on environments. */
let tokens: Readonly<Record<'five' | 'four' | 'author' | 'writer' | 'stranger', string>>;

const namespace = 'envs';
const at = `/v1/namespaces/${namespace}/environments`;
const odd = `it's "quoted" \\ $HOME \`id\` ü\nsecond line`;
const reads: Rule = virtual('secretenvironments', 'get', 'list');

function keysOf(names: readonly string[]): Rule {
  return { verbs: ['get'], resources: ['secrets'], resourceNames: names };
}

beforeAll(async () => {
  world = await SecretsWorld.start(namespace, ['auditor']);
  [url = ''] = await world.installation.gateway.listen();
  const { installation } = world;
  await installation.serve('owner');
  const rights: Rule = virtual('secretshares', 'get', 'list', 'create', 'update');
  const owner = await installation.user('owner', 'owner', [allOfSecrets, rights]);
  const imports = virtual('secretimports', 'get', 'list', 'create', 'update');
  const names = ['db', 'cache', 'mail', 'odd'];
  tokens = {
    five: await installation.user(namespace, 'five', [reads, keysOf(names), imports]),
    four: await installation.user(namespace, 'four', [reads, keysOf(names.slice(0, 3)), imports]),
    author: await installation.user(namespace, 'author', [
      virtual('secretenvironments', 'get', 'create', 'update', 'patch', 'delete'),
    ]),
    writer: await installation.user(namespace, 'writer', [
      virtual('secretenvironments', 'get', 'create', 'update', 'delete'),
      virtual('secretimports', 'get'),
    ]),
    stranger: await installation.user(namespace, 'stranger', [keysOf(names)]),
  };
  await world.seed('db', { stringData: { password: 'p@ss/word', user: 'app' } });
  await world.seed('cache', { stringData: { password: 'cache-12345' } });
  await world.seed('mail', { stringData: { key: 'mail-12345' } });
  await world.seed('odd', { stringData: { value: odd } });
  await installation.cluster.request('POST', '/api/v1/namespaces/owner/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'shared' },
    stringData: { token: 'shared-12345' },
  });
  const share = { secretName: 'shared', keys: ['token'], to: [{ namespace }] };
  await put('/v1/namespaces/owner/shares/shared', share, owner);
  const imported = { from: { namespace: 'owner', share: 'shared' } };
  await put(`/v1/namespaces/${namespace}/imports/shared`, imported, tokens.five);
  await put(`${at}/base`, { values: { DB_HOST: { value: 'db.pay.svc' }, MODE: { value: 'x' } } });
  await put(`${at}/app`, app);
});
afterAll(() => world?.stop());

const app = {
  imports: ['base'],
  values: {
    MODE: { value: 'production' },
    DB_PASSWORD: { secret: { name: 'db', key: 'password' } },
    CACHE_PASSWORD: { secret: { name: 'cache', key: 'password' } },
    MAIL_KEY: { secret: { name: 'mail', key: 'key' } },
    ODD: { secret: { name: 'odd', key: 'value' } },
    TOKEN: { import: { name: 'shared', key: 'token' } },
    DSN: { template: 'postgresql://app:{{ DB_PASSWORD | urlencode }}@{{ DB_HOST }}/app' },
    LOGIN: { template: '{{ DB_HOST | dsn("postgresql", "app", DB_PASSWORD, "orders") }}' },
  },
};

function call(token: string, given: Call): Promise<Answer> {
  return send(url, { token, ...given });
}

async function put(path: string, body: object, token = tokens.author): Promise<Answer> {
  const answer = await call(token, { method: 'PUT', path, body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
  return answer;
}

describe('an environment over five Secrets, one of them imported', () => {
  it('gives a caller with all rights all values, in the order of their definitions', async () => {
    const answer = await call(tokens.five, { path: `${at}/app/values` });
    expect([answer.status, answer.json()]).toEqual([
      200,
      {
        app: {
          CACHE_PASSWORD: 'cache-12345',
          DB_HOST: 'db.pay.svc',
          DB_PASSWORD: 'p@ss/word',
          DSN: 'postgresql://app:p%40ss%2Fword@db.pay.svc/app',
          LOGIN: 'postgresql://app:p%40ss%2Fword@db.pay.svc/orders',
          MAIL_KEY: 'mail-12345',
          MODE: 'production',
          ODD: odd,
          TOKEN: 'shared-12345',
        },
      },
    ]);
  });

  it('gives a caller with rights on four nothing, and names the value', async () => {
    const answer = await call(tokens.four, { path: `${at}/app/values` });
    expect([answer.status, answer.json()]).toMatchObject([
      403,
      { code: 'Forbidden', errors: [{ pointer: '/values/ODD' }] },
    ]);
    expect(answer.text).not.toMatch(/12345|p@ss/);
  });

  it('gives a caller without the right to the environment nothing, and no name', async () => {
    const refused = await call(tokens.stranger, { path: `${at}/app/values` });
    const absent = await call(tokens.stranger, { path: `${at}/none/values` });
    expect([refused.status, absent.status]).toEqual([403, 403]);
    expect(refused.text).not.toMatch(/DB_PASSWORD|MAIL_KEY/);
  });

  it('gives its author no value that the author may not read', async () => {
    const answer = await call(tokens.author, { path: `${at}/app/keys/DSN` });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('p%40ss');
    const config = await call(tokens.author, { path: `${at}/app/keys/DB_HOST` });
    expect([config.status, config.text]).toEqual([200, 'db.pay.svc']);
  });

  it('gives one value for the rights on its keys alone', async () => {
    const answer = await call(tokens.four, { path: `${at}/app/keys/DSN` });
    expect([answer.status, answer.text]).toEqual([
      200,
      'postgresql://app:p%40ss%2Fword@db.pay.svc/app',
    ]);
    expect((await call(tokens.five, { path: `${at}/app/keys/NONE` })).status).toBe(404);
  });

  it('is read back exactly by sh', async () => {
    const { text } = await call(tokens.five, { path: `${at}/app/values?format=env` });
    const print =
      'for name in ODD DSN MODE; do eval "printf %s \\"\\$$name\\""; printf \'\\0\'; done';
    const printed = execFileSync('sh', ['-c', `${text}\n${print}`]).toString();
    expect(printed.split('\0').slice(0, 3)).toEqual([
      odd,
      'postgresql://app:p%40ss%2Fword@db.pay.svc/app',
      'production',
    ]);
  });

  it('shows its definition without values of keys', async () => {
    const answer = await call(tokens.four, { path: `${at}/app` });
    expect(answer.json()).toMatchObject({ name: 'app', ...app, problems: [] });
    expect(answer.text).not.toMatch(/12345|p@ss/);
    const list = (await call(tokens.four, { path: at })).json<{ items: { name: string }[] }>();
    expect(list.items.map(({ name }) => name)).toEqual(['app', 'base']);
  });

  it('records each key under one event', async () => {
    const answer = await call(tokens.five, { path: `${at}/app/values` });
    const id = answer.headers['audit-id'];
    const events = await auditEventsOf(world.as('auditor'), namespace);
    const own = events.filter(({ auditId, parentId }) => auditId === id || parentId === id);
    const shown = own.map(({ action, secret, keys }) => [action, secret, keys.join()].join(' '));
    expect(shown.toSorted()).toEqual(
      [
        'environments.reveal app CACHE_PASSWORD,DB_HOST,DB_PASSWORD,DSN,LOGIN,MAIL_KEY,MODE,ODD,TOKEN',
        'imports.reveal shared token',
        'secrets.reveal  ',
        'secrets.reveal cache password',
        'secrets.reveal db password',
        'secrets.reveal mail key',
        'secrets.reveal odd value',
      ].toSorted(),
    );
  });

  it('has a validator over all its parts', async () => {
    const path = `${at}/app/values`;
    const tagOf = async () => String((await call(tokens.five, { path })).headers.etag);
    const etag = await tagOf();
    const again = await call(tokens.five, { path, headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
    await put(`${at}/base`, { values: { DB_HOST: { value: 'db.pay.svc' }, MODE: { value: 'y' } } });
    expect(await tagOf()).not.toBe(etag);
    const changed = await call(tokens.five, { path, headers: { 'if-none-match': etag } });
    expect([changed.status, Object.keys(changed.json<{ app: object }>().app)]).toMatchObject([
      200,
      expect.arrayContaining(['DB_PASSWORD', 'TOKEN']),
    ]);
  });

  it('waits for a change of a Secret', async () => {
    await world.seed('waited', { stringData: { key: 'first-12345' } });
    await put(`${at}/waiting`, { values: { KEY: { secret: { name: 'waited', key: 'key' } } } });
    const token = await world.installation.user(namespace, 'waiter', [reads, keysOf(['waited'])]);
    const path = `${at}/waiting/values`;
    const { headers } = await call(token, { path });
    const waiting = call(token, {
      path: `${path}?waitSeconds=20`,
      headers: { 'if-none-match': String(headers.etag) },
    });
    await world.installation.cluster.request(
      'PATCH',
      `/api/v1/namespaces/${namespace}/secrets/waited`,
      { stringData: { key: 'second-12345' } },
    );
    expect((await waiting).json()).toEqual({ waiting: { KEY: 'second-12345' } });
  });
});

describe('a definition that cannot be resolved says why, with the path of names', () => {
  const value = (template: string) => ({ template });
  const chain = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`V${index}`, value(`{{ V${index + 1} }}`)]),
  );
  it.each([
    ['a circle of environments', { imports: ['other'] }, /circle → other → circle/],
    ['an absent environment', { imports: ['none'] }, /"none" not found/],
    [
      'a circle of templates',
      { values: { A: value('{{ B }}'), B: value('{{ A }}') } },
      /A → B → A/,
    ],
    [
      'an unknown name',
      { values: { A: value('{{ NONE }}') } },
      /"NONE", which no value and no import/,
    ],
    ['depth', { values: { ...chain, V20: { value: 'x' } } }, /deeper than 16 templates/],
    ['an absent key', { values: { A: { secret: { name: 'db', key: 'none' } } } }, /none/],
    [
      'a template that its values break',
      { values: { A: value('{{ NONE | default("") | dsn("x", "u", "p", "d") }}') } },
      /empty host or user in dsn/,
    ],
  ])('%s', async (_name, spec, reason) => {
    await put(`${at}/other`, { imports: ['circle'] });
    await put(`${at}/circle`, spec);
    const answer = await call(tokens.five, { path: `${at}/circle/values` });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text.replaceAll('\\"', '"')).toMatch(reason);
  });

  it.each([
    ['a circle', { imports: ['early'] }, '/imports', 'imports itself: early → early'],
    ['an absent environment', { imports: ['none'] }, '/imports', /"none" not found/],
    [
      'an import to which nothing is granted',
      { imports: ['secretimports/none'] },
      '/imports',
      /"none" is not there, or nothing is granted to it/,
    ],
    [
      'an unknown name',
      { imports: ['base'], values: { A: value('{{ DB_HOST }}{{ NONE }}') } },
      '/values/A/template',
      'uses "NONE", which no value and no import defines',
    ],
    [
      'a key of an import to which nothing is granted',
      { values: { A: { import: { name: 'none', key: 'token' } } } },
      '/values/A/import',
      /"none" is not there, or nothing is granted to it/,
    ],
  ])(
    'and says so when it is written, checked and shown: %s',
    async (_name, body, pointer, reason) => {
      const path = `${at}/early`;
      const problem = { pointer, reason: expect.stringMatching(reason) as unknown };
      const plan = await call(tokens.five, { method: 'PUT', path: `${path}?dryRun=All`, body });
      expect(plan.status).toBe(403);
      for (const query of ['?dryRun=All', '']) {
        const given = { method: 'PUT', path: `${path}${query}`, body } as const;
        const written = await call(tokens.writer, given);
        expect([written.status, written.json()]).toMatchObject([201, { problems: [problem] }]);
      }
      const shown = await call(tokens.writer, { path });
      expect(shown.json()).toMatchObject({ problems: [problem] });
      const query = `{ environment(namespace: "${namespace}", name: "early") {
      problems { pointer reason } } }`;
      const { data } = (
        await call(tokens.writer, { method: 'POST', path: '/graphql', body: { query } })
      ).json<{ data: object }>();
      expect(data).toEqual({ environment: { problems: [problem] } });
      await call(tokens.writer, { method: 'DELETE', path });
    },
  );

  it('and tells nothing of what its author may not see', async () => {
    const body = { imports: ['secretimports/shared'], values: { A: value('{{ token }}') } };
    const written = await call(tokens.author, { method: 'PUT', path: `${at}/unseen`, body });
    expect([written.status, written.json()]).toMatchObject([201, { problems: [] }]);
  });

  it.each([
    '{{ A',
    '{{ 1 }}',
    '{{ A | indent("4") }}',
    '{{ A | none }}',
    '{{ A | default }}',
    '{{ A | dsn("x") }}',
    '{{ A urlencode }}',
    '{{ A | default("x" }}',
    '{{ constructor.constructor("return 1")() }}',
    '{{ A | json | '.padEnd(200, 'json | ').concat('json }}'),
  ])('and a broken template is not stored: %s', async (template) => {
    const body = { values: { A: { value: 'x' }, B: { template } } };
    const answer = await call(tokens.author, { method: 'PUT', path: `${at}/broken`, body });
    expect([answer.status, answer.json()]).toMatchObject([
      422,
      { errors: [{ pointer: '/values/B/template' }] },
    ]);
  });
});

describe('an environment over GraphQL', () => {
  const query = `{ environment(namespace: "${namespace}", name: "app") {
    name imports sources { name value secret { name key } import { name key } template }
    values { key text } } }`;
  const ask = (token: string) => call(token, { method: 'POST', path: '/graphql', body: { query } });

  it('has the definition and all values, or none', async () => {
    const { data } = (await ask(tokens.five)).json<{ data: { environment: object } }>();
    expect(data.environment).toMatchObject({
      name: 'app',
      imports: ['base'],
      sources: expect.arrayContaining([
        {
          ...{ name: 'DB_PASSWORD', value: null, import: null, template: null },
          secret: { name: 'db', key: 'password' },
        },
      ]) as unknown,
      values: expect.arrayContaining([{ key: 'TOKEN', text: 'shared-12345' }]) as unknown,
    });
    const refused = await ask(tokens.four);
    expect(refused.json()).toMatchObject({
      data: { environment: { name: 'app', values: null } },
      errors: [{ extensions: { code: 'Forbidden' } }],
    });
    expect(refused.text).not.toContain('12345');
  });
});

describe('an environment by kubectl', () => {
  it('is served like other objects', async () => {
    const group = '/kubernetes/apis/sallyport.dev/v1alpha1';
    const path = `${group}/namespaces/${namespace}/secretenvironments`;
    const body = {
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'SecretEnvironment',
      metadata: { name: 'by-kubectl', namespace },
      spec: { values: { A: { value: 'x' } } },
    };
    expect((await call(tokens.author, { method: 'POST', path, body })).status).toBe(201);
    const values = await call(tokens.five, { path: `${at}/by-kubectl/values?format=dotenv` });
    expect(values.text).toContain('A=');
    const two = {
      ...body,
      metadata: { name: 'two' },
      spec: { values: { A: { value: 'x', template: 'y' } } },
    };
    expect((await call(tokens.author, { method: 'POST', path, body: two })).status).toBe(422);
  });
});
