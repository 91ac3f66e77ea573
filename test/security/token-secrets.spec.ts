import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, as, broker, type Headers, StolenWorld } from './stolen-world.js';
import {
  completeToken,
  encoded,
  legacyTokenOf,
  type SecretObject,
  tokenSecret,
} from './token-controller.js';

const secrets = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
const policy = 'sallyport-token-secrets';
const bindings = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';

/** Whoever may write Secrets in the served namespace, and whom the thief can take the name of. */
const identities: readonly (readonly [who: string, headers: Headers])[] = [
  ['an administrator', as('alice')],
  ['somebody of a group of administrators', as('bob', 'ops')],
  ['the controller manager, which completes tokens', as('system:kube-controller-manager')],
  ['the API server', as('system:apiserver')],
  ['the ServiceAccount of an administrator', account('pay:admin')],
  ['that of another namespace', account('ci:admin')],
  ['the broker', broker],
];

// Not on the sandbox: it stores admission policies only.
describe('token Secrets by a stolen token of the gateway', () => {
  let world: StolenWorld;

  beforeAll(async () => {
    world = await StolenWorld.start({ profile: 'constrained', scope: 'by-namespace' });
  });
  afterAll(() => world?.stop());

  const names = async () => {
    const { body } = await world.cluster.request<{ items: SecretObject[] }>('GET', secrets('pay'));
    return body.items.map(({ metadata }) => metadata.name);
  };
  /** Made by an administrator of the group system:masters. */
  async function made(secret: object & SecretObject): Promise<SecretObject> {
    const { status, body } = await world.cluster.request<SecretObject>(
      'POST',
      secrets('pay'),
      secret,
    );
    expect(status).toBe(201);
    return body;
  }
  const read = async (name: string) => {
    const path = `${secrets('pay')}/${name}`;
    return (await world.cluster.request<SecretObject>('GET', path)).body;
  };
  const create = (body: object, headers = as('alice'), query = '') =>
    world.asThief({ method: 'POST', path: `${secrets('pay')}${query}`, body }, headers);
  const patch = (name: string, body: object, headers = as('alice')) =>
    world.asThief({ method: 'PATCH', path: `${secrets('pay')}/${name}`, body }, headers);

  it.each(identities)('cannot be made as %s', async (_, headers) => {
    const wanted = tokenSecret('stolen', 'admin');
    const apply = {
      method: 'PATCH',
      path: `${secrets('pay')}/stolen?fieldManager=thief&force=true`,
      body: { ...wanted, kind: 'Secret' },
      contentType: 'application/apply-patch+yaml',
    };
    const unnamed = { ...wanted, metadata: { ...wanted.metadata, name: '', generateName: 's-' } };
    for (const answer of [
      await create(wanted, headers),
      await create(unnamed, headers),
      await create(wanted, headers, '?dryRun=All'),
      await world.asThief(apply, headers),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.text).toMatch(/sallyport-(token-secrets|broker-secret-types)/);
    }
    expect(await names()).toEqual(['db']);
    expect(await completeToken(world.cluster, 'pay', 'stolen')).toBeUndefined();
  });

  it('would be a token of an administrator without the policy', async () => {
    await world.cluster.kubectl(['delete', 'validatingadmissionpolicybinding', policy]);
    await world.policyIsInForce(false);
    const thief = as('system:kube-controller-manager');
    expect((await create(tokenSecret('stolen', 'admin'), thief)).status).toBe(201);
    expect(await completeToken(world.cluster, 'pay', 'stolen')).toBe(200);
    const path = `${secrets('pay')}/stolen`;
    const { text } = await world.asThief({ method: 'GET', path }, thief);
    const token = tokenOf(JSON.parse(text) as SecretObject);
    const gained = await world.cluster.request('GET', secrets('kube-system'), undefined, { token });
    expect(gained.status).toBe(200);

    await world.cluster.request('DELETE', path);
    const files = ['apply', '--server-side', '-k', 'deploy/rbac/policies/credentials'];
    await world.cluster.kubectl(files);
    await world.policyIsInForce();
  });

  it('tells people who want one what to do instead', async () => {
    const body = tokenSecret('wanted', 'admin');
    const answer = await world.asUser({ method: 'POST', path: secrets('pay'), body }, 'alice');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Use a token that expires (kubectl create token, or a projected');
    const elsewhere = { method: 'POST', path: secrets('other'), body };
    expect((await world.asUser(elsewhere, 'alice')).status).toBe(201);
  });

  it('are made by administrators of system:masters, whom the thief cannot be', async () => {
    await made(tokenSecret('masters', 'admin'));
    const master = as('system:kube-controller-manager', 'system:masters');
    const answer = await create(tokenSecret('stolen', 'admin'), master);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('system:masters');
    await world.cluster.request('DELETE', `${secrets('pay')}/masters`);
  });

  it('stay what they are, and can be completed, labelled and deleted', async () => {
    await made(tokenSecret('old', 'admin'));
    expect(await completeToken(world.cluster, 'pay', 'old')).toBe(200);
    const invalid = { 'kubernetes.io/legacy-token-invalid-since': '2026-11-29' };
    expect((await patch('old', { metadata: { labels: invalid } })).status).toBe(200);
    const annotation = (name: string, text: string | null) => ({
      metadata: { annotations: { [`kubernetes.io/service-account.${name}`]: text } },
    });
    for (const change of [
      annotation('name', 'default'),
      annotation('uid', null),
      annotation('uid', 'another'),
      { data: { token: null } },
      { data: { token: encoded('another') } },
      { metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': null } } },
      { metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': '2027-01-01' } } },
    ]) {
      const answer = await patch('old', change, as('system:kube-controller-manager'));
      expect(answer.status, JSON.stringify(change)).toBe(403);
      expect(answer.text).toContain(policy);
    }
    expect((await patch('old', { metadata: { labels: { team: 'pay' } } })).status).toBe(200);
    expect((await patch('old', { data: { 'ca.crt': encoded('new') } })).status).toBe(200);
    const removal = { method: 'DELETE', path: `${secrets('pay')}/old` };
    expect((await world.asThief(removal, as('alice'))).status).toBe(200);
  });

  it('are not revived under another type once they are deleted', async () => {
    await made(tokenSecret('revoked', 'admin'));
    await completeToken(world.cluster, 'pay', 'revoked');
    const token = tokenOf(await read('revoked'));
    const uses = async () => {
      const answer = await world.cluster.request('GET', secrets('other'), undefined, { token });
      return answer.status;
    };
    expect(await uses()).toBe(200);
    await world.cluster.request('DELETE', `${secrets('pay')}/revoked`);
    await expect.poll(uses, { timeout: 20_000 }).toBe(401);

    const opaque = (text: string, type = 'Opaque') => {
      return { metadata: { name: 'revoked' }, type, data: { token: encoded(text) } };
    };
    for (const type of ['Opaque', 'example.org/own']) {
      expect(await create(opaque(token, type))).toMatchObject({ status: 403 });
    }
    await made({ ...opaque('nothing'), metadata: { name: 'revoked' } });
    const filled = await patch('revoked', { stringData: { token } });
    expect(filled.status).toBe(403);
    expect(filled.text).toContain('would be valid again');
    expect(await uses()).toBe(401);
    await world.cluster.request('DELETE', `${secrets('pay')}/revoked`);
    // The refusals are what keeps it out: with it in place the token is valid.
    await made(opaque(token));
    await expect.poll(uses, { timeout: 20_000 }).toBe(200);
    await world.cluster.request('DELETE', `${secrets('pay')}/revoked`);
  });

  it('are known at every offset and through line breaks', async () => {
    const claims = { namespace: 'pay', secret: 'x', account: 'admin', uid: 'u' };
    const token = legacyTokenOf(world.cluster, claims);
    const [header = '', payload = '', signature = ''] = token.split('.');
    for (const longer of ['', 'a', 'ab']) {
      const shifted = [`${header}${longer}`, payload, signature].join('.');
      const lines = [1, 2, 3].map(
        (at) => `${shifted.slice(0, -at - 20)}\n${shifted.slice(-at - 20)}`,
      );
      for (const text of [shifted, ...lines, `e\r\n${shifted.slice(1)}`, `\n${shifted}`]) {
        const secret = { metadata: { name: 'shifted' }, data: { token: encoded(text) } };
        expect((await create(secret, as('alice'), '?dryRun=All')).status, text).toBe(403);
      }
    }
  });

  it('leave other values of a key "token" alone', async () => {
    const [header = '', , signature = ''] = (
      await world.cluster.createToken({
        namespace: 'pay',
        serviceAccount: 'admin',
      })
    ).split('.');
    const issuer = Buffer.from('{"iss":"https://accounts.example"}').toString('base64url');
    for (const token of [
      `${header}.${issuer}.${signature}`,
      `${header}.${issuer}.${signature}\n`,
      'line\nby\nline of something else',
      'e'.repeat(24_000),
      '',
    ]) {
      const secret = { metadata: { name: 'own' }, data: { token: encoded(token) } };
      expect((await create(secret, as('alice'), '?dryRun=All')).status).toBe(201);
    }
  });

  it('are no bootstrap tokens either', async () => {
    const type = 'bootstrap.kubernetes.io/token';
    const bootstrap = { metadata: { name: 'bootstrap-token-abcdef' }, type };
    for (const [, headers] of identities) {
      expect((await create(bootstrap, headers)).status).toBe(403);
    }
    await made(bootstrap);
    const changed = await patch('bootstrap-token-abcdef', { data: { expiration: encoded('z') } });
    expect(changed.status).toBe(403);
    const labelled = { metadata: { labels: { a: 'b' } } };
    expect((await patch('bootstrap-token-abcdef', labelled)).status).toBe(200);
    await world.cluster.request('DELETE', `${secrets('pay')}/bootstrap-token-abcdef`);
  });

  it('leaves the policy and its binding where they are', async () => {
    for (const [, headers] of identities) {
      const path = `${bindings}/${policy}?dryRun=All`;
      expect((await world.asThief({ method: 'DELETE', path }, headers)).status).toBe(403);
    }
  });
});

function tokenOf({ data }: SecretObject): string {
  return Buffer.from(data?.['token'] ?? '', 'base64').toString();
}
