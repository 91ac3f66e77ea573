import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordOf, textOf } from '../../../src/kubernetes/kube-json.js';
import {
  type PagedEvent,
  PagedReflector,
} from '../../../src/kubernetes/reflector/paged-reflector.js';
import { limits } from '../../../src/core/limits.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { bothClusters } from '../../support/test-target.js';
import { type Gateway, gatewayOn, installGateway } from './support.js';
import { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';

const made = limits.listItemsMax + 20;
const secrets = '/api/v1/namespaces/pay/secrets';
const fieldSelector = 'type!=example.org/left-out';

describe.each(bothClusters)('a paged reflector on %s', (_, start) => {
  let cluster: TestCluster;
  let gateway: Gateway;
  const stopping: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    cluster = await start();
    gateway = await installGateway(cluster);
    for (let index = 0; index < made; index += 20) {
      await Promise.all(Array.from({ length: 20 }, (__, at) => make(`s${index + at}`)));
    }
  }, 900_000);
  afterEach(async () => {
    for (const stop of stopping.splice(0)) await stop();
  });
  afterAll(() => cluster?.stop());

  async function make(name: string, type = 'Opaque'): Promise<string> {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type };
    const answer = await cluster.request<{ readonly metadata: { resourceVersion: string } }>(
      'POST',
      secrets,
      secret,
    );
    expect(answer.status).toBe(201);
    return answer.body.metadata.resourceVersion;
  }

  type Handle = (event: PagedEvent<string>) => Promise<void>;

  function follow(handle: Handle, remembered?: string) {
    const events: PagedEvent<string>[] = [];
    const broker = new BrokerKubeClient(gateway.transport, {
      namespace: 'sallyport',
      name: 'sallyport-broker',
    });
    const path = ['api', 'v1', 'namespaces', 'pay', 'secrets'];
    const reflector = new PagedReflector<string>({
      collection: broker.collection({ path, query: { fieldSelector } }),
      map: (object) => textOf(recordOf(object['metadata'])['name']),
      handle: async (event) => {
        await handle(event);
        if (event.type !== 'bookmark') events.push(event);
      },
      onFault: () => undefined,
      remembered: () => Promise.resolve(remembered),
    });
    stopping.push(() => reflector.stop());
    reflector.start();
    return { reflector, events };
  }

  const types = (events: readonly PagedEvent<string>[]) => events.map(({ type }) => type);

  it('hands on a list page by page, each once the one before was taken', async () => {
    let open = 0;
    let openMax = 0;
    const { events } = follow(async () => {
      open += 1;
      openMax = Math.max(openMax, open);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open -= 1;
    });
    await expect.poll(() => types(events).at(-1), { timeout: 20_000 }).toBe('listed');
    expect(openMax).toBe(1);
    const pages = events.filter((event) => event.type === 'page');
    expect(pages.map(({ isFirst }) => isFirst)).toEqual([true, false]);
    expect(pages[0]?.items).toHaveLength(limits.listItemsMax);
    const listed = events.at(-1);
    const count = new Set(pages.flatMap(({ items }) => items)).size;
    expect(listed?.type === 'listed' && listed.uids.size).toBe(count);
    await make('later');
    await make('unasked', 'example.org/left-out');
    await cluster.request('DELETE', `${secrets}/later`);
    await expect
      .poll(() => types(events).slice(pages.length), { timeout: 10_000 })
      .toEqual(['listed', 'added', 'deleted']);
  }, 60_000);

  it('tells again what was not taken', async () => {
    let failures = 0;
    const { events } = follow(async (event) => {
      const isDue = event.type === 'added' || (event.type === 'page' && !event.isFirst);
      if (!isDue || failures >= (event.type === 'page' ? 1 : 3)) return;
      failures += 1;
      throw new Error('not now');
    });
    await expect.poll(() => types(events).at(-1), { timeout: 20_000 }).toBe('listed');
    expect(types(events)).toEqual(['page', 'page', 'page', 'listed']);
    await make('again');
    await make('and-again');
    const told = () => events.slice(4).map((event) => ('object' in event ? event.object : ''));
    await expect.poll(told, { timeout: 20_000 }).toEqual(['again', 'and-again']);
    expect(failures).toBe(3);
  }, 60_000);

  it('goes on where an earlier process was, unless the cluster is behind that', async () => {
    const before = await make('before');
    await make('meanwhile');
    const resumed = follow(() => Promise.resolve(), before);
    await expect.poll(() => resumed.events.length, { timeout: 10_000 }).toBe(1);
    expect(resumed.events).toMatchObject([{ type: 'added', object: 'meanwhile' }]);
    const ahead = follow(() => Promise.resolve(), String(BigInt(before) + 1_000_000n));
    await expect.poll(() => types(ahead.events).at(-1), { timeout: 10_000 }).toBe('listed');
  }, 60_000);

  it('is not live, and throws nothing, where it is refused', async () => {
    const path = await cluster.kubeconfigFor({ token: 'wrong', name: 'wrong' });
    const connection = await KubeConnection.open({ mode: 'kubeconfig', path });
    const reflector = new PagedReflector<string>({
      collection: gatewayOn(connection).self.namespaces(),
      map: () => '',
      handle: () => Promise.reject(new Error('nothing to tell')),
      onFault: () => undefined,
    });
    const states: boolean[] = [];
    reflector.start();
    await new Promise((resolve) => setTimeout(resolve, 500));
    states.push(reflector.isLive);
    reflector.nudge();
    await reflector.stop();
    expect(states).toEqual([false]);
  });
});
