import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { type Cluster, startCluster } from '../../cluster/cluster.js';
import { gatewayOn, serviceAccount } from '../kubernetes/support.js';
import { type PublishedServer, startPublished } from './published-server.js';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

describe('a cluster without custom resources', () => {
  let bare: Cluster;
  let bareServer: PublishedServer;

  beforeAll(async () => {
    bare = await startCluster();
    const path = bare.adminKubeconfigFile;
    const connection = await KubeConnection.open({ mode: 'kubeconfig', path });
    bareServer = await startPublished(gatewayOn(connection), { app: serviceAccount('pay', 'app') });
  }, 900_000);

  afterAll(async () => {
    await bareServer?.close();
    await bare?.stop();
  });

  async function askBare(path: string, headers: Readonly<Record<string, string>> = {}) {
    const answer = await fetch(`${bareServer.urlOf('app')}${path}`, { headers });
    return { status: answer.status, text: await answer.text() };
  }

  it('has the group of the virtual resources all the same', async () => {
    const group = await askBare('/apis/sallyport.dev');
    expect(JSON.parse(group.text)).toMatchObject({ kind: 'APIGroup', name: 'sallyport.dev' });
    const resources = await askBare('/apis/sallyport.dev/v1alpha1');
    expect(resources.text).toContain('secretkeys');
    expect(resources.text).not.toMatch(/secretrotations|secretshares|secretimports/);
    for (const accept of ['application/json', aggregated]) {
      expect((await askBare('/apis', { accept })).text).toContain('sallyport.dev');
    }
  });

  it('has no other group for that', async () => {
    const { status, text } = await askBare('/apis/nobody.example/v1');
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ kind: 'Status', reason: 'NotFound' });
    const unknown = await askBare('/apis/apps/v9');
    const headers = { accept: 'application/json' };
    const { body } = await bare.request('GET', '/apis/apps/v9', undefined, { headers });
    expect(JSON.parse(unknown.text)).toEqual(body);
  });
});
