import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RightsVerdict } from '../../../src/access/domain/check-rights.js';
import { ServedNamespaces } from '../../../src/access/domain/served-namespaces.js';
import { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { KubeNamespaceDirectory } from '../../../src/kubernetes/kube-namespace-directory.js';
import { RightsProbe } from '../../../src/kubernetes/rights-probe.js';
import { gatewayOn } from '../../integration/kubernetes/support.js';
import { eventually } from '../../support/tokens-world.js';
import { IngestWorld } from './ingest-world.js';

const gatewayNamespace = 'sallyport';
const account = { namespace: gatewayNamespace, serviceAccount: 'sallyport' };
const direct = '/api/v1/namespaces/pay/secrets';
const names = ['sallyport-probe', 'sallyport_probe'] as const;

let world: IngestWorld;

beforeAll(async () => {
  world = await IngestWorld.start();
});

afterAll(() => world?.stop());

/** What a gateway finds that serves `pay` by name. */
async function verdict(): Promise<RightsVerdict> {
  const { cluster } = world;
  const token = await cluster.createToken(account);
  const path = await cluster.kubeconfigFor({ token, name: 'gateway' });
  const { transport, self, caller } = gatewayOn(
    await KubeConnection.open({ mode: 'kubeconfig', path }),
  );
  const broker = 'sallyport-broker';
  const { promise, resolve, reject } = Promise.withResolvers<RightsVerdict>();
  const probe = new RightsProbe({
    setup: { access: 'impersonate', scope: 'served', gatewayNamespace, broker, resources: [] },
    served: new ServedNamespaces({ patterns: ['pay'], scope: 'served', gatewayNamespace }),
    directory: new KubeNamespaceDirectory(self),
    self,
    caller,
    broker: new BrokerKubeClient(transport, { namespace: gatewayNamespace, name: broker }),
    onVerdict: resolve,
    onFault: reject,
  });
  probe.start();
  try {
    return await promise;
  } finally {
    await probe.stop();
    transport.close();
  }
}

it('the probe of the gateway is no alarm, whatever Secrets a tenant creates', async () => {
  const { cluster } = world;
  await cluster.kubectl(
    '-n pay create rolebinding tenant --clusterrole=edit --user=tenant'.split(' '),
  );
  const headers = { 'Impersonate-User': 'tenant' };
  const created = async (name: string, query = '') =>
    (await cluster.request('POST', `${direct}${query}`, { metadata: { name } }, { headers }))
      .status;
  // The API server takes a binding up after a moment.
  await eventually(async () => {
    const status = await created(names[0], '?dryRun=All');
    if (status !== 201) throw new Error(`the tenant gets ${status}`);
  });
  expect(await created(names[0])).toBe(201);
  expect(await created(names[1])).toBe(422);
  expect(await verdict()).toMatchObject({ excess: [], lacks: [] });
  // Reported after it, and held back as long: a call that is an alarm.
  const token = await cluster.createToken(account);
  await cluster.request('GET', `${direct}/by-a-thief`, undefined, { token });
  await world.listedOnce('secret=by-a-thief', 1);
  const alarms = await world.listed('mark=gateway-account');
  expect(alarms.map(({ secret }) => secret)).toEqual(['by-a-thief']);
});
