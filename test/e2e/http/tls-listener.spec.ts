import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/platform/config/config.js';
import { createCertificateAuthority } from '../../cluster/certificates.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send, sendBytes } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';

const path = '/v1/namespaces/pay/secrets/db';

let dir: string;
let ca: string;
let authority: Awaited<ReturnType<typeof createCertificateAuthority>>;
let cert: string;
let key: string;
let installation: TestInstallation;
let plain: string;
let secure: string;
let token: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
  authority = await createCertificateAuthority('test');
  ca = authority.certificate;
  const server = await authority.issue({
    commonName: 'gateway',
    hosts: ['127.0.0.1', 'localhost'],
  });
  cert = join(dir, 'tls.crt');
  key = join(dir, 'tls.key');
  writeFileSync(cert, server.certificate);
  writeFileSync(key, server.key, { mode: 0o600 });
  installation = await TestInstallation.start({
    listen: { port: 0, tls: { port: 0, cert, key } },
  });
  [plain = '', secure = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'root' });
  token = await installation.user('pay', 'app', [allOfSecrets]);
});

afterAll(async () => {
  await installation.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Sends bytes that no HTTP client would, over TLS. */
async function sendSecurely(bytes: string, maxVersion: 'TLSv1.1' | 'TLSv1.3' = 'TLSv1.3') {
  const { hostname: host, port } = new URL(secure);
  const minVersion = maxVersion === 'TLSv1.1' ? 'TLSv1' : 'TLSv1.2';
  const socket = connect({ host, port: Number(port), ca, minVersion, maxVersion });
  socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
  socket.write(bytes);
  return text(socket);
}

async function certificateShown(): Promise<string> {
  const { hostname: host, port } = new URL(secure);
  const socket = connect({ host, port: Number(port), ca });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

describe('the https listener', () => {
  it('serves what the plain one on loopback serves', async () => {
    expect(secure).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const overTls = await send(secure, { path, token, ca });
    expect(overTls.status).toBe(200);
    expect(overTls.json()).toEqual((await send(plain, { path, token })).json());
  });

  it('takes writes with a body', async () => {
    const body = { stringData: { password: 'changed' } };
    const answer = await send(secure, { method: 'PATCH', path, token, ca, body });
    expect(answer.status, answer.text).toBe(200);
  });

  it('is 401 without a token, as every door is', async () => {
    expect((await send(secure, { path, ca })).status).toBe(401);
    expect((await send(secure, { path, ca, token: 'garbage' })).status).toBe(401);
  });

  it('shows the certificate that it was given', async () => {
    await expect(send(secure, { path, token })).rejects.toThrow(/certificate|issuer/);
  });

  it('shows a renewed one to new connections, without being started again', async () => {
    const before = await certificateShown();
    const renewed = await authority.issue({ commonName: 'renewed', hosts: ['127.0.0.1'] });
    writeFileSync(cert, renewed.certificate);
    writeFileSync(key, renewed.key);
    expect(await certificateShown()).toBe(before);
    installation.gateway.renewCertificate();
    expect(await certificateShown()).toBe(new X509Certificate(renewed.certificate).fingerprint256);
    await expect(sendSecurely('GET / HTTP/1.1\r\n\r\n', 'TLSv1.1')).rejects.toThrow(/./);
  });

  it('does not speak TLS 1.1', async () => {
    await expect(sendSecurely('GET / HTTP/1.1\r\n\r\n', 'TLSv1.1')).rejects.toThrow(/./);
  });

  it('answers plain HTTP with nothing of use', async () => {
    const answer = await sendBytes(
      secure.replace('https:', 'http:'),
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    ).catch(() => '');
    expect(answer).not.toContain('root');
    expect(answer).not.toContain('HTTP/1.1 2');
  });

  it.each(['an unfinished header', 'GET / HTTP/9.9', 'GET /v1 HTTP/1.1\r\nBad Header: x'])(
    'answers what is no HTTP as the plain one does: %s',
    async (head) => {
      const request = `${head}\r\n\r\n`;
      const answers = [await sendSecurely(request), await sendBytes(plain, request)];
      for (const answer of answers) {
        expect(answer).toMatch(/^HTTP\/1\.1 400 /);
        expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
        expect(answer).toContain('"code":"BadRequest"');
      }
    },
  );

  it('answers header fields beyond 16 KiB with 431 as a problem, as the plain one does', async () => {
    const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(17_000)}\r\n\r\n`;
    for (const answer of [await sendSecurely(request), await sendBytes(plain, request)]) {
      expect(answer).toMatch(/^HTTP\/1\.1 431 /);
      expect(answer).toContain('"code":"TooLarge"');
    }
  });

  it('answers an offer to upgrade as if none had been made', async () => {
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': '' };
    for (const base of [secure, plain]) {
      const answer = await send(base, { path, token, ca, headers });
      expect(answer.status).toBe(200);
    }
  });
});

describe('plain http beyond loopback', () => {
  const environment = {
    SALLYPORT_KUBERNETES: 'in-cluster',
    SALLYPORT_NAMESPACES_SERVED: 'pay',
    SALLYPORT_HOST: '0.0.0.0',
  };

  it('is refused by the configuration', () => {
    expect(() => loadConfig({ environment })).toThrow(/SALLYPORT_HOST: .*needs listen\.tls/);
  });

  it('is not opened beside https either: the plain listener stays on loopback', async () => {
    const open = await TestInstallation.start({
      listen: { ...installation.config.listen, host: '0.0.0.0' },
    });
    try {
      const urls = await open.gateway.listen();
      expect(urls[0]).toMatch(/^http:\/\/127\.0\.0\.1:/);
      expect(urls[1]).toMatch(/^https:\/\/0\.0\.0\.0:/);
      expect(open.gateway.fastify.server.address()).toMatchObject({ address: '127.0.0.1' });
    } finally {
      await open.stop();
    }
  });
});
