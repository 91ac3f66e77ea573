import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, createGateway } from '../../../src/app/gateway.js';
import { type BuiltGateway, ChildGateway, buildGateway } from '../../support/child-gateway.js';
import { TestInstallation, allOfSecrets, gatewayConfig } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { scaled } from '../../support/scale.js';
import { historyOf } from './capture-world.js';

const edits = scaled(1_000, 80);
const restarts = scaled(20, 4);
const kept = { versions: { limit: 10_000 } };

interface State {
  readonly resourceVersion: string;
  readonly value: string | undefined;
}

describe('history across restarts', () => {
  let installation: TestInstallation;
  let built: BuiltGateway;
  let dir: string;
  let child: ChildGateway | undefined;
  let reader: Gateway | undefined;
  let token: string;

  beforeAll(async () => {
    [installation, built] = await Promise.all([
      TestInstallation.start({ versions: { enabled: false } }),
      buildGateway(),
    ]);
    dir = mkdtempSync(join(tmpdir(), 'sallyport-capture-'));
    await installation.serve('pay');
    token = await installation.user('pay', 'app', [allOfSecrets]);
  });
  afterAll(async () => {
    await child?.stop();
    await reader?.stop();
    await installation?.stop();
    built?.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  const dataDir = () => join(dir, 'data');
  const item = '/api/v1/namespaces/pay/secrets/edited';

  async function startChild(): Promise<ChildGateway> {
    const config = await gatewayConfig(installation.cluster, dataDir(), kept);
    child = await ChildGateway.start(built.main, childConfig(config), dataDir());
    return child;
  }

  /** What defaults have filled in would be refused where it says nothing. */
  function childConfig({ kubernetes }: Awaited<ReturnType<typeof gatewayConfig>>): object {
    return {
      ...{ listen: { port: 0 }, health: { port: 0 }, dataDir: dataDir(), ...kept },
      kubernetes: { mode: 'kubeconfig', kubeconfig: kubernetes.kubeconfig },
      namespaces: { served: ['*'] },
    };
  }

  async function stored(): Promise<State> {
    interface Secret {
      readonly metadata: { readonly resourceVersion: string };
      readonly data?: { readonly v?: string };
    }
    const { body } = await installation.cluster.request<Secret>('GET', item);
    const value = Buffer.from(body.data?.v ?? '', 'base64').toString();
    return { resourceVersion: body.metadata.resourceVersion, value };
  }

  async function direct(value: string): Promise<void> {
    const { status } = await installation.cluster.request('PUT', item, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'edited' },
      stringData: { v: value },
    });
    expect(status).toBe(200);
  }

  function through(gateway: ChildGateway, value: string) {
    const path = '/v1/namespaces/pay/secrets/edited';
    return send(gateway.url, { method: 'PUT', path, token, body: { stringData: { v: value } } });
  }

  it('has one version for each persisted state, in order, none lost or doubled', async () => {
    let gateway = await startChild();
    await installation.cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'edited' },
      stringData: { v: 'start' },
    });
    const states = [await stored()];
    const look = async (): Promise<void> => {
      const state = await stored();
      if (state.resourceVersion !== states.at(-1)?.resourceVersion) states.push(state);
    };
    for (let edit = 0; edit < edits; edit += 1) {
      const value = `edit-${edit}`;
      const isEnd = (edit + 1) % Math.floor(edits / restarts) === 0;
      const isKill = isEnd && (edit / Math.floor(edits / restarts)) % 2 < 1;
      if (isKill) {
        const answer = through(gateway, value).catch(() => undefined);
        await wait(Math.random() * 12);
        gateway.kill();
        await Promise.all([gateway.ended(), answer]);
        await look();
      } else if (edit % 2 === 0) {
        expect((await through(gateway, value)).status).toBe(200);
      } else {
        await direct(value);
      }
      await look();
      if (!isEnd) continue;
      await gateway.stop();
      // What happens while it is down is found in the watch that goes on.
      for (const part of ['a', 'b', 'c']) {
        await direct(`${value}-${part}`);
        await look();
      }
      gateway = await startChild();
    }
    await gateway.stop();
    const config = await gatewayConfig(installation.cluster, dataDir(), kept);
    const reading = await createGateway(config, { level: 'silent' });
    reader = reading;
    const seen = async () =>
      (await historyOf(reading, 'pay', 'edited')).map((one) => ({
        resourceVersion: one.resourceVersion,
        value: one.values['v'],
      }));
    await expect.poll(seen, { timeout: 20_000 }).toEqual(states);
    const history = await historyOf(reading, 'pay', 'edited');
    expect(history.map(({ version }) => version)).toEqual(states.map((_, index) => index + 1));
    expect(history.filter(({ isGap }) => isGap)).toEqual([]);
  }, 900_000);
});
