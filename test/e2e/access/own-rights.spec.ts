import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../../src/app.setup.js';
import { TestInstallation, gatewayConfig } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';

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

  it('keep it from being ready where they are those of an administrator', async () => {
    const { cluster, dataDir } = installation;
    const log: string[] = [];
    const destination = { write: (line: string) => void log.push(line) };
    const config = await gatewayConfig(cluster, join(dataDir, 'admin'), {
      kubernetes: { kubeconfig: cluster.adminKubeconfigFile },
    });
    const admin = await createGateway(config, { level: 'info', destination });
    try {
      const [url = ''] = await admin.listen();
      const health = await admin.health.getUrl();
      const told = () => log.some((line) => line.includes('"event":"rights.judged"'));
      await expect.poll(told, { timeout: 10_000 }).toBe(true);
      const report = await send(health, { path: '/readyz?verbose' });
      expect(report.status).toBe(503);
      expect(report.text).toContain('[+]cluster ok\n');
      expect(report.text).toContain(
        "[-]rights failed: the gateway's own account may get secrets in kube-system: a request " +
          'that lost its impersonation headers would be answered\n',
      );
      expect(report.text).toContain(
        '[-]rights failed: the gateway may impersonate groups "system:masters", which is more ' +
          'than its profile\n',
      );
      expect((await send(url, { path: '/readyz' })).text).toBe('not ready');
      expect((await send(url, { path: '/livez' })).text).toBe('ok');
      const judged = log.find((line) => line.includes('"event":"rights.judged"')) ?? '';
      expect(JSON.parse(judged)).toMatchObject({
        msg: 'the rights of the gateway do not fit its profile',
        problems: expect.arrayContaining([expect.stringContaining('get secrets in kube-system')]),
      });
    } finally {
      await admin.stop();
    }
  });
});
