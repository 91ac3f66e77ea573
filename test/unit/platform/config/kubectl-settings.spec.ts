import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  loadConfig,
  loadConfigForStart,
} from '../../../../src/platform/config/config.js';
import { createCertificateAuthority } from '../../../../src/core/certificate-authority.js';

type Environment = Readonly<Record<string, string>>;

const cluster = { SALLYPORT_KUBERNETES: 'in-cluster', SALLYPORT_NAMESPACES_SERVED: 'pay' };

let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-kubectl-'));
  const authority = await createCertificateAuthority('test', 1);
  writeFileSync(join(dir, 'ca.crt'), authority.certificate);
  writeFileSync(join(dir, 'ca.key'), authority.key);
});

afterAll(() => rmSync(dir, { recursive: true }));

const kubectlOf = (environment: Environment) => loadConfig({ environment }).kubectl;

function problemsOf(environment: Environment, load = loadConfig): readonly string[] {
  try {
    load({ environment });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('kubectl', () => {
  it('is let in where nobody says otherwise, to Secrets alone and as nobody else', () => {
    expect(kubectlOf(cluster)).toEqual({ enabled: true, resources: [], impersonation: 'refuse' });
  });

  it('can be set up by variables', () => {
    expect(
      kubectlOf({
        ...cluster,
        SALLYPORT_KUBECTL_ENABLED: 'false',
        SALLYPORT_KUBECTL_RESOURCES: 'configmaps, deployments.apps/scale',
        SALLYPORT_KUBECTL_IMPERSONATION: 'allow',
        SALLYPORT_KUBECTL_SERVER: 'https://sallyport.example',
        SALLYPORT_KUBECTL_CERTIFICATE_AUTHORITY: '/etc/ca.crt',
      }),
    ).toEqual({
      enabled: false,
      resources: ['configmaps', 'deployments.apps/scale'],
      impersonation: 'allow',
      server: 'https://sallyport.example',
      certificateAuthority: '/etc/ca.crt',
    });
  });

  it.each([
    [{ SALLYPORT_KUBECTL_RESOURCES: 'configmaps,pods/exec' }, 'shells, tunnels, tokens'],
    [{ SALLYPORT_KUBECTL_RESOURCES: '*' }, 'expected resource[.group][/subresource]'],
    [{ SALLYPORT_KUBECTL_RESOURCES: 'secrets' }, 'is there without'],
    [{ SALLYPORT_KUBECTL_SERVER: 'http://sallyport.example' }, 'expected https: kubectl sends no'],
    [{ SALLYPORT_KUBECTL_IMPERSONATION: 'yes' }, ''],
  ])('is refused what cannot be: %o', (environment, problem) => {
    const [variable = ''] = Object.keys(environment);
    expect(problemsOf({ ...cluster, ...environment })).toEqual([
      expect.stringContaining(`${variable}: ${problem}`),
    ]);
  });

  it('acts as nobody else where the token of the caller is sent on', () => {
    const passthrough = { ...cluster, SALLYPORT_KUBERNETES_ACCESS: 'passthrough' };
    expect(problemsOf({ ...passthrough, SALLYPORT_KUBECTL_IMPERSONATION: 'allow' })).toEqual([
      'SALLYPORT_KUBECTL_IMPERSONATION: passthrough sends the token of the caller on, and acts as ' +
        'nobody else',
    ]);
    expect(problemsOf(passthrough)).toEqual([]);
  });
});

describe('the authority that kubeconfigs name', () => {
  it('is that of the certificate where the sandbox makes it', () => {
    expect(kubectlOf({ SALLYPORT_DATA_DIR: 'data' })).toMatchObject({
      certificateAuthority: join('data', 'tls', 'ca.crt'),
    });
  });

  it.each([
    ['the certificate is brought along', { SALLYPORT_TLS_CERT: 'a', SALLYPORT_TLS_KEY: 'b' }],
    ['the gateway is reached as another', { SALLYPORT_KUBECTL_SERVER: 'https://a.example' }],
    ['there is a cluster', cluster],
  ])('is the business of clients where %s', (_where, environment) => {
    expect(kubectlOf(environment).certificateAuthority).toBeUndefined();
  });

  it('is there at the start, unless that makes it, and is a certificate', () => {
    const name = 'SALLYPORT_KUBECTL_CERTIFICATE_AUTHORITY';
    const problems = (file: string) => problemsOf({ [name]: join(dir, file) }, loadConfigForStart);
    expect(problems('ca.crt')).toEqual([]);
    expect(problems('absent')).toEqual([`${name}: the file ${join(dir, 'absent')} does not exist`]);
    expect(problems('ca.key')).toEqual([
      `${name}: the file ${join(dir, 'ca.key')} holds no certificate (PEM)`,
    ]);
    expect(problemsOf({ SALLYPORT_DATA_DIR: join(dir, 'none') }, loadConfigForStart)).toEqual([]);
  });
});
