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
