import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { applyFiles } from '../cluster/manifests.js';
import { type Gateway, createGateway } from '../../src/app/gateway.js';
import {
  formatToken,
  ID_BYTES,
  SECRET_BYTES,
  toTokenId,
} from '../../src/tokens/domain/token-text.js';
import { TokensStore } from '../../src/tokens/tokens.store.js';
import type { TestCluster } from '../cluster/test-cluster.js';
import { gatewayConfig } from '../support/gateway.js';
import { OidcIssuer } from '../support/oidc-issuer.js';
import { type Answer, send } from '../support/raw-http.js';
import { startTestCluster } from '../support/test-target.js';
import { UpstreamProxy, proxyKubeconfig } from '../support/upstream-proxy.js';
import { type BadCredential, badCredentials, signatureIsChecked } from './bad-tokens.js';

/** The least of so many times counts: other processes slow down single calls. */
const ROUNDS = 3;
const path = '/v1/namespaces/pay/secrets/db';
const accounts = '/api/v1/namespaces/pay/serviceaccounts';
const rbacGroup = 'rbac.authorization.k8s.io';
/** Requests of the gateway itself, whoever calls: also its lists and watches, which end. */
const own = new RegExp(
  'rbac\\.authorization\\.k8s\\.io|^/readyz|selfsubjectaccessreviews|/sallyport_probe$|' +
    'sallyport\\.dev/v1alpha1/.*[?&](limit|watch)=',
);

let cluster: TestCluster;
let issuer: OidcIssuer;
let proxy: UpstreamProxy;
let gateway: Gateway;
let base: string;
let dir: string;
let serviceAccount: string;
let corpus: readonly BadCredential[];
let outbound: string[];
const log: string[] = [];

beforeAll(async () => {
  issuer = await OidcIssuer.start({ alice: { username: 'alice' } });
  cluster = await startTestCluster();
  const profile = 'deploy/rbac/constrained/by-namespace';
  await applyFiles(cluster, profile);
  await create('/api/v1/namespaces', 'Namespace', 'pay');
  await cluster.kubectl([
    '-n',
    'pay',
    'apply',
    '--server-side',
    '-f',
    `${profile}/served-namespace.yaml`,
  ]);
  await create(accounts, 'ServiceAccount', 'app');
  proxy = await UpstreamProxy.start(cluster);
  outbound = [];
  proxy.onRequest = ({ path: target }) => {
    if (!own.test(target)) outbound.push(target);
  };
  dir = mkdtempSync(join(tmpdir(), 'sallyport-bad-tokens-'));
  const kubeconfig = join(dir, 'kubeconfig');
  const token = await cluster.createToken({ namespace: 'sallyport', serviceAccount: 'sallyport' });
  writeFileSync(kubeconfig, proxyKubeconfig(proxy.url, token));
  const config = await gatewayConfig(cluster, dir, {
    kubernetes: { kubeconfig, reads: 'strong' },
    // It asks the API server by itself.
    versions: { enabled: false },
    rotation: { enabled: false },
    limits: { failedCredentialsPerMinute: 1_000 },
    auth: { jwt: [trust()] },
  });
  const destination = { write: (line: string) => void log.push(line) };
  gateway = await createGateway(config, { level: 'trace', destination });
  [base = ''] = await gateway.listen();
  const tokenFor = (audiences?: readonly string[]) =>
    cluster.createToken({
      namespace: 'pay',
      serviceAccount: 'app',
      ...(audiences && { audiences }),
    });
  serviceAccount = await tokenFor(['sallyport']);
  const foreign = {
    'the API server': await tokenFor(),
    'somebody else': await tokenFor(['vault']),
    'a name that begins alike': await tokenFor(['sallyport2']),
  };
  corpus = await badCredentials({ issuer, serviceAccount, foreign });
});

afterAll(async () => {
  await gateway.stop();
  await proxy.stop();
  await issuer.pause();
  await cluster.stop();
  rmSync(dir, { recursive: true, force: true });
});

afterEach(() => void vi.restoreAllMocks());

async function create(url: string, kind: string, name: string, more: object = {}) {
  const apiVersion = url.startsWith('/api/') ? 'v1' : `${rbacGroup}/v1`;
  const answer = await cluster.request('POST', url, {
    apiVersion,
    kind,
    metadata: { name },
    ...more,
  });
  if (answer.status !== 201) throw new Error(`${kind} ${name} was not created: ${answer.status}`);
}

function trust() {
  return {
    issuer: { url: issuer.url, audiences: [issuer.audience] },
    claimMappings: {
      username: { claim: 'username', prefix: '' },
      groups: { claim: 'groups', prefix: '' },
    },
  };
}

/** Unknown key ids may cause one fetch in half a minute: that is this one. */
async function askForKeys(): Promise<void> {
  await call(`Bearer ${await issuer.mint({ header: { kid: 'unknown' } })}`);
}

const call = (authorization: string) => send(base, { path, headers: { authorization } });

/** All that a refused caller is told, without the ids of his request. */
function told(answer: Answer): string {
  const { requestId: _request, auditId: _audit, ...problem } = answer.json();
  return JSON.stringify([answer.status, answer.headers['www-authenticate'], problem]);
}

describe('the corpus of bad credentials', () => {
  it('stands beside good ones that pass, in any case of the scheme', async () => {
    const { alg, key } = await issuer.otherKey('test-ed');
    const elliptic = await issuer.otherKey('test-ec');
    const good = [
      await issuer.token('alice'),
      await issuer.mint({ claims: { username: 'alice' } }),
      await issuer.mint({ claims: { username: 'alice' }, header: { alg, kid: 'test-ed' }, key }),
      await issuer.mint({
        claims: { username: 'alice' },
        header: { alg: elliptic.alg, kid: 'test-ec' },
        key: elliptic.key,
      }),
      serviceAccount,
    ];
    for (const token of good) {
      for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
        expect((await call(`${scheme} ${token}`)).status).toBe(403);
      }
    }
  });

  it('is answered with one body, and asks nobody', async () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60);
    expect(new Set(corpus.map(([name]) => name)).size).toBe(corpus.length);
    const expected = told(await send(base, { path }));
    expect(expected).toContain('a valid bearer token is needed');
    await askForKeys();
    outbound = [];
    const atIssuer = issuer.requests.length;
    const found = vi.spyOn(TokensStore.prototype, 'find');
    const wrong: string[] = [];
    for (const [name, authorization] of corpus) {
      const answer = await call(authorization);
      if (told(answer) !== expected) wrong.push(`${name}: ${answer.text}`);
    }
    expect(wrong).toEqual([]);
    expect(outbound).toEqual([]);
    expect(issuer.requests.slice(atIssuer)).toEqual([]);
    expect(found).not.toHaveBeenCalled();
    // One that could be a token of the gateway is looked up, so this counts what it should.
    const own = formatToken(toTokenId(randomBytes(ID_BYTES)), randomBytes(SECRET_BYTES));
    expect(told(await call(`Bearer ${own}`))).toBe(expected);
    expect(found).toHaveBeenCalledOnce();
  });

  it('costs one signature at most, none where the key is not in question, and no secret', async () => {
    await askForKeys();
    const { subtle } = globalThis.crypto;
    const verified = vi.spyOn(subtle, 'verify');
    const others = (['importKey', 'decrypt', 'deriveBits', 'deriveKey', 'unwrapKey'] as const).map(
      (name) => vi.spyOn(subtle, name),
    );
    const checks = new Map<string, number>();
    for (const [name, authorization] of corpus) {
      verified.mockClear();
      await call(authorization);
      checks.set(name, verified.mock.calls.length);
    }
    const expected = corpus.map(([name]) => [name, signatureIsChecked.has(name) ? 1 : 0]);
    expect(Object.fromEntries(checks)).toEqual(Object.fromEntries(expected));
    expect(signatureIsChecked.size).toBeLessThan(corpus.length / 2);
    for (const other of others) expect(other).not.toHaveBeenCalled();
  });

  it('takes less time than twice a good one, which the API server is asked about', async () => {
    await askForKeys();
    const good = `Bearer ${await issuer.token('alice')}`;
    const timed = async (authorization: string, expected = 401): Promise<number> => {
      const startedAtMs = performance.now();
      const { status } = await call(authorization);
      expect(status).toBe(expected);
      return performance.now() - startedAtMs;
    };
    const goodMs: number[] = [];
    const least = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, [name, authorization]] of corpus.entries()) {
        if (index % 5 === 0) goodMs.push(await timed(good, 403));
        least.set(name, Math.min(least.get(name) ?? Infinity, await timed(authorization)));
      }
    }
    const medianMs = goodMs.toSorted((a, b) => a - b)[Math.floor(goodMs.length / 2)] ?? 0;
    const slow = [...least].filter(([, ms]) => ms > 2 * medianMs);
    expect(slow).toEqual([]);
  });

  it('leaves no part of a token, claim or key id in the log', async () => {
    const said = log.join('\n');
    for (const [name, authorization] of corpus) {
      for (const part of authorization.split(/[ .,"]/).filter((text) => text.length > 24)) {
        expect(said.includes(part), name).toBe(false);
      }
    }
    for (const text of ['alice', 'test-2', '/etc/passwd', 'evil']) expect(said).not.toContain(text);
  });

  it('the token of a deleted ServiceAccount costs one review a second, and ends', async () => {
    await create(accounts, 'ServiceAccount', 'leaver');
    const sallyport = { namespace: 'pay', serviceAccount: 'leaver', audiences: ['sallyport'] };
    const token = await cluster.createToken(sallyport);
    expect((await call(`Bearer ${token}`)).status).toBe(403);
    await cluster.request('DELETE', `${accounts}/leaver`);
    const deletedAtMs = performance.now();
    const status = async () => (await call(`Bearer ${token}`)).status;
    await expect.poll(status, { timeout: 20_000, interval: 250 }).toBe(401);
    expect(performance.now() - deletedAtMs).toBeLessThan(16_000);
    outbound = [];
    const answers = await Promise.all(Array.from({ length: 30 }, status));
    expect(new Set(answers)).toEqual(new Set([401]));
    expect(outbound.length).toBeLessThanOrEqual(2);
  });
});

describe('a name in a claim', () => {
  const of = async (claims: object) =>
    call(`Bearer ${await issuer.mint({ claims: { ...claims } })}`);

  it.each(['josé', '日本', '🔑 key', 'a,b', 'dev ops', 'a%20b', 'jose\u0301'])(
    '%s arrives at the API server as it is',
    async (username) => {
      const answer = await of({ username });
      expect(answer.status).toBe(403);
      expect(answer.json()['detail']).toContain(`User "${username}" cannot get resource "secrets"`);
    },
  );

  it.each(['日本', 'a,b', '🔑'])('group %s is that group and no other', async (group) => {
    const role = `reads-${Buffer.from(group).toString('hex')}`;
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
    const roleRef = { apiGroup: rbacGroup, kind: 'Role', name: role };
    const subjects = [{ kind: 'Group', apiGroup: rbacGroup, name: group }];
    const url = `/apis/${rbacGroup}/v1/namespaces/pay`;
    await create(`${url}/roles`, 'Role', role, { rules });
    await create(`${url}/rolebindings`, 'RoleBinding', role, { roleRef, subjects });
    const status = async (groups: readonly string[]) =>
      (await of({ username: 'u', groups })).status;
    await expect.poll(() => status([group]), { timeout: 10_000 }).toBe(404);
    expect(await status(['x', group, 'y'])).toBe(404);
    expect(
      await status([`${group}x`, `x${group}`, ...group.split(',').filter((g) => g !== group)]),
    ).toBe(403);
  });

  it.each([
    ' alice',
    'alice ',
    '\talice',
    'alice\u00a0',
    'alice\r\nImpersonate-Group: x',
    'a\u0000b',
    'a\u0085b',
    '\ufeffalice',
    'a\u007f',
    '',
    'x'.repeat(257),
    'system:masters',
    ' system:masters',
    'system:node:x',
    'system:serviceaccount:kube-system:admin',
    'system:anonymous',
  ])('%j is refused, as a user and as a group', async (name) => {
    expect((await of({ username: name })).status).toBe(401);
    expect((await of({ username: 'u', groups: ['x', name] })).status).toBe(401);
  });
});
