import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { DenyingAuthorizer } from '../../support/denying-authorizer.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';

/** Allows of RBAC are kept so long; no watch tells of what a webhook takes away. */
const FOLLOWS_WITHIN_MS = limits.decisionKeptMs + 2_000;
const REASON = 'not on a Sunday';
const account = 'system:serviceaccount:pay:app';

let authorizer: DenyingAuthorizer;
let installation: TestInstallation;
let base: string;
let token: string;

beforeAll(async () => {
  authorizer = await DenyingAuthorizer.start();
  installation = await TestInstallation.start({}, undefined, () => authorizer.cluster());
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'hunter2-hunter2' });
  await seedSecret(installation, 'pay', 'mail', { password: 'hunter3-hunter3' });
  token = await installation.user('pay', 'app', [allOfSecrets]);
});

afterAll(async () => {
  await installation?.stop();
  await authorizer?.stop();
});

interface Way {
  readonly name: string;
  readonly ask: (secret: string) => Promise<Answer>;
}

const secrets = '/v1/namespaces/pay/secrets';
const body = { stringData: { other: 'text' } };
const ways: readonly Way[] = [
  { name: 'a read', ask: (secret) => get(`${secrets}/${secret}`) },
  { name: 'a strong read', ask: (secret) => get(`${secrets}/${secret}?consistency=strong`) },
  { name: 'a read of a key', ask: (secret) => get(`${secrets}/${secret}/keys/password`) },
  { name: 'metadata', ask: (secret) => get(`${secrets}/${secret}/metadata`) },
  { name: 'kubectl', ask: (secret) => get(`/kubernetes/api/v1/namespaces/pay/secrets/${secret}`) },
  {
    name: 'a PATCH',
    ask: (secret) =>
      send(base, { method: 'PATCH', path: `${secrets}/${secret}?dryRun=All`, token, body }),
  },
  {
    name: 'GraphQL',
    ask: (secret) => {
      const query = `{ secret(namespace: "pay", name: "${secret}") { value(key: "password") } }`;
      return send(base, { method: 'POST', path: '/graphql', token, body: { query } });
    },
  },
];

const get = (path: string) => send(base, { path, token });

/** 200, or 403 where the answer says so in one way or another. */
function statusOf({ status, text }: Answer): number {
  return text.includes('"code":"Forbidden"') ? 403 : status;
}

/** How often the API server asked about the user for one read. None: a decision is kept. */
async function questionsOf(path: string): Promise<number> {
  const count = () => authorizer.users.filter((user) => user === account).length;
  const before = count();
  await get(path);
  return count() - before;
}

const statuses = (secret: string) =>
  Promise.all(ways.map(async ({ ask }) => statusOf(await ask(secret))));
const all = (status: number) => ways.map(() => status);

describe('what an authoriser before RBAC takes away', () => {
  it('is refused here as at the API server, for one Secret alone, until it is given back', async () => {
    expect([await statuses('db'), await statuses('mail')]).toEqual([all(200), all(200)]);
    await expect.poll(() => questionsOf(`${secrets}/db`), { timeout: 20_000 }).toBe(0);
    authorizer.denies = ({ user, resourceAttributes: { resource, name } = {} }) =>
      user === account && resource === 'secrets' && name === 'db' ? REASON : undefined;
    const deniedAtMs = performance.now();
    const settled = { timeout: 2 * FOLLOWS_WITHIN_MS, interval: 100 };
    await expect.poll(() => statuses('db'), settled).toEqual(all(403));
    expect(performance.now() - deniedAtMs).toBeLessThan(FOLLOWS_WITHIN_MS);
    expect(await statuses('mail')).toEqual(all(200));

    const headers = { 'Impersonate-User': account };
    const path = '/api/v1/namespaces/pay/secrets/db';
    const { cluster } = installation;
    const direct = await cluster.request<Answer>('GET', path, undefined, { headers });
    expect(direct).toMatchObject({ status: 403 });
    const { message } = direct.body as unknown as { readonly message: string };
    expect(message).toContain(REASON);
    for (const where of [`${secrets}/db`, `${secrets}/db?consistency=strong`]) {
      const answer = await get(where);
      expect(answer.json()).toMatchObject({ code: 'Forbidden', detail: message });
      expect(answer.text).not.toContain('hunter2');
    }

    authorizer.denies = () => undefined;
    await expect.poll(() => statuses('db'), settled).toEqual(all(200));
  }, 90_000);
});
