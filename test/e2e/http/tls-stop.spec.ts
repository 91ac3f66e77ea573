import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createCertificateAuthority } from '../../cluster/certificates.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';

it('a stop lets a write over TLS end, with its outcome on record', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-tls-stop-'));
  const authority = await createCertificateAuthority('test');
  const { certificate, key } = await authority.issue({
    commonName: 'gateway',
    hosts: ['127.0.0.1'],
  });
  const files = { cert: join(dir, 'tls.crt'), key: join(dir, 'tls.key') };
  writeFileSync(files.cert, certificate);
  writeFileSync(files.key, key, { mode: 0o600 });
  const installation = await TestInstallation.start({
    listen: { port: 0, tls: { port: 0, ...files } },
  });
  await installation.serve('pay');
  const token = await installation.user('pay', 'app', [allOfSecrets]);
  await seedSecret(installation, 'pay', 'shhhhhh', { password: 'root' });
  const [, url = ''] = await installation.gateway.listen();
  const path = '/v1/namespaces/pay/secrets/shhhhhh/keys/password';
  const ca = authority.certificate;
  await send(url, { path, token, ca });

  installation.cluster.pause();
  const write = send(url, { method: 'PUT', path, token, ca, body: 'r00t123' });
  await wait(300);
  const stopped = installation.stop();
  await wait(500);
  installation.cluster.resume();

  expect((await write).status).toBe(200);
  await stopped;
  rmSync(dir, { recursive: true, force: true });
});
