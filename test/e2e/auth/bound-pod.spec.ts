import { Agent } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';

/** What docs/authenticate.md says, and a second for the way there and back on a busy machine. */
const ENDS_WITHIN_MS = 15_000 + 1_000;
const BETWEEN_CALLS_MS = 100;

const pods = '/api/v1/namespaces/pay/pods';
const secret = '/v1/namespaces/pay/secrets/db';

let installation: TestInstallation;
let base: string;
/** Keeps its connection, on which a token was found right before. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'root' });
  await installation.user('pay', 'app', [allOfSecrets]);
});

afterAll(async () => {
  agent.destroy();
  await installation.stop();
});

/** A pod of the ServiceAccount, and a token that is bound to it. */
async function podWithToken(name: string): Promise<string> {
  const containers = [{ name: 'main', image: 'example.com/none:1' }];
  const spec = { serviceAccountName: 'app', containers };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
  const made = await installation.cluster.request('POST', pods, pod);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const account = { namespace: 'pay', serviceAccount: 'app' };
  return installation.cluster.createToken({
    ...account,
    audiences: ['sallyport'],
    boundPod: name,
  });
}

interface Way {
  readonly name: string;
  readonly status: (token: string) => Promise<number>;
}

const ways: readonly Way[] = [
  {
    name: 'REST, on a new connection each time',
    status: async (token) => (await send(base, { path: secret, token })).status,
  },
  {
    name: 'REST, on one connection',
    status: async (token) => (await send(base, { path: secret, token, agent })).status,
  },
  {
    name: 'kubectl',
    status: async (token) => {
      return (await send(base, { path: `/kubernetes/api/v1/namespaces/pay/secrets`, token }))
        .status;
    },
  },
];

describe('a token that is bound to a pod', () => {
  it('ends within 15 seconds of the pod, however often it is used, and for good', async () => {
    const left = await podWithToken('stays');
    const token = await podWithToken('leaves');
    const statuses = (of: string) => Promise.all(ways.map(({ status }) => status(of)));
    const allowed = ways.map(() => 200);
    const refused = ways.map(() => 401);
    expect(await statuses(token)).toEqual(allowed);
    const path = `${pods}/leaves?gracePeriodSeconds=0`;
    const gone = await installation.cluster.request('DELETE', path);
    expect(gone.status).toBe(200);
    const deletedAtMs = performance.now();
    const lastAllowedMs = ways.map(() => 0);
    // Past the time, too: nothing may bring it back.
    while (performance.now() - deletedAtMs < ENDS_WITHIN_MS + 2_000) {
      const askedAtMs = performance.now() - deletedAtMs;
      for (const [index, status] of (await statuses(token)).entries()) {
        if (status !== 401) lastAllowedMs[index] = askedAtMs;
      }
      await wait(BETWEEN_CALLS_MS);
    }
    const late = ways.filter((_, index) => (lastAllowedMs[index] ?? 0) > ENDS_WITHIN_MS);
    expect(late.map(({ name }) => name)).toEqual([]);
    expect(await statuses(token)).toEqual(refused);
    expect(await statuses(left)).toEqual(allowed);
  }, 60_000);
});
