import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rule } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { TokensWorld, allOfTokens, eventually, virtual } from '../../support/tokens-world.js';

const password = 'p-of-db-12345';
const mailPassword = 'p-of-mail-12345';
const get = (...resourceNames: string[]): Rule => ({
  ...{ verbs: ['get'], resources: ['secrets'] },
  ...(resourceNames.length === 0 ? {} : { resourceNames }),
});
const keys = (...resourceNames: string[]): Rule => ({
  ...virtual('secretkeys', 'get'),
  resourceNames,
});
const users = {
  reader: [get()],
  ofDb: [get('db')],
  ofKeys: [keys('db/user', 'mail/token')],
  nobody: [{ verbs: ['get'], resources: ['configmaps'] }],
} as const satisfies Record<string, readonly Rule[]>;

let world: TokensWorld;
let tokens: Readonly<Record<keyof typeof users, string>>;

beforeAll(async () => {
  world = await TokensWorld.start({ versions: { enabled: false }, rotation: { enabled: false } });
  const { installation } = world;
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { user: 'app', password });
  await seedSecret(installation, 'pay', 'mail', { token: mailPassword });
  await seedSecret(installation, 'pay', 'twin', { password: 'p-of-twin-12345' });
  await installation.cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'seal' }, data: { bytes: 'AP8=' } },
  });
  const named = Object.entries(users).map(async ([name, rules]) => [
    name,
    await installation.user('pay', name.toLowerCase(), rules),
  ]);
  // One for each of the names.
  tokens = Object.fromEntries(await Promise.all(named)) as typeof tokens;
  await world.grantEverywhere({ namespace: 'pay', name: 'reader' }, 'tokens', [allOfTokens]);
  await eventually(async () => {
    if ((await values('db')).status !== 200) throw new Error('not to be read yet');
  });
});

afterAll(() => world.stop());

interface Asking {
  readonly token?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

function values(entries: string, asking: Asking = {}): Promise<Answer> {
  const { token = tokens.reader, query = '', ...rest } = asking;
  const secrets = entries.split(' ').map((entry) => `secret=${entry}`);
  const asked = [...secrets, ...(query === '' ? [] : [query])].join('&');
  return send(world.base, { path: `/v1/namespaces/pay/values?${asked}`, token, ...rest });
}

/** `secret outcome code`, sorted; the event of the call itself has no Secret. */
async function trailOf(answer: Answer): Promise<readonly string[]> {
  const events = await world.eventsOf(answer);
  const id = answer.headers['audit-id'];
  for (const event of events) {
    const isCall = event.secret === undefined;
    expect(isCall ? event.auditId : event.parentId).toBe(id);
  }
  return events.map(({ secret = '-', outcome, code }) => `${secret} ${outcome} ${code}`).toSorted();
}

const etagOf = (answer: Answer): string => answer.headers.etag ?? '';

describe('several Secrets in one call', () => {
  it('are shown by Secret and key, in the order asked', async () => {
    const answer = await values('mail db/password');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(
      `{"mail":{"token":"${mailPassword}"},"db":{"password":"${password}"}}`,
    );
    expect(answer.headers).toMatchObject({
      ...{ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
      ...{ 'x-content-type-options': 'nosniff', etag: expect.stringMatching(/^"[\w-]{43}"$/) },
    });
    expect(answer.headers.vary).toContain('Authorization');
  });

  it('have one event each under that of the call', async () => {
    const answer = await values('mail db/password db/user');
    expect(await trailOf(answer)).toEqual(['- allowed 200', 'db allowed 200', 'mail allowed 200']);
    const events = await world.eventsOf(answer);
    expect(events.find(({ secret }) => secret === 'db')).toMatchObject({
      ...{ action: 'secrets.reveal', namespace: 'pay', keys: ['password', 'user'] },
    });
    expect(events.find(({ secret }) => secret === 'mail')).toMatchObject({ keys: ['token'] });
  });

  it('are one map in a format', async () => {
    const json = await values('db mail', { query: 'format=json' });
    expect(json.json()).toEqual({ user: 'app', password, token: mailPassword });
    const env = await values('db/user mail', { query: 'format=env&names=upper' });
    expect(env.text).toBe(`TOKEN=${mailPassword}\nUSER=app\n`);
    expect(env.headers['content-type']).toMatch(/^text\/plain/);
    const yaml = await values('mail', { query: 'format=yaml&encoding=base64' });
    expect(yaml.text).toBe(`"token": "${Buffer.from(mailPassword).toString('base64')}"\n`);
  });

  it('may name a Secret as a whole and by a key', async () => {
    const answer = await values('db/user db', { query: 'format=json' });
    expect(answer.json()).toEqual({ user: 'app', password });
  });

  it('are refused as one map where a name stands twice', async () => {
    const answer = await values('db twin', { query: 'format=json' });
    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({
      errors: [{ pointer: '/data/password', reason: 'stands in secrets "db" and "twin"' }],
    });
    expect(answer.text).not.toContain(password);
    expect(await trailOf(answer)).toEqual(['- failed 422', 'db failed 422', 'twin failed 422']);
  });

  it('are refused where bytes are not text, unless base64 is asked for', async () => {
    const answer = await values('db seal');
    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({ errors: [{ pointer: '/seal/bytes' }] });
    const base64 = await values('seal', { query: 'encoding=base64' });
    expect(base64.json()).toEqual({ seal: { bytes: 'AP8=' } });
  });

  it('are answered without a body to HEAD, under the same right', async () => {
    const head = await values('db', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(etagOf(head)).toBe(etagOf(await values('db')));
    expect((await values('db', { method: 'HEAD', token: tokens.nobody })).status).toBe(403);
  });

  it('are read as the caller where that is asked for', async () => {
    const planesOf = async (query: string) => {
      const events = await world.eventsOf(await values('db mail', { query }));
      return events.flatMap(({ secret, plane }) => (secret === undefined ? [] : [plane]));
    };
    expect(await planesOf('consistency=strong')).toEqual(['caller', 'caller']);
    await eventually(async () => expect(await planesOf('')).toEqual(['broker', 'broker']));
  });
});

describe('the state of several Secrets', () => {
  it('is not sent again to whoever has it', async () => {
    const etag = etagOf(await values('db mail'));
    const again = await values('db mail', { headers: { 'if-none-match': `"x", W/${etag}` } });
    expect([again.status, again.text, etagOf(again)]).toEqual([304, '', etag]);
    const events = await world.eventsOf(again);
    expect(events.map(({ action, code }) => `${action} ${code}`)).toEqual(
      Array.from({ length: 3 }, () => 'secrets.check 304'),
    );
  });

  it('is another one once any of them has changed', async () => {
    await seedSecret(world.installation, 'pay', 'changing', { token: 'before-12345' });
    await eventually(async () => expect((await values('changing')).status).toBe(200));
    const etag = etagOf(await values('db changing'));
    const path = '/v1/namespaces/pay/secrets/changing';
    await world.installation.cluster.request('PATCH', path.replace('/v1', '/api/v1'), {
      stringData: { token: 'after-12345' },
    });
    await eventually(async () => {
      const answer = await values('db changing', { headers: { 'if-none-match': etag } });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('after-12345');
      expect(etagOf(answer)).not.toBe(etag);
    });
    const stale = await values('db changing', { headers: { 'if-match': etag } });
    expect(stale.json()).toMatchObject({ status: 412, code: 'Conflict' });
  });
});

describe('a request for values', () => {
  const many = Array.from({ length: 51 }, (_none, index) => `s${index}`).join(' ');

  it.each([
    ['', '/query/secret/0', /./],
    ['db db', '/query/secret', /names the same twice/],
    ['db/user mail db/user', '/query/secret', /names the same twice/],
    ['DB', '/query/secret/0', /./],
    ['db mail/..', '/query/secret/1', /./],
    ['db/a/b', '/query/secret/0', /./],
    [many, '/query/secret', /50/],
  ])('is 400 for entries that are none: %s', async (entries, pointer, reason) => {
    const answer = await values(entries);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      errors: [{ pointer, reason: expect.stringMatching(reason) as string }],
    });
  });

  it.each([
    'format=toml',
    'names=upper',
    'format=json&names=upper',
    'format=json&format=json',
    'resourceVersion=1',
    'limit=1',
  ])('is 400 for a parameter that is none: %s', async (query) => {
    expect((await values('db', { query })).status).toBe(400);
  });

  it('is 400 without any entry', async () => {
    const path = '/v1/namespaces/pay/values';
    const answer = await send(world.base, { path, token: tokens.reader });
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer: '/query/secret' }] });
  });
});

describe('values of which some may not or cannot be shown', () => {
  it('are refused as the first of them is by itself, with the place of each', async () => {
    const single = await send(world.base, {
      ...{ path: '/v1/namespaces/pay/secrets/mail', token: tokens.ofDb },
    });
    const answer = await values('db mail gone', { token: tokens.ofDb });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({
      ...{ code: 'Forbidden', detail: single.json()['detail'] },
      errors: [
        { pointer: '/query/secret/1', reason: single.json()['detail'] },
        { pointer: '/query/secret/2', reason: expect.stringContaining('cannot get') as string },
      ],
    });
    expect(answer.text).not.toContain(password);
    expect(await trailOf(answer)).toEqual([
      ...['- denied 403', 'db failed 403', 'gone denied 403', 'mail denied 403'],
    ]);
  });

  it('are 404 where the first of them is not there', async () => {
    const answer = await values('db gone db/none');
    expect(answer.json()).toMatchObject({
      ...{ status: 404, code: 'NotFound', detail: 'secrets "gone" not found' },
      errors: [
        { pointer: '/query/secret/1' },
        { pointer: '/query/secret/2', reason: 'key "none" of secrets "db" not found' },
      ],
    });
    expect(await trailOf(answer)).toEqual(['- failed 404', 'db failed 404', 'gone failed 404']);
  });

  it('are denied alike to who has no right, whether or not they are there', async () => {
    const told = async (entry: string) => {
      const { requestId, auditId, ...problem } = (
        await values(entry, { token: tokens.nobody })
      ).json();
      expect([typeof requestId, typeof auditId]).toEqual(['string', 'string']);
      return JSON.stringify(problem);
    };
    const there = await told('db');
    expect((await told('gone')).replaceAll('gone', 'db')).toBe(there);
    expect((await told('db/none')).replaceAll('db/none', 'db')).toBe(there);
  });
});

describe('a caller who may read some keys', () => {
  it('is shown these, of several Secrets', async () => {
    const answer = await values('db/user mail/token', { token: tokens.ofKeys });
    expect(answer.json()).toEqual({ db: { user: 'app' }, mail: { token: mailPassword } });
  });

  it.each(['db', 'db/password'])('is not shown %s', async (entry) => {
    const answer = await values(`db/user ${entry}`, { token: tokens.ofKeys });
    expect(answer.json()).toMatchObject({ status: 403, errors: [{ pointer: '/query/secret/1' }] });
  });
});

describe('a token for values', () => {
  it.each([
    [{ keys: ['user'] }, 'db/user', 200],
    [{ keys: ['user', 'token'] }, 'db/user mail/token', 200],
    [{ keys: ['user'] }, 'db/user mail/token', 403],
    [{ keys: ['user'] }, 'db', 403],
    [{ keys: ['user', 'password'] }, 'db', 403],
    [{ secrets: ['db'] }, 'db db/user', 200],
    [{ secrets: ['db'] }, 'db mail', 403],
    [{ namespaces: ['pay'] }, 'db mail', 200],
    [{ namespaces: ['other'] }, 'db', 403],
    [{ actions: ['secrets.reveal'] }, 'db', 200],
    [{ actions: ['secrets.get'] }, 'db', 403],
    [{ secrets: ['db'], keys: ['user'] }, 'db/user', 200],
    [{ cidrs: ['192.0.2.0/24'] }, 'db', 403],
  ] as const)('with the scope %j asks for %s: %i', async (scope, entries, status) => {
    const { token } = await world.mint(tokens.reader, { scope });
    const answer = await values(entries, { token });
    expect(answer.status, answer.text).toBe(status);
    if (status === 200) return;
    expect(answer.json()['detail']).toMatch(/^the scope of the token forbids this: /);
    expect(await trailOf(answer)).toContain('- denied 403');
    expect(answer.text).not.toContain(password);
  });
});
