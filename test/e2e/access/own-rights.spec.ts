import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway, type Gateway } from '../../../src/app/gateway.js';
import { allOfSecrets, TestInstallation, gatewayConfig } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { seedSecret, storedVersion } from '../../support/seed.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const group = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group' };

async function inBatches(count: number, each: (at: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < count; at += 20) {
    const length = Math.min(20, count - at);
    await Promise.all(Array.from({ length }, (_, more) => each(at + more)));
  }
}

describe('the rights of the gateway itself', () => {
  let installation: TestInstallation;

  beforeAll(async () => {
    installation = await TestInstallation.start({ namespaces: { served: ['pay', 'team-*'] } });
    await installation.serve('pay');
    await installation.gateway.listen();
  });
  afterAll(() => installation?.stop());

  async function readyz(path: string): Promise<string> {
    return (await send(await installation.gateway.health.getUrl(), { path })).text;
  }

  it('make it ready once they are what its profile says', async () => {
    // It asked before the namespace was there, and asks again.
    const options = { timeout: 25_000, interval: 250 };
    await expect.poll(() => readyz('/readyz'), options).toBe('ok');
    const report = await readyz('/readyz?verbose');
    expect(report).toContain('[+]rights ok\n');
    expect(report).toContain('scope: served\nprofile: constrained\n');
    const judged = installation.log.filter((line) => line.includes('"event":"rights.judged"'));
    expect(judged.at(-1)).toContain('"profile":"constrained","problems":[]');
  });

  it('are not judged where a namespace binds too many roles, which its report says', async () => {
    const { cluster } = installation;
    const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings';
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role' };
    const subjects = [{ ...group, name: 'system:authenticated' }];
    await inBatches(501, async (at) => {
      const body = { metadata: { name: `flood-${at}` }, subjects };
      const made = { ...body, roleRef: { ...roleRef, name: `flood-${at}` } };
      expect((await cluster.request('POST', path, made)).status).toBe(201);
    });
    const log: string[] = [];
    const destination = { write: (line: string) => void log.push(line) };
    const config = await gatewayConfig(cluster, join(installation.dataDir, 'flooded'), {
      namespaces: { served: ['pay'] },
    });
    const flooded = await createGateway(config, { level: 'info', destination });
    try {
      const [url = ''] = await flooded.listen();
      const reader = await installation.user('pay', 'flooded', [allOfSecrets]);
      const report = await send(await flooded.health.getUrl(), { path: '/readyz?verbose' });
      const sentence =
        /\[-\]rights failed: \d+ roles are bound to the gateway, 50\d of them in namespace pay/;
      expect(report.text).toMatch(sentence);
      const answer = await send(url, { path: '/v1/namespaces/pay/secrets', token: reader });
      const detail = expect.stringContaining('bound to more roles in the cluster than it checks');
      expect(answer.json()).toMatchObject({ status: 503, code: 'Unavailable', detail });
      expect(log.filter((line) => line.includes('"event":"alarm"'))).toHaveLength(1);
    } finally {
      await flooded.stop();
      await inBatches(501, async (at) => {
        await cluster.request('DELETE', `${path}/flood-${at}`);
      });
    }
  });

  describe('of an administrator', () => {
    let reader: string;

    beforeAll(async () => {
      reader = await installation.user('pay', 'reader', [allOfSecrets]);
      await seedSecret(installation, 'pay', 'db', { password: 'value-of-word' });
    });

    /** What an administrator's gateway answers once it knows what it may do. */
    async function asAdmin(
      folder: string,
      settings: object,
      check: (admin: Gateway, url: string, log: readonly string[]) => Promise<void>,
    ): Promise<void> {
      const { cluster, dataDir } = installation;
      const log: string[] = [];
      const destination = { write: (line: string) => void log.push(line) };
      const config = await gatewayConfig(cluster, join(dataDir, folder), {
        kubernetes: { kubeconfig: cluster.adminKubeconfigFile, ...settings },
      });
      const admin = await createGateway(config, { level: 'info', destination });
      try {
        const [url = ''] = await admin.listen();
        const told = () => log.some((line) => line.includes('"event":"rights.judged"'));
        await expect.poll(told, { timeout: 10_000 }).toBe(true);
        await check(admin, url, log);
      } finally {
        await admin.stop();
      }
    }

    const sentence =
      "the gateway's own credential is cluster-admin: use a token of ServiceAccount sallyport in " +
      'namespace sallyport, as README.md says under "Connect to a cluster"';
    const secret = '/v1/namespaces/pay/secrets/db';
    const query = '{ secret(namespace: "pay", name: "db") { value(key: "password") } }';

    it('keep it from being ready, in one sentence', async () => {
      await asAdmin('admin', {}, async (admin, url, log) => {
        const report = await send(await admin.health.getUrl(), { path: '/readyz?verbose' });
        expect(report.status).toBe(503);
        expect(report.text).toContain('[+]cluster ok\n');
        const failed = report.text.split('\n').filter((line) => line.startsWith('[-]'));
        expect(failed).toEqual([`[-]rights failed: ${sentence}`]);
        expect((await send(url, { path: '/readyz' })).text).toBe('not ready');
        expect((await send(url, { path: '/livez' })).text).toBe('ok');
        const judged = log.find((line) => line.includes('"event":"rights.judged"')) ?? '';
        expect(JSON.parse(judged)).toMatchObject({
          msg: 'the rights of the gateway do not fit its profile',
          problems: [sentence],
        });
      });
    });

    it('keep it from serving Secrets over any transport, on record', async () => {
      await asAdmin('refusing', {}, async (admin, url) => {
        const detail = expect.stringContaining('more rights in the cluster than its profile');
        const rest = await send(url, { path: secret, token: reader });
        expect(rest.json()).toMatchObject({ status: 503, code: 'Unavailable', detail });
        expect(rest.headers['retry-after']).toBe('10');
        const body = { query };
        const graphql = await send(url, { method: 'POST', path: '/graphql', token: reader, body });
        expect(graphql.json()).toMatchObject({
          data: { secret: null },
          errors: [{ message: detail, extensions: { code: 'Unavailable' } }],
        });
        const path = '/kubernetes/api/v1/namespaces/pay/secrets/db';
        const kubectl = await send(url, { path, token: reader });
        expect(kubectl.json()).toMatchObject({ kind: 'Status', code: 503, message: detail });
        const written = await send(url, { method: 'DELETE', path: secret, token: reader });
        expect(written.status).toBe(503);
        expect(await storedVersion(installation, 'pay', 'db')).toBeDefined();
        const { items } = await partOf(admin, AuditService).list({ secret: 'db' });
        expect(items.map(({ outcome, plane, code }) => [outcome, plane, code])).toEqual(
          Array.from({ length: 4 }, () => ['failed', 'none', 503]),
        );
      });
    });

    it('are allowed by kubernetes.allowExcessRights, which its report says', async () => {
      await asAdmin('allowing', { allowExcessRights: true }, async (admin, url) => {
        expect((await send(url, { path: secret, token: reader })).status).toBe(200);
        const report = await send(await admin.health.getUrl(), { path: '/readyz?verbose' });
        expect(report.status).toBe(200);
        expect(report.text).toContain('profile: cluster-admin\n');
        expect(report.text).toContain(
          `[!]rights degraded: kubernetes.allowExcessRights lets this pass: ${sentence}\n`,
        );
      });
    });
  });
});
