import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../../src/platform/config/config.js';
import { DataFolder, userNames } from '../../../../src/app/sandbox/data-folder.js';
import { GatewayKubeconfig } from '../../../../src/app/sandbox/gateway-kubeconfig.js';
import { keepServerCertificate } from '../../../../src/app/sandbox/server-certificate.js';

type Environment = Readonly<Record<string, string>>;

const urls = ['http://127.0.0.1:41001', 'https://127.0.0.1:41002'];

let folder: DataFolder;

beforeEach(async () => {
  folder = new DataFolder(mkdtempSync(join(tmpdir(), 'sallyport-kubeconfig-')));
  mkdirSync(folder.tls);
  await keepServerCertificate(folder);
});

afterEach(() => rmSync(folder.path, { recursive: true }));

function kubeconfigOf(environment: Environment = {}, at = folder): GatewayKubeconfig {
  const variables = { SALLYPORT_DATA_DIR: at.path, ...environment };
  return new GatewayKubeconfig(at, loadConfig({ environment: variables }));
}

const written = (): unknown => parse(readFileSync(folder.kubeconfig, 'utf8'));

describe('the kubeconfig for the gateway in front of a sandbox', () => {
  it('is of its owner alone, and holds no token: each user has a context that names a file', async () => {
    const kubeconfig = kubeconfigOf();
    kubeconfig.gatewayAt(urls);
    expect(await kubeconfig.write(userNames)).toBe(true);
    expect(statSync(folder.kubeconfig).mode & 0o777).toBe(0o600);
    const ca = `${readFileSync(folder.authority.cert, 'utf8').trim()}\n`;
    expect(written()).toMatchObject({
      clusters: [
        {
          cluster: {
            server: 'https://127.0.0.1:41002/kubernetes',
            'certificate-authority-data': Buffer.from(ca).toString('base64'),
          },
        },
      ],
      users: userNames.map((name) => ({ name, user: { tokenFile: folder.token(name) } })),
      contexts: userNames.map((name) => ({ name, context: { cluster: 'sallyport', user: name } })),
      'current-context': 'admin',
    });
  });

  it('works from every folder: the files of tokens are named by their whole paths', async () => {
    const near = new DataFolder(relative(process.cwd(), folder.path));
    const kubeconfig = kubeconfigOf({}, near);
    kubeconfig.gatewayAt(urls);
    await kubeconfig.write(['reader']);
    expect(written()).toMatchObject({ users: [{ user: { tokenFile: folder.token('reader') } }] });
  });

  it('follows the port and the host on which the gateway listens', async () => {
    const kubeconfig = kubeconfigOf({ SALLYPORT_HOST: '::1' });
    kubeconfig.gatewayAt(['http://127.0.0.1:41001', 'https://::1:9443']);
    await kubeconfig.write(userNames);
    expect(written()).toMatchObject({
      clusters: [{ cluster: { server: 'https://[::1]:9443/kubernetes' } }],
    });
  });

  it('names the authority of a certificate that was brought along only where one is said', async () => {
    const own = { SALLYPORT_TLS_CERT: 'a.crt', SALLYPORT_TLS_KEY: 'a.key' };
    const authority = 'certificate-authority-data';
    const silent = kubeconfigOf(own);
    silent.gatewayAt(urls);
    await silent.write(userNames);
    expect(written()).not.toHaveProperty(`clusters.0.cluster.${authority}`);
    const file = folder.authority.cert;
    const told = kubeconfigOf({ ...own, SALLYPORT_KUBECTL_CERTIFICATE_AUTHORITY: file });
    told.gatewayAt(urls);
    await told.write(userNames);
    expect(written()).toHaveProperty(`clusters.0.cluster.${authority}`);
  });
});

describe('no kubeconfig', () => {
  beforeEach(async () => {
    const earlier = kubeconfigOf();
    earlier.gatewayAt(urls);
    await earlier.write(userNames);
  });

  it.each([
    ['kubectl is not let in', { SALLYPORT_KUBECTL_ENABLED: 'false' }, urls, userNames],
    ['no user is left', {}, urls, []],
    ['there is no listener for it', {}, ['http://127.0.0.1:41001'], userNames],
  ])('is there where %s, nor one of an earlier start', async (_where, environment, at, users) => {
    const kubeconfig = kubeconfigOf(environment);
    kubeconfig.gatewayAt(at);
    expect(await kubeconfig.write(users)).toBe(false);
    expect(existsSync(folder.kubeconfig)).toBe(false);
  });
});
