import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createCertificateAuthority,
  expiresAt,
  isIssuedBy,
  issueCertificate,
} from '../../src/keys/certificate-authority.js';
import { openSandboxKeys } from '../../src/keys/sandbox-keys.js';

const files = ['admin.pem', 'apiserver.pem', 'ca.crt', 'ca.pem', 'sa.key'];
const yearMs = 365 * 24 * 60 * 60_000;
let parent = '';
let dir = '';

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'sandbox-keys-'));
  dir = join(parent, 'keys');
});
afterEach(() => rm(parent, { recursive: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const write = (name: string, text: string) => writeFile(join(dir, name), text);

describe('openSandboxKeys', () => {
  it('makes everything at the first start, for its owner’s eyes only', async () => {
    const keys = await openSandboxKeys(dir);
    expect((await readdir(dir)).sort()).toEqual(files);
    expect(await modeOf(dir)).toBe('700');
    for (const name of files) expect(await modeOf(join(dir, name))).toBe('600');
    for (const { certificate, key } of [keys.server, keys.admin]) {
      expect(isIssuedBy(certificate, keys.authority.certificate)).toBe(true);
      expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))).toBe(true);
    }
  });

  it('names the server as clients call it, and the administrator as Kubernetes does', async () => {
    const { server, admin } = await openSandboxKeys(dir);
    const certificate = new X509Certificate(server.certificate);
    for (const host of ['localhost', 'kubernetes', 'kubernetes.default.svc']) {
      expect(certificate.checkHost(host)).toBe(host);
    }
    expect(certificate.checkIP('127.0.0.1')).toBeDefined();
    expect(certificate.checkIP('::1')).toBeDefined();
    const { subject } = new X509Certificate(admin.certificate);
    expect(subject.split('\n').sort()).toEqual(['CN=kubernetes-admin', 'O=system:masters']);
  });

  it('keeps the authority’s key out of the file that clients get', async () => {
    const { authority } = await openSandboxKeys(dir);
    const text = await readFile(authority.path, 'utf8');
    expect(text).toBe(authority.certificate);
    expect(text).not.toContain('PRIVATE');
  });

  it('finds everything unchanged at the next start', async () => {
    const first = await openSandboxKeys(dir);
    expect(await openSandboxKeys(dir)).toEqual(first);
  });

  it('closes a file that others could read', async () => {
    const { serviceAccountKey } = await openSandboxKeys(dir);
    await chmod(serviceAccountKey.path, 0o644);
    await openSandboxKeys(dir);
    expect(await modeOf(serviceAccountKey.path)).toBe('600');
  });

  it('renews a certificate that ends within a month, and nothing else', async () => {
    const first = await openSandboxKeys(dir);
    const [certificate, key = ''] = (await readFile(join(dir, 'ca.pem'), 'utf8')).split(
      /(?=-----BEGIN PRIVATE)/,
    );
    const authority = { certificate: certificate ?? '', key };
    const short = await issueCertificate(authority, { commonName: 'old', validDays: 29 });
    await write('admin.pem', `${short.certificate}\n${short.key}`);
    const second = await openSandboxKeys(dir);
    expect(second.admin.certificate).not.toBe(short.certificate);
    expect(expiresAt(second.admin.certificate).getTime()).toBeGreaterThan(Date.now() + yearMs / 2);
    expect({ ...second, admin: 0 }).toEqual({ ...first, admin: 0 });
  });

  it('renews with an ending authority all that it has issued, but no signing key', async () => {
    const first = await openSandboxKeys(dir);
    const ending = await createCertificateAuthority('old', 29);
    await write('ca.pem', `${ending.certificate}\n${ending.key}`);
    const second = await openSandboxKeys(dir);
    expect(second.authority.certificate).not.toContain(ending.certificate);
    expect(await readFile(second.authority.path, 'utf8')).toBe(second.authority.certificate);
    for (const { certificate } of [second.server, second.admin]) {
      expect(isIssuedBy(certificate, second.authority.certificate)).toBe(true);
      expect(isIssuedBy(certificate, first.authority.certificate)).toBe(false);
    }
    expect(second.serviceAccountKey).toEqual(first.serviceAccountKey);
  });

  it.each(['ca.pem', 'apiserver.pem', 'admin.pem', 'sa.key'])(
    'names %s when it is damaged, and quotes nothing of it',
    async (name) => {
      await openSandboxKeys(dir);
      await write(name, '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n');
      const failure = await openSandboxKeys(dir).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect(String(failure)).toContain(`${join(dir, name)} is damaged: it must hold`);
      expect(String(failure)).not.toContain('c2VjcmV0');
    },
  );

  it('refuses a certificate that stands beside another key', async () => {
    const { admin, server } = await openSandboxKeys(dir);
    await write('admin.pem', admin.certificate + server.key);
    await expect(openSandboxKeys(dir)).rejects.toThrow('admin.pem is damaged');
  });
});
