import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Config } from '../../../../src/platform/config/config.schema.js';
import { loadConfig } from '../../../../src/platform/config/config.js';
import { openSandbox } from '../../../../src/app/sandbox/open-sandbox.js';
import type { SandboxSettings } from '../../../../packages/kube-sandbox/src/running-sandbox.js';
import { FakeSandbox } from './fake-sandbox.js';

let dir: string;
let sandbox: FakeSandbox;
let started: SandboxSettings[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-open-'));
  sandbox = new FakeSandbox();
  started = [];
});

afterEach(() => rmSync(dir, { recursive: true }));

function configOf(environment: Readonly<Record<string, string>> = {}): Config {
  const dataDir = join(dir, 'data');
  return loadConfig({ environment: { SALLYPORT_DATA_DIR: dataDir, ...environment } });
}

function open(config: Config = configOf()) {
  return openSandbox(config, {
    isReset: false,
    start: async (settings) => {
      await Promise.resolve();
      started.push(settings);
      return sandbox;
    },
  });
}

describe('an opened sandbox', () => {
  it('has a folder and a port of its own', async () => {
    const opened = await open(configOf({ SALLYPORT_SANDBOX_PORT: '9444' }));
    const admission = [expect.stringMatching(/sallyport-admission\.js$/)];
    const dataDir = join(dir, 'data', 'sandbox');
    expect(started).toEqual([{ dataDir, port: 9444, admission }]);
    expect(statSync(opened.folder.path).mode & 0o777).toBe(0o700);
    await opened.stop();
    expect(sandbox.isStopped).toBe(true);
  });

  it('leaves a kubeconfig of its administrator that no other user can read', async () => {
    const opened = await open();
    const { sandboxKubeconfig: file } = opened.folder;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const kubeconfig: unknown = parse(readFileSync(file, 'utf8'));
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    expect(kubeconfig).toMatchObject({
      'current-context': 'sandbox',
      clusters: [
        {
          cluster: {
            server: sandbox.url,
            'certificate-authority-data': encoded(sandbox.caCertificate),
          },
        },
      ],
      users: [
        {
          name: 'kubernetes-admin',
          user: {
            'client-certificate-data': encoded(sandbox.adminCertificate),
            'client-key-data': encoded(sandbox.adminKey),
          },
        },
      ],
    });
    await opened.stop();
  });

  it('leaves a kubeconfig for the gateway once that listens, with those users who are left', async () => {
    sandbox.refusals.set('/api/v1/namespaces/people/serviceaccounts/reader/token', 404);
    const opened = await open();
    expect(existsSync(opened.folder.kubeconfig)).toBe(false);
    const urls = ['http://127.0.0.1:41001', 'https://127.0.0.1:41002'];
    expect(await opened.writeKubeconfig(urls)).toBe(true);
    expect(parse(readFileSync(opened.folder.kubeconfig, 'utf8'))).toMatchObject({
      'current-context': 'admin',
      clusters: [{ cluster: { server: 'https://127.0.0.1:41002/kubernetes' } }],
      users: ['admin', 'key-reader', 'auditor', 'nobody'].map((name) => ({ name })),
    });
    await opened.stop();
  });

  it('tells which users there are still', async () => {
    sandbox.refusals.set('/api/v1/namespaces/people/serviceaccounts/reader/token', 404);
    const opened = await open();
    expect(opened.users()).toEqual(['admin', 'key-reader', 'auditor', 'nobody']);
    await opened.stop();
  });

  it('makes no certificate where one is given', async () => {
    const given = { SALLYPORT_TLS_CERT: 'a.crt', SALLYPORT_TLS_KEY: 'a.key' };
    const opened = await open(configOf(given));
    expect(() => statSync(opened.folder.tls)).toThrow('ENOENT');
    await opened.stop();
  });

  it("makes tokens for the API server itself where callers' own tokens are sent on", async () => {
    const opened = await open(configOf({ SALLYPORT_KUBERNETES_ACCESS: 'passthrough' }));
    expect(sandbox.sent.map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ spec: { expirationSeconds: 86_400 } }),
    );
    await opened.stop();
  });

  it('keeps its folder to itself', async () => {
    const opened = await open();
    await expect(open()).rejects.toThrow(
      `another Sallyport process uses the data folder ${join(dir, 'data')}: stop it, or give this ` +
        'one a folder of its own with SALLYPORT_DATA_DIR',
    );
    await opened.stop();
    await (await open()).stop();
  });
});

describe('a sandbox that cannot be had', () => {
  it('is stopped, and its folder is free again', async () => {
    sandbox.refusals.set('/api/v1/namespaces/people', 500);
    await expect(open()).rejects.toThrow('the sandbox refuses Namespace people');
    expect(sandbox.isStopped).toBe(true);
    sandbox.refusals.clear();
    await (await open()).stop();
  });

  it('says in one sentence that its folder is none', async () => {
    writeFileSync(join(dir, 'data'), '');
    await expect(open()).rejects.toThrow(
      /^the data folder .*data is a file, not a folder: [^\n]*$/,
    );
  });
});
