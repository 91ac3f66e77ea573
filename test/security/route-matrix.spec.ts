import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../support/gateway.js';
import { type Answer, send, sendBytes } from '../support/raw-http.js';
import { seedSecret } from '../support/seed.js';
import { seeRoutes } from '../support/seen-routes.js';

const routesOf = seeRoutes();
const seen = () => routesOf(installation.gateway.fastify);

/** Everything that answers without a credential. An addition here is a decision. */
const publicRoutes = [
  '/',
  '/.well-known/api-catalog',
  '/livez',
  '/readyz',
  '/openapi.json',
  '/docs',
  '/docs/',
  '/docs/start.js',
  '/docs/swagger-ui.css',
  '/docs/swagger-ui-bundle.js',
  '/docs/graphiql/example-queries.js',
  '/docs/graphiql/graphiql.min.css',
  '/docs/graphiql/graphiql.min.js',
  '/docs/graphiql/memory-storage.js',
  '/docs/graphiql/page.css',
  '/docs/graphiql/react-dom.production.min.js',
  '/docs/graphiql/react.production.min.js',
  '/docs/graphiql/start.js',
  '/docs/graphiql/token-field.js',
];
/** Senders of notifications have a credential of their own, which the service checks. */
const notifyRoutes = ['/v1/stores/:name/notify', '/v1/namespaces/:namespace/syncs/:name/notify'];
/** Public as a page alone: to every other request than a browser's, this path is protected. */
const PAGE_WITHIN = '/graphql';

/** Methods by path, as docs/api/openapi.json describes them. */
const contract = JSON.parse(readFileSync('docs/api/openapi.json', 'utf8')) as {
  readonly paths: Readonly<Record<string, object>>;
};
const documentedRoutes = Object.entries(contract.paths).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => `${method.toUpperCase()} ${routeOf(path)}`),
);
const documentedUrls = Object.keys(contract.paths).map(routeOf);
/** Other protocols, each with documents of its own. */
const otherUrls = ['/graphql', '/kubernetes', '/kubernetes/*'];

/** The matrix is not empty: the contract had so many operations when this was written. */
const OPERATIONS_MIN = 48;

/** A path of OpenAPI as Fastify spells it. */
function routeOf(path: string): string {
  return path.replace(/\{rest\}$/, '*').replaceAll(/\{(\w+)\}/g, ':$1');
}

const unsigned = (claims: object) =>
  ['{"alg":"none"}', JSON.stringify(claims), '']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

const credentials: Readonly<Record<string, Record<string, string>>> = {
  'no token': {},
  'an empty token': { authorization: 'Bearer ' },
  'a garbage token': { authorization: 'Bearer garbage' },
  'an unsigned JWT': { authorization: `Bearer ${unsigned({ iss: 'x', sub: 'admin' })}` },
  'a password': { authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` },
  'a cookie': { cookie: 'token=garbage; access_token=garbage' },
  'names of proxies': {
    'x-remote-user': 'admin',
    'x-remote-group': 'system:masters',
    'x-forwarded-user': 'admin',
    'x-forwarded-for': '127.0.0.1',
    'user-agent': 'kube-probe/1.37',
  },
};

let installation: TestInstallation;
let base: string;
let token: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'hunter2' });
  token = await installation.user('pay', 'app', [allOfSecrets]);
});

afterAll(() => installation.stop());

function pathOf(url: string): string {
  return url
    .replace(':namespace', 'pay')
    .replace(':name', 'db')
    .replace(':key', 'password')
    .replace(':version', '1')
    .replace(':alias', 'good')
    .replace(':id', '0')
    .replace('*', 'x');
}

function isPublicPath(url: string): boolean {
  return publicRoutes.includes(url);
}

function expectUnauthenticated(answer: Answer, where: string, method = 'GET'): void {
  expect.soft(answer.status, where).toBe(401);
  expect.soft(answer.headers['www-authenticate'], where).toBe('Bearer');
  if (method === 'HEAD') return;
  if (where.includes(' /kubernetes')) {
    expectUnauthorizedStatus(answer, where);
    return;
  }
  expect.soft(answer.headers['content-type'], where).toMatch(/^application\/problem\+json/);
  const { requestId, auditId, ...problem } = answer.json();
  expect.soft([typeof requestId, typeof auditId], where).toEqual(['string', 'string']);
  expect.soft(problem, where).toEqual({
    type: 'https://sallyport.dev/errors#Unauthenticated',
    title: 'Unauthenticated',
    status: 401,
    code: 'Unauthenticated',
    detail: 'a valid bearer token is needed',
  });
}

/** As clients of Kubernetes read it. */
function expectUnauthorizedStatus(answer: Answer, where: string): void {
  expect.soft(answer.headers['content-type'], where).toBe('application/json');
  const { message, ...status } = answer.json();
  expect.soft(message, where).toMatch(/^Unauthorized: (a valid bearer token is needed|kubectl)/);
  expect.soft(status, where).toEqual({
    ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' },
    ...{ reason: 'Unauthorized', code: 401 },
  });
}

describe('every route of the running gateway', () => {
  it('with an operation is in the contract, and each operation there has a route', () => {
    expect(documentedRoutes.length).toBeGreaterThanOrEqual(OPERATIONS_MIN);
    const withOperation = seen().filter(({ operation }) => operation !== undefined);
    const routes = withOperation.map(({ method, url }) => `${method} ${url}`);
    const withoutHead = routes.filter((route) => !route.startsWith('HEAD '));
    expect(withoutHead.toSorted()).toEqual(documentedRoutes.toSorted());
    const gets = documentedRoutes.filter((route) => route.startsWith('GET '));
    const heads = routes.filter((route) => route.startsWith('HEAD '));
    expect(heads.toSorted()).toEqual(gets.map((route) => route.replace('GET', 'HEAD')).toSorted());
  });

  it('is public, in the contract, or of another protocol, and none of these is missing', () => {
    const urls = new Set(seen().map(({ url }) => url));
    const known = new Set([...publicRoutes, ...documentedUrls, ...otherUrls]);
    expect([...urls].toSorted()).toEqual([...known].toSorted());
  });

  it('is described by the /openapi.json of this process as in the contract', async () => {
    const described = await send(base, { path: '/openapi.json' });
    expect(described.json()).toEqual(contract);
  });

  it('that is marked public is in the short list, and the list has no other', () => {
    const open = seen().filter(({ isPublic }) => isPublic);
    const urls = new Set(open.map(({ url }) => url));
    const listed = [...publicRoutes, ...notifyRoutes, PAGE_WITHIN];
    expect([...urls].toSorted()).toEqual(listed.toSorted());
    const writes = open.filter(({ method }) => !['GET', 'HEAD'].includes(method));
    const methods = writes.map(({ method, url }) => `${method} ${url}`);
    const ofNotify = notifyRoutes.flatMap((url) => [`POST ${url}`, `OPTIONS ${url}`]);
    expect(methods.toSorted()).toEqual(ofNotify.toSorted());
  });

  it('is the page of GraphQL only for GET and HEAD that prefer HTML', async () => {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    for (const { method, url, isPublic } of seen().filter(
      ({ url: path }) => path === PAGE_WITHIN,
    )) {
      const answer = await send(base, { method, path: url, headers: { accept } });
      const isPage = ['GET', 'HEAD'].includes(method);
      expect.soft([answer.status, isPage || !isPublic], method).toEqual([isPage ? 200 : 401, true]);
      if (isPage) expect.soft(answer.headers['content-type'], method).toMatch(/^text\/html/);
    }
  });

  it.each(Object.entries(credentials))(
    'answers 401 alike to %s unless it is public',
    async (name, headers) => {
      const routes = seen().filter(({ url, isPublic }) => !isPublic && !isPublicPath(url));
      expect(routes.length).toBeGreaterThan(documentedRoutes.length);
      for (const { method, url } of routes) {
        const answer = await send(base, { method, path: pathOf(url), headers });
        expectUnauthenticated(answer, `${method} ${url} with ${name}`, method);
      }
    },
  );

  it('is decided before the body: a malformed one is 401 without a token, not 400', async () => {
    const writes = seen().filter(
      ({ method, isPublic }) => ['POST', 'PUT', 'PATCH'].includes(method) && !isPublic,
    );
    for (const { method, url } of writes.filter((route) => !isPublicPath(route.url))) {
      const answer = await send(base, {
        method,
        path: pathOf(url),
        headers: { 'content-type': 'application/json' },
        body: '{"broken',
      });
      expectUnauthenticated(answer, `${method} ${url}`);
    }
  });
});

describe('a spelling of a protected path', () => {
  const item = '/v1/namespaces/pay/secrets/db';
  const spellings = [
    `${item}/`,
    `/${item}`,
    item.replaceAll('/', '//'),
    `${item};x`,
    `${item};x=/livez`,
    item.toUpperCase(),
    '/V1/namespaces/pay/secrets/db',
    `/livez/..${item}`,
    `/livez/%2e%2e${item}`,
    `/livez%2f..${item}`,
    `/livez;${item}`,
    `/livez/.${item}`,
    `/./v1/namespaces/pay/secrets/db`,
    `/x/../v1/namespaces/pay/secrets/db`,
    '/v1/namespaces/pay/secrets/%64b',
    '/%761/namespaces/pay/secrets/db',
    '/v1/namespaces/pay/secrets/db%2fkeys%2fpassword',
    '/v1/namespaces/pay/secrets/x%2f..%2fdb',
    '/v1/namespaces/pay/secrets/../secrets/db',
    '/v1\\namespaces\\pay\\secrets\\db',
    `${item}%00`,
    `${item}%20`,
    `${item}?/livez`,
    `${item}%3f/livez`,
    `${item}?token=garbage&access_token=garbage`,
    '/v1/namespaces/pay/secrets/db.json',
    '/livez/',
    '/LIVEZ',
    '/livez/x',
    '/metrics',
    '/healthz',
    '/v1',
  ];

  it.each(spellings)('never opens without a token: %s', async (path) => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
      for (const headers of [{}, { 'x-http-method-override': 'GET' }]) {
        const answer = await send(base, { method, path, headers });
        expect.soft([400, 401, 404, 405], `${method} ${path}`).toContain(answer.status);
        expect.soft(answer.text).not.toContain('hunter2');
      }
    }
  });

  it.each(spellings)('never reaches another Secret than the one it names: %s', async (path) => {
    const answer = await send(base, { path, token });
    const isTheSecret = answer.status === 200 && answer.text.includes('hunter2');
    const isItsName = decodeURIComponent(path.split('?')[0]?.replace('%00', '') ?? '') === item;
    if (isTheSecret) expect(isItsName).toBe(true);
  });

  it('in absolute form or of an unknown method is refused by the parser or the hook', async () => {
    const lines = [
      `GET http://x${item} HTTP/1.1\r\nHost: x`,
      `GET ${item} HTTP/1.0`,
      `CONNECT ${item} HTTP/1.1\r\nHost: x`,
      `BREW ${item} HTTP/1.1\r\nHost: x`,
      `GET ${item} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3`,
      `GET ${item} HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer x`,
    ];
    for (const line of lines) {
      const answer = await sendBytes(base, `${line}\r\nConnection: close\r\n\r\n`);
      expect.soft(answer, line).not.toMatch(/^HTTP\/1\.[01] [23]/);
      expect.soft(answer, line).not.toContain('hunter2');
    }
  });
});

describe('a request that could be read in two ways', () => {
  const path = '/v1/namespaces/pay/secrets/db';

  it.each([
    'Impersonate-User',
    'impersonate-group',
    'IMPERSONATE-UID',
    'Impersonate-Extra-Scopes',
    'Impersonate_User',
    'Impersonate-New',
  ])('is 400 for header %s, however good the token is', async (header) => {
    const answer = await send(base, { path, token, headers: { [header]: 'system:admin' } });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'BadRequest' });
    expect(answer.text).not.toContain('hunter2');
  });

  it('is 400 for two Authorization headers, in both orders', async () => {
    const good = `Bearer ${token}`;
    for (const authorization of [
      [good, 'Bearer garbage'],
      ['Bearer garbage', good],
      [good, good],
    ]) {
      const lines = authorization.map((value) => `Authorization: ${value}\r\n`).join('');
      const answer = await sendBytes(
        base,
        `GET ${path} HTTP/1.1\r\nHost: x\r\n${lines}Connection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).not.toContain('hunter2');
    }
  });

  it('still answers the plain one', async () => {
    const answer = await send(base, { path, token });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('hunter2');
  });
});
