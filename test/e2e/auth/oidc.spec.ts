import { createHmac, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestInstallation } from '../../support/gateway.js';
import { type MintOptions, OidcIssuer } from '../../support/oidc-issuer.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const path = '/v1/namespaces/pay/secrets/db';

const clients = {
  alice: { username: 'alice', groups: ['devs', 'on-call'] },
  bob: { username: 'bob', groups: ['ops'] },
  jose: { username: 'josé', groups: 'ops' },
  nobody: { username: 'nobody' },
  anonymous: { groups: ['ops'] },
  padded: { username: 'mallory', groups: ['ops', 'ops '] },
};

/** Many wrong credentials come from one address here. */
const limits = { failedCredentialsPerMinute: 1_000 };

let issuer: OidcIssuer;
let installation: TestInstallation;
let base: string;

beforeAll(async () => {
  issuer = await OidcIssuer.start(clients);
  installation = await TestInstallation.start({ limits, auth: { jwt: [trust(issuer)] } });
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'root' });
  await bind('alice-reads', { kind: 'User', name: 'oidc:alice' }, ['get']);
  await bind('ops-list', { kind: 'Group', name: 'oidc:ops' }, ['list']);
  await bind('masters', { kind: 'Group', name: 'oidc:' }, ['get']);
});

afterAll(async () => {
  await installation.stop();
  await issuer.pause();
});

function trust({ url, audience }: OidcIssuer) {
  return {
    issuer: { url, audiences: [audience] },
    claimMappings: {
      username: { claim: 'username', prefix: 'oidc:' },
      groups: { claim: 'groups', prefix: 'oidc:' },
    },
  };
}

async function bind(
  name: string,
  subject: { readonly kind: string; readonly name: string },
  verbs: readonly string[],
): Promise<void> {
  const group = 'rbac.authorization.k8s.io';
  const url = `/apis/${group}/v1/namespaces/pay`;
  const role = { apiVersion: `${group}/v1`, kind: 'Role', metadata: { name } };
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs }];
  await installation.cluster.request('POST', `${url}/roles`, { ...role, rules });
  await installation.cluster.request('POST', `${url}/rolebindings`, {
    ...role,
    kind: 'RoleBinding',
    roleRef: { apiGroup: group, kind: 'Role', name },
    subjects: [{ apiGroup: group, ...subject }],
  });
}

const get = (token: string) => send(base, { path, token });
const list = (token: string) => send(base, { path: '/v1/namespaces/pay/secrets', token });

async function eventOf(answer: Answer) {
  const page = await partOf(installation.gateway, AuditService).list({});
  return page.items.find(({ auditId }) => auditId === answer.headers['audit-id']);
}

function expectRefused(answer: Answer, where = ''): void {
  const { requestId, auditId, ...problem } = answer.json();
  expect(answer.status, where).toBe(401);
  expect([typeof requestId, typeof auditId]).toEqual(['string', 'string']);
  expect(answer.headers['www-authenticate']).toBe('Bearer');
  expect(problem, where).toEqual({
    type: 'https://sallyport.dev/errors#Unauthenticated',
    title: 'Unauthenticated',
    status: 401,
    code: 'Unauthenticated',
    detail: 'a valid bearer token is needed',
  });
}

describe('a token of the trusted issuer', () => {
  it('has the rights that its user was bound to, with the prefix', async () => {
    const answer = await get(await issuer.token('alice'));
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ stringData: { password: 'root' } });
    expect((await list(await issuer.token('alice'))).status).toBe(403);
  });

  it('has the rights that its group was bound to, and no more', async () => {
    const token = await issuer.token('bob');
    expect((await list(token)).status).toBe(200);
    const answer = await get(token);
    expect(answer.status).toBe(403);
    expect(answer.json()['detail']).toContain('User "oidc:bob" cannot get resource "secrets"');
  });

  it('with one group as a text and a name beyond ASCII acts as exactly that user', async () => {
    const token = await issuer.token('jose');
    expect((await list(token)).status).toBe(200);
    const answer = await get(token);
    expect(answer.json()['detail']).toContain('User "oidc:josé" cannot get resource');
  });

  it('without groups has none', async () => {
    const answer = await list(await issuer.token('nobody'));
    expect(answer.status).toBe(403);
    expect(await eventOf(answer)).toMatchObject({
      user: 'oidc:nobody',
      groups: ['system:authenticated'],
    });
  });

  it('is on record with user, groups and a credential id of its issuer', async () => {
    const event = await eventOf(await get(await issuer.token('alice')));
    expect(event).toMatchObject({
      user: 'oidc:alice',
      groups: ['oidc:devs', 'oidc:on-call', 'system:authenticated'],
      outcome: 'allowed',
    });
    expect(event?.credentialId?.startsWith(`${issuer.url}#`)).toBe(true);
  });

  it('costs one fetch of the keys, not one for each request', async () => {
    await get(await issuer.token('alice'));
    const before = issuer.requests.filter((url) => url.includes('jwks')).length;
    const token = await issuer.token('alice');
    for (let i = 0; i < 5; i += 1) expect((await get(token)).status).toBe(200);
    expect(issuer.requests.filter((url) => url.includes('jwks'))).toHaveLength(before);
  });
});

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const stolen = { username: 'alice', groups: ['ops'] };

/** Tokens that look like alice's and must not be taken for hers. */
const refused: readonly (readonly [string, () => Promise<string>])[] = [
  ['of another audience', () => issuer.token('alice', issuer.otherAudience)],
  [
    'of an audience that only begins alike',
    () => mint({ claims: { aud: `${issuer.audience}/x` } }),
  ],
  ['without an audience', () => mint({ claims: { aud: null } })],
  ['of another issuer', () => mint({ claims: { iss: 'https://evil.test' } })],
  ['of its issuer with a slash', () => mint({ claims: { iss: `${issuer.url}/` } })],
  ['of a list of issuers', () => mint({ claims: { iss: [issuer.url] } })],
  ['without an issuer', () => mint({ claims: { iss: null } })],
  ['that has expired', () => mint({ claims: { exp: inSeconds(-31) } })],
  ['that does not expire', () => mint({ claims: { exp: null } })],
  ['whose expiry is a text', () => mint({ claims: { exp: String(inSeconds(300)) } })],
  ['that is not valid yet', () => mint({ claims: { nbf: inSeconds(40) } })],
  ['of an unknown key', () => mint({ header: { kid: 'test-2' } })],
  ['of a key id that is a path', () => mint({ header: { kid: '../../dev/null' } })],
  ['of a key id that is a prototype', () => mint({ header: { kid: '__proto__' } })],
  ['without a key id', () => mint({ header: { kid: undefined } })],
  ['signed by somebody else', () => mint({ key: strangersKey as never })],
  ['that is an ID token by its type', () => mint({ header: { typ: 'id_token' } })],
  ['that is unsigned', () => Promise.resolve(unsigned('none'))],
  ['that is unsigned, spelled None', () => Promise.resolve(unsigned('None'))],
  ['signed by HMAC with the public key', () => Promise.resolve(hmac(''))],
  ['signed by HMAC with the public key, padded', () => Promise.resolve(hmac(' '))],
  [
    'whose signature is cut off',
    async () => `${(await mint({})).split('.').slice(0, 2).join('.')}.`,
  ],
  ['whose group is padded', () => mint({ claims: { groups: ['ops', 'ops '] } })],
  ['whose group is padded, from the provider', () => issuer.token('padded')],
  ['whose user is padded', () => mint({ claims: { username: 'alice ' } })],
  [
    'whose user has a line break',
    () => mint({ claims: { username: 'alice\r\nImpersonate-Group: x' } }),
  ],
  ['whose user is empty of characters', () => mint({ claims: { username: '\u200b' } })],
  ['whose user is no text', () => mint({ claims: { username: ['alice'] } })],
  ['that names no user', () => issuer.token('anonymous')],
  ['whose groups are no texts', () => mint({ claims: { groups: [{ name: 'ops' }] } })],
  [
    'of more groups than there can be',
    () => mint({ claims: { groups: Array.from({ length: 257 }, String) } }),
  ],
];

function mint(options: MintOptions): Promise<string> {
  return issuer.mint({ ...options, claims: { ...stolen, ...options.claims } });
}

function unsigned(alg: string): string {
  const claims = { iss: issuer.url, aud: issuer.audience, exp: inSeconds(300), ...stolen };
  return `${encode({ alg, typ: 'JWT', kid: 'test-1' })}.${encode(claims)}.`;
}

function hmac(padding: string): string {
  const claims = { iss: issuer.url, aud: issuer.audience, exp: inSeconds(300), ...stolen };
  const text = `${encode({ alg: 'HS256', typ: 'JWT', kid: 'test-1' })}.${encode(claims)}`;
  const key = padding + issuer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

describe('a token is refused, always with the same words,', () => {
  it.each(refused)('%s', async (what, make) => {
    expectRefused(await get(await make()), what);
    expectRefused(await list(await make()), what);
  });

  it('but passes where all of that is right, so the setup is what it says', async () => {
    expect((await get(await mint({}))).status).toBe(200);
    expect((await get(await mint({ claims: { exp: inSeconds(-20) } }))).status).toBe(200);
    expect((await get(await mint({ claims: { aud: ['x', issuer.audience] } }))).status).toBe(200);
  });

  it('and nothing of it is fetched from where it says', async () => {
    const before = issuer.requests.length;
    const url = `${issuer.url}/evil`;
    const header = { jku: url, x5u: url, jwk: { kty: 'oct', k: 'AA' }, kid: 'test-1' };
    expectRefused(await get(await mint({ header, key: strangersKey as never })));
    expect(issuer.requests.slice(before).filter((path) => path.includes('evil'))).toEqual([]);
  });
});

describe('an issuer without prefixes', () => {
  let bare: TestInstallation;
  let url: string;

  beforeAll(async () => {
    const config = trust(issuer);
    const claimMappings = {
      username: { claim: 'username', prefix: '' },
      groups: { claim: 'groups', prefix: '' },
    };
    bare = await TestInstallation.start({ limits, auth: { jwt: [{ ...config, claimMappings }] } });
    [url = ''] = await bare.gateway.listen();
    await bare.serve('pay');
    await seedSecret(bare, 'pay', 'db', { password: 'root' });
    const token = await issuer.mint({ claims: { username: 'eve' } });
    const status = async () => (await send(url, { path, token })).status;
    await vi.waitUntil(async () => (await status()) === 403, { timeout: 20_000 });
  });

  afterAll(() => bare.stop());

  it.each([
    ['group system:masters', { username: 'eve', groups: ['system:masters'] }],
    ['padded group system:masters', { username: 'eve', groups: [' system:masters'] }],
    ['group system:nodes', { username: 'eve', groups: ['system:nodes'] }],
    ['group system:authenticated', { username: 'eve', groups: ['system:authenticated'] }],
    ['user system:admin', { username: 'system:admin' }],
    ['user system:serviceaccount:pay:app', { username: 'system:serviceaccount:pay:app' }],
    ['the broker itself', { username: 'system:serviceaccount:sallyport:sallyport-broker' }],
    ['an empty user', { username: '' }],
  ])('cannot make anybody %s', async (_what, claims) => {
    expectRefused(await send(url, { path, token: await issuer.mint({ claims }) }));
  });

  it('makes plain users, so the setup is what it says', async () => {
    const token = await issuer.mint({ claims: { username: 'eve' } });
    expect((await send(url, { path, token })).status).toBe(403);
  });
});

describe('an issuer that cannot be reached', () => {
  it('is 503 for its tokens, not 401, and works again once it is back', async () => {
    const other = await OidcIssuer.start(clients);
    const token = await other.token('alice');
    await other.pause();
    const lonely = await TestInstallation.start({ limits, auth: { jwt: [trust(other)] } });
    try {
      const [url = ''] = await lonely.gateway.listen();
      await lonely.serve('pay');
      const answer = await send(url, { path, token });
      expect(answer.status).toBe(503);
      expect(answer.json()).toMatchObject({ code: 'Unavailable' });
      expect(answer.headers['retry-after']).toMatch(/^\d+$/);
      expectRefused(await send(url, { path, token: 'garbage' }));
      await other.resume();
      const status = async () => (await send(url, { path, token })).status;
      await expect.poll(status, { timeout: 20_000, interval: 250 }).toBe(403);
      await other.pause();
      expect(await status()).toBe(403);
    } finally {
      await lonely.stop();
    }
  });
});
