import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bind, secretsClusterRole } from '../../support/role-bindings.js';
import { applyFiles, createNamespace } from '../../cluster/manifests.js';
import { TestInstallation, type Rule, allOfSecrets } from '../../support/gateway.js';
import { OidcIssuer } from '../../support/oidc-issuer.js';
import { type Call, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';

const profile = 'deploy/rbac/legacy/by-namespace';
const passwordOnly: Rule = {
  apiGroups: ['sallyport.dev'],
  resources: ['secretkeys'],
  resourceNames: ['db/password'],
  verbs: ['get'],
};

describe('the by-namespace profile for clusters before 1.36', () => {
  let issuer: OidcIssuer;
  let installation: TestInstallation;
  let base: string;
  let alice: string;

  beforeAll(async () => {
    issuer = await OidcIssuer.start({});
    const claimMappings = {
      username: { claim: 'username', prefix: 'oidc:' },
      groups: { claim: 'groups', prefix: 'oidc:' },
    };
    const trusted = { url: issuer.url, audiences: [issuer.audience] };
    const auth = { jwt: [{ issuer: trusted, claimMappings }] };
    installation = await TestInstallation.start({ auth }, profile);
    [base = ''] = await installation.gateway.listen();
    await installation.serve('pay');
    await seedSecret(installation, 'pay', 'db', { password: 'hunter2-hunter2', user: 'root-root' });
    alice = await issuer.mint({ claims: { username: 'alice', groups: ['devs'] } });
    await secretsClusterRole(installation.cluster, 'read-secrets', ['get']);
    await bind(installation.cluster, {
      name: 'devs',
      role: { kind: 'ClusterRole', name: 'read-secrets' },
      subject: { kind: 'Group', name: 'oidc:devs' },
    });
  });

  afterAll(async () => {
    await installation.stop();
    await issuer.pause();
  });

  const ask = (token: string, rest: Partial<Call> = {}) =>
    send(base, { path: '/v1/namespaces/pay/secrets/db', token, ...rest });

  /** Asks the cluster as the caller, which is what the profile is about. */
  const askAs = (token: string) =>
    ask(token, { path: '/v1/namespaces/pay/secrets/db?consistency=strong' });

  it('lets ServiceAccounts of a served namespace do what they may, and no more', async () => {
    const app = await installation.user('pay', 'app', [allOfSecrets]);
    expect((await askAs(app)).status).toBe(200);
    const body = { stringData: { more: 'value-of-more' } };
    expect((await ask(app, { method: 'PATCH', body })).status).toBe(200);
    const stranger = await installation.user('pay', 'stranger', []);
    expect((await askAs(stranger)).status).toBe(403);
  });

  it('lets the broker act there', async () => {
    const keyed = await installation.user('pay', 'keyed', [passwordOnly]);
    const path = '/v1/namespaces/pay/secrets/db/keys';
    expect((await ask(keyed, { path: `${path}/password` })).text).toBe('hunter2-hunter2');
    expect((await ask(keyed, { path: `${path}/user` })).status).toBe(403);
  });

  it('lets ServiceAccounts of other namespaces in by their own binding alone', async () => {
    const { cluster } = installation;
    await createNamespace(cluster, 'ci');
    const runner = await installation.user('ci', 'runner', []);
    await installation.grant('pay', 'runner', [allOfSecrets], 'ci');
    expect((await askAs(runner)).status).toBe(503);
    await applyFiles(cluster, `${profile}/caller-namespace.yaml`, 'ci');
    // The API server keeps its decisions about the impersonator for ten seconds.
    await expect.poll(async () => (await askAs(runner)).status, { timeout: 20_000 }).toBe(200);
  });

  it('gives the gateway no right on Secrets, nor on a namespace that is not served', async () => {
    const token = await installation.cluster.createToken({
      namespace: 'sallyport',
      serviceAccount: 'sallyport',
    });
    const path = '/api/v1/namespaces/pay/secrets/db';
    const asUser = async (name?: string) => {
      const headers = name === undefined ? {} : { 'impersonate-user': name };
      const options = { token, headers };
      return (await installation.cluster.request('GET', path, undefined, options)).status;
    };
    expect(await asUser()).toBe(403);
    expect(await asUser('system:serviceaccount:kube-system:namespace-controller')).toBe(403);
    expect(await asUser('system:kube-controller-manager')).toBe(403);
  });

  it('lets in users only with the file that says what that costs', async () => {
    expect((await askAs(alice)).status).toBe(503);
    await applyFiles(installation.cluster, `${profile}/users.yaml`);
    await expect.poll(async () => (await askAs(alice)).status, { timeout: 20_000 }).toBe(200);
  });
});

describe('the cluster-wide profile for clusters before 1.36', () => {
  let installation: TestInstallation;

  beforeAll(async () => {
    const namespaces = { served: ['pay'], scope: 'cluster' };
    installation = await TestInstallation.start({ namespaces }, 'deploy/rbac/legacy/cluster-wide');
  });

  afterAll(() => installation.stop());

  it('lets callers act everywhere, and the broker where it is bound', async () => {
    const [base = ''] = await installation.gateway.listen();
    const { cluster } = installation;
    const file = 'deploy/rbac/legacy/cluster-wide/served-broker.yaml';
    for (const namespace of ['pay', 'ops']) {
      await createNamespace(cluster, namespace);
      await seedSecret(installation, namespace, 'db', { password: 'hunter2-hunter2' });
    }
    await applyFiles(cluster, file, 'pay');
    const reader = await installation.user('ops', 'reader', [allOfSecrets]);
    const keyed = await installation.user('pay', 'keyed', [passwordOnly]);
    await installation.grant('ops', 'keyed', [passwordOnly], 'pay');
    const status = async (token: string, path: string) =>
      (await send(base, { path: `/v1/namespaces/${path}`, token })).status;
    expect(await status(reader, 'ops/secrets/db')).toBe(200);
    expect(await status(keyed, 'pay/secrets/db/keys/password')).toBe(200);
    expect(await status(keyed, 'ops/secrets/db/keys/password')).toBe(422);
    expect(await status(reader, 'pay/secrets/db/keys/password')).toBe(403);
  });
});
