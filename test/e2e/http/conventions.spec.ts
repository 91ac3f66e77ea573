import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Call, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { allOfTokens } from '../../support/tokens-world.js';

// What HTTP libraries, browsers and proxies rely on (docs/api/README.md).

let installation: TestInstallation;
let base: string;
let token: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  for (const name of ['a', 'b', 'c']) await seedSecret(installation, 'pay', name, { k: 'v-1-x' });
  token = await installation.user('pay', 'app', [allOfSecrets, allOfTokens]);
});
afterAll(() => installation.stop());

const secrets = '/v1/namespaces/pay/secrets';
const call = (wish: Call) => send(base, { token, ...wish });
const put = (name: string, key: string, value: string) =>
  call({
    method: 'PUT',
    path: `${secrets}/${name}`,
    headers: { 'idempotency-key': key },
    body: { stringData: { password: value } },
  });

describe('a creation', () => {
  it('names the place of the Secret; a dry run has none', async () => {
    const body = { name: 'made', stringData: { password: 'v-2-x' } };
    const planned = await call({ method: 'POST', path: `${secrets}?dryRun=All`, body });
    expect([planned.status, planned.headers.location]).toEqual([201, undefined]);
    const made = await call({ method: 'POST', path: secrets, body });
    expect([made.status, made.headers.location]).toEqual([201, `${secrets}/made`]);
    expect((await call({ path: `${secrets}/made` })).status).toBe(200);
  });

  it('names the place of a token', async () => {
    const scope = { namespaces: ['pay'] };
    const body = { description: 'ci', expiresInSeconds: 600, scope };
    const made = await call({ method: 'POST', path: '/v1/tokens', body });
    expect(made.headers.location).toBe(`/v1/tokens/${String(made.json()['id'])}`);
    const path = made.headers.location ?? '';
    expect((await call({ method: 'DELETE', path })).status).toBe(200);
  });
});

describe('a repeated request', () => {
  it('says that its response is that of the first', async () => {
    const first = await put('twice', 'key-1', 'v-3-x');
    const again = await put('twice', 'key-1', 'v-3-x');
    expect([first.status, first.headers['idempotent-replayed']]).toEqual([201, undefined]);
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([201, 'true']);
    expect(again.text).toBe(first.text);
  });

  it('says nothing of the kind where another body is refused', async () => {
    await put('other', 'key-2', 'v-4-x');
    const refused = await put('other', 'key-2', 'v-5-x');
    expect([refused.status, refused.headers['idempotent-replayed']]).toEqual([422, undefined]);
  });
});

describe('a list', () => {
  it('links to its next page, relative to the request, until there is none', async () => {
    const names: string[] = [];
    let path: string | undefined = `${secrets}?limit=2`;
    while (path !== undefined) {
      const page = await call({ path });
      const { items, continue: cursor } = page.json<{
        readonly items: readonly { readonly name: string }[];
        readonly continue?: string;
      }>();
      names.push(...items.map(({ name }) => name));
      const [, target] = /^<(\?[^>]+)>; rel="next"$/.exec(String(page.headers['link'])) ?? [];
      expect(target !== undefined).toBe(cursor !== undefined);
      path = target === undefined ? undefined : secrets + target;
    }
    expect(names).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    expect(new Set(names).size).toBe(names.length);
  });

  it('is JSON for a client that accepts both types alike, and a stream for none', async () => {
    const both = await call({
      path: secrets,
      headers: { accept: 'application/json, text/event-stream' },
    });
    expect(both.headers['content-type']).toMatch(/^application\/json/);
  });
});

it.each(['TRACE', 'QUERY', 'OPTIONS'])('%s is not allowed on a path of the API', async (method) => {
  const refused = await call({ method, path: `${secrets}/a` });
  expect([refused.status, refused.json()['code']]).toEqual([405, 'MethodNotAllowed']);
  expect(refused.headers.allow).toBe('GET, HEAD, PUT, PATCH, DELETE');
});

describe('what is public', () => {
  const open = (path: string, headers: Record<string, string> = {}) =>
    send(base, { path, headers });

  it('leads from / and /docs/ to the documentation, and names the description', async () => {
    for (const path of ['/', '/docs/']) {
      const { status, headers } = await open(path);
      expect([status, headers.location]).toEqual([302, '/docs']);
      expect(headers['link']).toBe(
        '</openapi.json>; rel="service-desc", </docs>; rel="service-doc"',
      );
    }
    const catalog = await open('/.well-known/api-catalog');
    expect(catalog.headers['content-type']).toMatch(/^application\/linkset\+json/);
    expect(catalog.json()).toMatchObject({
      linkset: [{ anchor: '/v1', 'service-desc': [{ href: '/openapi.json' }] }],
    });
  });

  it('is described in one line, with a tag for each encoding, and not sent twice', async () => {
    const plain = await open('/openapi.json');
    expect(plain.text).not.toContain('\n');
    expect(plain.headers).toMatchObject({ 'cache-control': 'no-cache', vary: 'Accept-Encoding' });
    const zipped = await open('/openapi.json', { 'accept-encoding': 'gzip' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
    expect(zipped.bytes.length).toBeLessThan(plain.bytes.length / 5);
    expect(zipped.headers.etag).not.toBe(plain.headers.etag);
    for (const [headers, known] of [
      [{}, plain],
      [{ 'accept-encoding': 'br, gzip;q=0.5' }, zipped],
    ] as const) {
      const { etag = '' } = known.headers;
      const again = await open('/openapi.json', { ...headers, 'if-none-match': `"x", W/${etag}` });
      expect([again.status, again.bytes.length, again.headers.etag]).toEqual([304, 0, etag]);
    }
    const refused = await open('/openapi.json', { 'accept-encoding': 'gzip;q=0, *' });
    expect(refused.headers['content-encoding']).toBeUndefined();
  });
});
