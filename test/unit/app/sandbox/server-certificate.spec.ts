import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataFolder } from '../../../../src/app/sandbox/data-folder.js';
import { keepServerCertificate } from '../../../../src/app/sandbox/server-certificate.js';

const DAY_MS = 24 * 60 * 60 * 1000;

let folder: DataFolder;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  folder = new DataFolder(mkdtempSync(join(tmpdir(), 'sallyport-certificate-')));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder.path, { recursive: true });
});

const certificate = (path: string) => new X509Certificate(readFileSync(path));
const authority = () => certificate(folder.authority.cert);
const server = () => certificate(folder.server.cert);

describe('the certificate for HTTPS', () => {
  it('is made at the first start, for this machine, signed by an authority of its own', async () => {
    expect(await keepServerCertificate(folder)).toBe(true);
    expect(server().subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(server().verify(authority().publicKey)).toBe(true);
    expect(server().checkPrivateKey(createPrivateKey(readFileSync(folder.server.key)))).toBe(true);
  });

  it('and its key can be read by whoever started it alone', async () => {
    await keepServerCertificate(folder);
    expect(statSync(folder.tls).mode & 0o777).toBe(0o700);
    expect(statSync(folder.server.key).mode & 0o777).toBe(0o600);
    expect(statSync(folder.authority.key).mode & 0o777).toBe(0o600);
  });

  it.each(['authority', 'server'] as const)(
    'never replaces a certificate of the %s whose key is gone',
    async (owner) => {
      await keepServerCertificate(folder);
      rmSync(folder[owner].key);
      const before = readFileSync(folder[owner].cert, 'utf8');
      await expect(keepServerCertificate(folder)).rejects.toThrow(/is there without its key/);
      expect(readFileSync(folder[owner].cert, 'utf8')).toBe(before);
    },
  );

  it('is kept at the next start', async () => {
    await keepServerCertificate(folder);
    const before = server().fingerprint256;
    expect(await keepServerCertificate(folder)).toBe(false);
    expect(server().fingerprint256).toBe(before);
  });

  it('is renewed before its end by the same authority, so that clients trust it further', async () => {
    await keepServerCertificate(folder);
    const before = { authority: authority().fingerprint256, server: server().fingerprint256 };
    vi.setSystemTime(Date.now() + 61 * DAY_MS);
    expect(await keepServerCertificate(folder)).toBe(true);
    expect(server().fingerprint256).not.toBe(before.server);
    expect(authority().fingerprint256).toBe(before.authority);
    expect(server().validToDate.getTime() - Date.now()).toBeGreaterThan(60 * DAY_MS);
  });

  it('is made anew with its authority where that nears its end', async () => {
    await keepServerCertificate(folder);
    const before = authority().fingerprint256;
    vi.setSystemTime(Date.now() + 3_500 * DAY_MS);
    expect(await keepServerCertificate(folder)).toBe(true);
    expect(authority().fingerprint256).not.toBe(before);
    expect(server().verify(authority().publicKey)).toBe(true);
  });

  it.each(['ca.crt', 'ca.key', 'server.crt', 'server.key'])(
    'is whole again where %s is damaged',
    async (name) => {
      await keepServerCertificate(folder);
      writeFileSync(join(folder.tls, name), 'nonsense');
      expect(await keepServerCertificate(folder)).toBe(true);
      expect(server().verify(authority().publicKey)).toBe(true);
      expect(server().checkPrivateKey(createPrivateKey(readFileSync(folder.server.key)))).toBe(
        true,
      );
    },
  );

  it.each(['ca.crt', 'server.crt'])(
    'is whole again where a crash has left a new key, and %s not yet',
    async (name) => {
      await keepServerCertificate(folder);
      rmSync(join(folder.tls, name));
      expect(await keepServerCertificate(folder)).toBe(true);
      expect(server().verify(authority().publicKey)).toBe(true);
    },
  );

  it.each([
    ['authority', 'server'],
    ['server', 'authority'],
  ] as const)(
    "is refused where somebody has put another's key beside the certificate of the %s",
    async (of, other) => {
      await keepServerCertificate(folder);
      const { cert, key } = folder[of];
      writeFileSync(key, readFileSync(folder[other].key));
      const before = readFileSync(cert, 'utf8');
      await expect(keepServerCertificate(folder)).rejects.toThrow(
        `the certificate ${cert} and the key ${key} do not belong together: put back`,
      );
      expect(readFileSync(cert, 'utf8')).toBe(before);
    },
  );
});
