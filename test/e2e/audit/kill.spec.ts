import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltGateway, ChildGateway, buildGateway } from '../../support/child-gateway.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Call, send } from '../../support/raw-http.js';
import { isLong } from '../../support/scale.js';
import { makeAuditor, seedSecret, storedVersion } from '../../support/seed.js';
import { SteadyReads } from '../../support/steady-reads.js';
import { eventually, virtual } from '../../support/tokens-world.js';
import { UpstreamProxy, proxyKubeconfig } from '../../support/upstream-proxy.js';

const path = '/v1/namespaces/pay/secrets';

interface Page {
  readonly continue?: string;
  readonly items: readonly {
    readonly id: string;
    readonly auditId: string;
    readonly outcome: string;
  }[];
}

interface Version {
  readonly door: string;
  readonly createdBy: string | null;
  readonly auditId: string | null;
}

let installation: TestInstallation;
let proxy: UpstreamProxy;
let built: BuiltGateway;
let child: ChildGateway | undefined;
let dir: string;
let config: object;
let token: string;
let auditor: string;
let historian: string;

beforeAll(async () => {
  [installation, built] = await Promise.all([TestInstallation.start(), buildGateway()]);
  proxy = await UpstreamProxy.start(installation.cluster);
  dir = mkdtempSync(join(tmpdir(), 'sallyport-kill-'));
  const own = await installation.cluster.createToken({
    namespace: 'sallyport',
    serviceAccount: 'sallyport',
  });
  const kubeconfig = join(dir, 'kubeconfig');
  writeFileSync(kubeconfig, proxyKubeconfig(proxy.url, own), { mode: 0o600 });
  config = {
    listen: { port: 0 },
    health: { port: 0 },
    dataDir: join(dir, 'data'),
    kubernetes: { mode: 'kubeconfig', kubeconfig },
    namespaces: { served: ['*'] },
  };
  await installation.serve('pay');
  token = await installation.user('pay', 'app', [allOfSecrets]);
  auditor = await installation.user('pay', 'auditor', []);
  await makeAuditor(installation, 'pay', 'auditor');
  const ofVersions = virtual('secretversions', 'list', 'get');
  historian = await installation.user('pay', 'historian', [ofVersions]);
});

afterAll(async () => {
  await child?.stop();
  await proxy.stop();
  await installation.stop();
  built.remove();
  rmSync(dir, { recursive: true, force: true });
});

beforeEach(() => {
  proxy.onAnswer = () => undefined;
  proxy.onRequest = () => undefined;
});

async function running(): Promise<ChildGateway> {
  if (child?.isRunning !== true) {
    child = await ChildGateway.start(built.main, config, join(dir, 'data'));
  }
  return child;
}

/**
 * Sends a write whose gateway dies as told, at its write or another call to the cluster, and starts
 * it again; its client hears nothing.
 */
async function interrupted(
  call: Call,
  when: 'before' | 'after',
  at: Pick<Call, 'method' | 'path'> = { method: call.method ?? 'GET', path: '/secrets' },
): Promise<void> {
  const gateway = await running();
  const isIt = ({ method, path: target }: { method: string; path: string }) =>
    method === at.method && target.includes(at.path);
  const kill = async () => {
    gateway.kill();
    await gateway.ended();
  };
  if (when === 'after') proxy.onAnswer = (exchange) => (isIt(exchange) ? kill() : undefined);
  else {
    proxy.onRequest = async (exchange) => {
      if (!isIt(exchange)) return;
      await kill();
      throw new Error('not passed on');
    };
  }
  await expect(send(gateway.url, { token, ...call })).rejects.toThrow(/./);
  await gateway.ended();
  proxy.onAnswer = () => undefined;
  proxy.onRequest = () => undefined;
  await running();
}

async function pageOf(query: string): Promise<Page> {
  const gateway = await running();
  const answer = await send(gateway.url, { path: `/v1/audit/events${query}`, token: auditor });
  expect(answer.status, answer.text).toBe(200);
  return answer.json<Page>();
}

async function eventsOf(secret: string): Promise<Page['items']> {
  const { items } = await pageOf(`?namespace=pay&secret=${secret}`);
  return items.filter((event) => !('action' in event && event.action === 'audit.read'));
}

/** The same, of as many pages as there are. */
async function allEventsOf(secret: string): Promise<Page['items']> {
  const items: Page['items'][number][] = [];
  let next = '';
  do {
    const page = await pageOf(`?namespace=pay&secret=${secret}&limit=500${next}`);
    items.push(...page.items);
    next = page.continue === undefined ? '' : `&continue=${encodeURIComponent(page.continue)}`;
  } while (next !== '');
  return items;
}

const written: readonly (readonly [string, (name: string) => Call, string])[] = [
  [
    'create',
    (name) => ({ method: 'POST', path, body: { name, stringData: { a: '1' } } }),
    'secrets.create',
  ],
  [
    'replacement',
    (name) => ({ method: 'PUT', path: `${path}/${name}`, body: { stringData: { a: '2' } } }),
    'secrets.update',
  ],
  [
    'patch',
    (name) => ({ method: 'PATCH', path: `${path}/${name}`, body: { stringData: { a: '3' } } }),
    'secrets.patch',
  ],
  ['delete', (name) => ({ method: 'DELETE', path: `${path}/${name}` }), 'secrets.delete'],
];

describe('kill -9 between the upstream write and its outcome record', () => {
  it.each(written.filter((_, index) => isLong || index % 2 === 0))(
    '%s: is resolved at the next start',
    async (what, call, action) => {
      const name = `after-${what}`;
      if (what !== 'create') await seedSecret(installation, 'pay', name, { a: '0' });
      const before = await storedVersion(installation, 'pay', name);
      await interrupted(call(name), 'after');
      expect(await storedVersion(installation, 'pay', name)).not.toBe(before);
      const events = await eventsOf(name);
      expect(events).toMatchObject([
        {
          action,
          // That a Secret is not there proves nothing.
          ...(what === 'delete'
            ? { outcome: 'unknown', code: 503 }
            : { outcome: 'allowed', code: 200 }),
          marks: ['resolved'],
          user: 'system:serviceaccount:pay:app',
          secret: name,
        },
      ]);
      expect(await eventsOf(name)).toEqual(events);
    },
  );
});

describe('the version of a write whose gateway died before it could say whose it was', () => {
  const app = 'system:serviceaccount:pay:app';

  async function versionsOf(name: string): Promise<readonly Version[]> {
    const gateway = await running();
    const call = { path: `${path}/${name}/versions`, token: historian };
    const answer = await send(gateway.url, call);
    return answer.status === 200 ? answer.json<{ items: readonly Version[] }>().items : [];
  }

  it('names the user, the reason and the event of its intent', async () => {
    const name = 'attributed-create';
    const headers = { 'x-change-reason': 'a new service' };
    const body = { name, stringData: { a: '1' } };
    await interrupted({ method: 'POST', path, headers, body }, 'after');
    const [event] = await eventsOf(name);
    await expect
      .poll(() => versionsOf(name))
      .toMatchObject([
        { door: 'rest', createdBy: app, reason: 'a new service', auditId: event?.auditId },
      ]);
  });

  it('names them once a repetition finds that it took effect', async () => {
    const name = 'attributed-retry';
    const put = (a: string, key: string): Call => ({
      ...{ method: 'PUT', path: `${path}/${name}`, body: { stringData: { a } } },
      headers: { 'idempotency-key': key, 'x-change-reason': `sets ${a}` },
    });
    const gateway = await running();
    expect((await send(gateway.url, { token, ...put('1', 'first') })).status).toBe(201);
    // Two writes within a minute: the intent alone does not prove which of them is there.
    await interrupted(put('2', 'second'), 'after');
    await expect.poll(() => versionsOf(name)).toMatchObject([{ door: 'external' }, {}]);
    const again = await send((await running()).url, { token, ...put('2', 'second') });
    expect(again.status, again.text).toBe(200);
    const [version] = await versionsOf(name);
    expect(version).toMatchObject({ door: 'rest', createdBy: app, reason: 'sets 2' });
    const events = await eventsOf(name);
    expect(events.map(({ auditId }) => auditId)).toContain(version?.auditId);
  });
});

describe('kill -9 between the intent and the upstream write', () => {
  // An older state than a second ago, for Kubernetes tells times in whole seconds.
  it.each(written.filter((_, index) => isLong || index % 2 === 1))(
    '%s: stays unknown, and nothing was written',
    async (what, call, action) => {
      const name = `before-${what}`;
      if (what !== 'create') {
        await seedSecret(installation, 'pay', name, { a: '0' });
        await new Promise((resolve) => setTimeout(resolve, 1_100));
      }
      const before = await storedVersion(installation, 'pay', name);
      await interrupted(call(name), 'before');
      expect(await storedVersion(installation, 'pay', name)).toBe(before);
      expect(await eventsOf(name)).toMatchObject([
        { action, outcome: 'unknown', secret: name, marks: ['resolved'] },
      ]);
    },
  );
});

describe('a delete of what never was, by somebody who may not', () => {
  it('is never taken for allowed after a kill', async () => {
    const nobody = await installation.user('pay', 'nobody', []);
    const call = { method: 'DELETE', path: `${path}/never-was`, token: nobody };
    await interrupted(call, 'after', { method: 'POST', path: '/subjectaccessreviews' });
    expect(await eventsOf('never-was')).toMatchObject([
      { outcome: 'unknown', user: 'system:serviceaccount:pay:nobody', marks: ['resolved'] },
    ]);
  });
});

describe('a read that a kill interrupted', () => {
  it('was not answered, and leaves no event that claims it was', async () => {
    await seedSecret(installation, 'pay', 'read', { a: '0' });
    const gateway = await running();
    proxy.onAnswer = async ({ path: target }) => {
      if (!target.endsWith('/secrets/read')) return;
      gateway.kill();
      await gateway.ended();
    };
    await expect(
      send(gateway.url, { path: `${path}/read?consistency=strong`, token }),
    ).rejects.toThrow(/./);
    await gateway.ended();
    proxy.onAnswer = () => undefined;
    expect(await eventsOf('read')).toEqual([]);
  });
});

describe('reads by many connections that a kill interrupted', () => {
  it('have an event for each that was answered', async () => {
    await seedSecret(installation, 'pay', 'steady', { a: '1' });
    const gateway = await running();
    const reads = new SteadyReads(gateway.url, { path: `${path}/steady/keys/a`, token });
    await eventually(async () => expect(reads.answers.length).toBeGreaterThan(200));
    gateway.kill();
    await gateway.ended();
    await reads.end();
    expect(reads.answers.filter(({ status }) => status !== 200)).toEqual([]);
    const recorded = new Set((await allEventsOf('steady')).map(({ auditId }) => auditId));
    expect(reads.ids.filter((id) => !recorded.has(id))).toEqual([]);
  });
});

describe('SIGTERM', () => {
  it('lets a write in flight end and be recorded, and exits with 0', async () => {
    await seedSecret(installation, 'pay', 'slow', { a: '0' });
    const gateway = await running();
    let stopped: Promise<number | null> | undefined;
    proxy.onAnswer = async ({ method }) => {
      if (method !== 'PATCH') return;
      stopped = gateway.stop();
      await new Promise((resolve) => setTimeout(resolve, 300));
    };
    const call = { method: 'PATCH', path: `${path}/slow`, body: { stringData: { a: '1' } } };
    const answer = await send(gateway.url, { token, ...call });
    proxy.onAnswer = () => undefined;
    expect(answer.status, answer.text).toBe(200);
    expect(await stopped).toBe(0);
    expect(await eventsOf('slow')).toMatchObject([{ action: 'secrets.patch', outcome: 'allowed' }]);
  });
});
