import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, createGateway } from '../../src/app/gateway.js';
import { TestInstallation, allOfSecrets, gatewayConfig } from '../support/gateway.js';
import { send, sendBytes } from '../support/raw-http.js';
import { seedSecret } from '../support/seed.js';
import { TlsWorld } from '../support/tls-files.js';
import { UpstreamProxy, proxyKubeconfig } from '../support/upstream-proxy.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { RefusalRecorder } from '../../src/platform/http/refusal-recorder.js';
import { partOf } from '../support/part-of.js';

const path = '/v1/namespaces/pay/secrets/db';
const value = 'hunter2-of-header-discipline';
const listeners = ['plain', 'TLS'] as const;
type Listener = (typeof listeners)[number];

let tls: TlsWorld;
let installation: TestInstallation;
let upstream: UpstreamProxy;
let gateway: Gateway;
let token: string;
let urls: Record<Listener, string>;
/** Header fields of every request that reached the API server. */
const sent: { readonly path: string; readonly rawHeaders: readonly string[] }[] = [];

beforeAll(async () => {
  tls = await TlsWorld.create();
  installation = await TestInstallation.start();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: value });
  token = await installation.user('pay', 'app', [allOfSecrets]);
  upstream = await UpstreamProxy.start(installation.cluster);
  upstream.onRequest = (exchange) => {
    // The gateway watches RBAC all the time, and its start-up probe reads as somebody; what a
    // caller makes it ask is about this namespace and no Secret of that name.
    const isOwn = exchange.path.endsWith('/sallyport_probe');
    if (exchange.path.includes('/namespaces/pay/') && !isOwn) sent.push(exchange);
  };
  const own = await installation.cluster.createToken({
    namespace: 'sallyport',
    serviceAccount: 'sallyport',
  });
  const kubeconfig = join(installation.dataDir, 'proxy.kubeconfig');
  writeFileSync(kubeconfig, proxyKubeconfig(upstream.url, own), { mode: 0o600 });
  const { cert, key } = tls.files;
  const config = await gatewayConfig(installation.cluster, join(installation.dataDir, 'second'), {
    listen: { port: 0, tls: { port: 0, cert, key }, trustedProxies: ['127.0.0.1'] },
    kubernetes: { kubeconfig, reads: 'strong' },
    // It asks the API server by itself.
    versions: { enabled: false },
    rotation: { enabled: false },
  });
  gateway = await createGateway(config, { level: 'silent' });
  const [plain = '', secure = ''] = await gateway.listen();
  urls = { plain, TLS: secure };
});

afterAll(async () => {
  await gateway.stop();
  await upstream.stop();
  await installation.stop();
  tls.remove();
});

interface RawRequest {
  readonly line?: string;
  readonly host?: boolean;
  readonly fields?: readonly string[];
  readonly credential?: boolean;
}

/** The answer to a request of these lines, with a good token unless told otherwise. */
async function ask(listener: Listener, request: RawRequest): Promise<string> {
  const { line = `GET ${path} HTTP/1.1`, host = true, fields = [], credential = true } = request;
  const lines = [
    line,
    ...(host ? ['Host: x'] : []),
    ...(credential ? [`Authorization: Bearer ${token}`] : []),
    ...fields,
    ...(fields.some((field) => /^connection:/i.test(field)) ? [] : ['Connection: close']),
  ];
  return sendBytes(urls[listener], `${lines.join('\r\n')}\r\n\r\n`, { ca: tls.ca });
}

/** How many are on record: one by one, and those that were counted. */
async function refusals(): Promise<number> {
  await partOf(gateway, RefusalRecorder).flush();
  const { items } = await partOf(gateway, AuditService).list(
    { action: ['auth.refused'] },
    { limit: 500 },
  );
  const denied = items.filter(({ code, outcome }) => code === 400 && outcome === 'denied');
  return denied.reduce((sum, { count = 1 }) => sum + count, 0);
}

const hostile: Readonly<Record<string, readonly string[]>> = {
  'an Impersonate-User': ['Impersonate-User: system:admin'],
  'an impersonate-group in small letters': ['impersonate-group: system:masters'],
  'an IMPERSONATE-UID': ['IMPERSONATE-UID: 0'],
  'an Impersonate-Extra': ['Impersonate-Extra-Scopes%2fx: all'],
  'an Impersonate_User with an underscore': ['Impersonate_User: system:admin'],
  'an Impersonate header of the future': ['Impersonate-New: x'],
  'a bare Impersonate': ['Impersonate: x'],
  'an impersonated': ['Impersonated-User: x'],
  'an Impersonate with a space before the colon': ['Impersonate-User : system:admin'],
  'an Impersonate with a NUL': ['Impersonate-User\0: system:admin'],
  'an Impersonate in a folded line': ['X-Fold: a\r\n Impersonate-User: system:admin'],
  'an Impersonate after a bare LF': ['X-Bare: a\nImpersonate-User: system:admin'],
  'an Impersonate that Connection lists': [
    'Connection: close, impersonate-user',
    'Impersonate-User: system:admin',
  ],
  'a second Authorization': ['Authorization: Bearer garbage'],
  'a second Content-Type': ['Content-Type: text/plain', 'Content-Type: application/json'],
  'a second If-Match': ['If-Match: "a"', 'If-Match: "b"'],
  'a second If-None-Match': ['If-None-Match: "a"', 'If-None-Match: *'],
  'a second Idempotency-Key': ['Idempotency-Key: a', 'idempotency-key: b'],
  'a second Host': ['Host: y'],
  'a length and chunks': ['Content-Length: 3', 'Transfer-Encoding: chunked'],
  'two lengths': ['Content-Length: 3', 'Content-Length: 4'],
  'two stories about the client': ['X-Forwarded-For: 1.2.3.4', 'Forwarded: for=5.6.7.8'],
};

const impersonate = ['Impersonate-User: system:admin'];

const targets: readonly string[] = [
  `http://x${path}`,
  '*',
  '/v1//namespaces',
  '//v1/namespaces/pay/secrets/db',
  '/livez/../v1/namespaces/pay/secrets/db',
  '/livez/%2e%2e/v1/namespaces/pay/secrets/db',
  '/v1/namespaces/pay/secrets/x/%2E%2E/db',
  '/v1/namespaces/./pay/secrets/db',
  '/v1/namespaces/pay/secrets/db%2fkeys%2fpassword',
  '/v1/namespaces/pay/secrets/db%5ckeys',
  '/v1/namespaces/pay/secrets/%64b',
  '/%76%31/namespaces/pay/secrets/db',
  '/%67raphql',
  '/v1/namespaces/pay/secrets/db%00',
  '/v1/namespaces/pay/secrets/db%0a',
  '/v1/namespaces/pay/secrets/%ZZ',
  '/v1/namespaces/pay/secrets/%',
  '/v1/namespaces/pay/secrets/%c0%ae',
  '/v1\\namespaces\\pay',
  `${path}#/livez`,
];

describe.each(listeners)('the %s listener', (listener) => {
  it.each(Object.entries(hostile))(
    'refuses %s with 400, upstream unasked',
    async (_name, fields) => {
      const before = sent.length;
      const answer = await ask(listener, { fields });
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"code":"BadRequest"');
      expect(answer).not.toContain(value);
      expect(answer).not.toContain('system:');
      expect(sent.length).toBe(before);
    },
  );

  it.each(targets)('refuses the target %s with 400, upstream unasked', async (target) => {
    const before = sent.length;
    const answer = await ask(listener, { line: `GET ${target} HTTP/1.1` });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"BadRequest"');
    expect(sent.length).toBe(before);
  });

  it.each([
    ['a header', { fields: ['Impersonate-User: system:admin'], credential: false }],
    ['a target', { line: 'GET /v1/%ZZ HTTP/1.1', credential: false }],
    ['a dot segment', { line: 'GET /v1/.. HTTP/1.1' }],
    ['a parser error', { fields: ['Impersonate-User : x'] }],
    ['a request without Host', { host: false }],
    ['an expectation that nobody meets', { fields: ['Expect: a-pony'] }],
    ['CONNECT', { line: 'CONNECT x:443 HTTP/1.1' }],
    ['a header at a public path', { line: 'GET /openapi.json HTTP/1.1', fields: impersonate }],
    ['a header at the page of the API', { line: 'GET /docs HTTP/1.1', fields: impersonate }],
  ] as const)('answers and records a refusal for %s', async (_name, request) => {
    const before = await refusals();
    const answer = await ask(listener, request);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer.toLowerCase()).toContain('audit-id: ');
    expect(await refusals()).toBe(before + 1);
  });

  it.each([
    'authorization, impersonate-user, impersonate-group',
    'Impersonate-User, close',
    'authorization, content-type, accept, host, x-request-id',
    'close, authorization',
  ])('keeps every header of its own whatever Connection lists: %s', async (list) => {
    sent.length = 0;
    const fields = [`Connection: close, ${list}`];
    const answer = await ask(listener, { fields });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const reads = sent.filter((request) => request.path.includes('/secrets/db'));
    expect(reads.length).toBeGreaterThan(0);
    for (const { rawHeaders } of reads) {
      const names = rawHeaders.filter((_text, index) => index % 2 === 0);
      const sentNames = names.map((name) => name.toLowerCase());
      expect(sentNames).toEqual(expect.arrayContaining(['authorization', 'impersonate-user']));
      expect(rawHeaders).toContain('system:serviceaccount:pay:app');
    }
  });

  it.each([
    ['h2c, as curl offers it', 'Upgrade, HTTP2-Settings', 'h2c'],
    ['a WebSocket', 'Upgrade', 'websocket'],
    ['an unknown protocol', 'upgrade', 'sallyport/9'],
    ['several', 'Upgrade', 'h2c, websocket'],
  ])('answers an offer of %s as if there were none', async (_name, connection, upgrade) => {
    const fields = [
      `Connection: close, ${connection}`,
      `Upgrade: ${upgrade}`,
      'HTTP2-Settings: AA',
    ];
    const answer = await ask(listener, { fields });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(value);
    const without = await ask(listener, { fields, credential: false });
    expect(without).toMatch(/^HTTP\/1\.1 401 /);
    const graphql = { line: 'GET /graphql HTTP/1.1', fields, credential: false };
    expect(await ask(listener, graphql)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('reads no second request out of one that offered an upgrade', async () => {
    const fields = ['Connection: close, Upgrade', 'Upgrade: h2c'];
    const second = `GET ${path} HTTP/1.1\r\nHost: x\r\nImpersonate-User: x\r\n\r\n`;
    const head = [`GET ${path} HTTP/1.1`, 'Host: x', ...fields].join('\r\n');
    const bytes = `${head}\r\n\r\n${second}`;
    const answer = await sendBytes(urls[listener], bytes, { ca: tls.ca });
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it.each(['__proto__', 'constructor', 'X-Remote-User', 'X-Forwarded-User', 'X-Original-URL'])(
    'takes nothing from a header %s',
    async (name) => {
      const answer = await ask(listener, { fields: [`${name}: system:admin`], credential: false });
      expect(answer).toMatch(/^HTTP\/1\.1 (400|401) /);
      expect(({} as { admin?: unknown }).admin).toBeUndefined();
    },
  );
});

describe('where a request comes from', () => {
  async function sourceOf(base: string, headers: Record<string, string>, ca?: string) {
    const answer = await send(base, { path, token, headers, ...(ca === undefined ? {} : { ca }) });
    expect(answer.status).toBe(200);
    const answering = base === urls.plain ? gateway : installation.gateway;
    const { items } = await partOf(answering, AuditService).list({}, { limit: 1 });
    return items[0]?.sourceIp;
  }

  it('is what a configured proxy says', async () => {
    expect(await sourceOf(urls.plain, { 'x-forwarded-for': '6.6.6.6, 198.51.100.9' })).toBe(
      '198.51.100.9',
    );
    expect(await sourceOf(urls.plain, { forwarded: 'for="[2001:db8::9]:1"' })).toBe('2001:db8::9');
  });

  it('is the socket where no proxy is configured, whatever is said', async () => {
    const [base = ''] = await installation.gateway.listen();
    const headers = { 'x-forwarded-for': '6.6.6.6', forwarded: 'for=7.7.7.7' };
    expect(await sourceOf(base, { ...headers, 'x-real-ip': '8.8.8.8' })).toBe('127.0.0.1');
  });
});
