import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestInstallation } from '../../support/gateway.js';

describe('decisions that are kept', () => {
  let installation: TestInstallation;

  beforeAll(async () => {
    installation = await TestInstallation.start();
    await installation.serve('pay');
    await installation.gateway.listen();
  }, 900_000);
  afterAll(() => installation?.stop());

  async function health(url: string): Promise<string> {
    const base = await installation.gateway.health.getUrl();
    return (await fetch(new URL(url, base))).text();
  }

  it('rest on a watch that /readyz?verbose shows', async () => {
    const verbose = () => health('/readyz?verbose');
    await expect.poll(verbose, { timeout: 10_000 }).toContain('rbacWatch: live\n');
    expect(await verbose()).toContain('foreignAuthorizers: none seen\n');
  });

  it('save reviews, and end with the right within 2 s', async () => {
    const rule = { verbs: ['list'], resources: ['auditevents'], apiGroups: ['sallyport.dev'] };
    const token = await installation.user('pay', 'auditor', [rule]);
    const headers = { authorization: `Bearer ${token}` };
    const url = '/v1/audit/events?namespace=pay';
    const status = async () =>
      (await installation.gateway.fastify.inject({ url, headers })).statusCode;
    await expect.poll(status).toBe(200);
    // Answers so soon after the RoleBinding are not kept.
    await wait(2_300);
    for (let count = 0; count < 5; count += 1) expect(await status()).toBe(200);
    expect(await health('/metrics')).toMatch(
      /sallyport_access_decisions_total\{source="kept"\} [4-9]/,
    );
    const bindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings';
    await installation.cluster.request('DELETE', `${bindings}/pay-auditor`);
    await expect.poll(status, { timeout: 2_000, interval: 20 }).toBe(403);
  });
});

describe('where RBAC alone decides', () => {
  let installation: TestInstallation;

  beforeAll(async () => {
    installation = await TestInstallation.start({ kubernetes: { authorizers: 'rbac' } });
    await installation.serve('pay');
    await installation.gateway.listen();
  }, 900_000);
  afterAll(() => installation?.stop());

  const names = Array.from({ length: 12 }, (_, index) => `db-${index}`);
  const bindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings';
  const status = async (token: string, name: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const url = `/v1/namespaces/pay/secrets/${name}`;
    return (await installation.gateway.fastify.inject({ url, headers })).statusCode;
  };
  const asked = async (): Promise<number> => {
    const base = await installation.gateway.health.getUrl();
    const metrics = await (await fetch(new URL('/metrics', base))).text();
    const found = /^sallyport_access_decisions_total\{source="asked"\} (\d+)$/m.exec(metrics);
    return Number(found?.[1] ?? 0);
  };

  it('a right to all Secrets is one decision, and ends for each of them within 2 s', async () => {
    for (const name of names) {
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name } };
      await installation.cluster.request('POST', '/api/v1/namespaces/pay/secrets', secret);
    }
    const token = await installation.user('pay', 'reader', [
      { verbs: ['get'], resources: ['secrets'] },
    ]);
    await expect.poll(() => status(token, 'db-0')).toBe(200);
    // Answers so soon after the RoleBinding are not kept.
    await wait(2_300);
    const before = await asked();
    for (const name of names) expect(await status(token, name)).toBe(200);
    expect((await asked()) - before).toBeLessThan(names.length / 2);
    await installation.cluster.request('DELETE', `${bindings}/pay-reader`);
    const untilAll = async () => new Set(await Promise.all(names.map((n) => status(token, n))));
    await expect.poll(untilAll, { timeout: 2_000, interval: 50 }).toEqual(new Set([403]));
  });

  it('a right to some Secrets stays one to these', async () => {
    const rule = { verbs: ['get'], resources: ['secrets'], resourceNames: ['db-1'] };
    const token = await installation.user('pay', 'narrow', [rule]);
    await expect.poll(() => status(token, 'db-1')).toBe(200);
    expect(await status(token, 'db-2')).toBe(403);
  });
});
