import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { followed } from '../../support/secrets-world.js';
import { SocketClient } from '../../support/socket-client.js';
import { TokensWorld, allOfTokens, eventually, virtual } from '../../support/tokens-world.js';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const subscription = (namespace: string) =>
  `subscription { secretChanged(namespace: "${namespace}") { type cursor } }`;

let world: TokensWorld;
let owner: string;
let auditor: string;
const clients: SocketClient[] = [];

beforeAll(async () => {
  world = await TokensWorld.start();
  await world.installation.serve('pay');
  owner = await world.installation.user('pay', 'owner', [allOfSecrets]);
  await world.grantEverywhere({ namespace: 'pay', name: 'owner' }, 'minter', [allOfTokens]);
  auditor = await world.installation.user('pay', 'auditor', [virtual('auditevents', 'list')]);
  await followed(world.installation, 'pay');
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => world.installation.stop());

/** A client that follows a namespace, and has been told all that is there. */
async function following(token: string): Promise<SocketClient> {
  const client = await SocketClient.begin(world.base, token);
  clients.push(client);
  client.subscribe('1', subscription('pay'));
  await client.frame(({ payload }) => JSON.stringify(payload ?? '').includes('BOOKMARK'));
  return client;
}

async function endings(): Promise<readonly unknown[]> {
  const answer = await world.get(auditor, '/v1/audit/events?namespace=pay&action=secrets.watch');
  return answer.json<{ readonly items: readonly unknown[] }>().items;
}

describe('a subscription ends', () => {
  it('with 4401 when its token is revoked', async () => {
    const { id, token } = await eventually(() => world.mint(owner));
    const client = await following(token);
    expect((await world.revoke(owner, id)).status).toBeLessThan(300);
    expect(await client.closed).toEqual({ code: 4401, reason: 'unauthorized' });
    expect(JSON.stringify(await endings())).toContain('the credential has ended');
  });

  it('with 4401 when its token has expired', async () => {
    const { token, expiresAt } = await world.mint(owner, { expiresInSeconds: 4 });
    const client = await following(token);
    expect((await client.closed).code).toBe(4401);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });

  it('with an event that says so, and complete, where it is a stream of events', async () => {
    const { token } = await world.mint(owner, { expiresInSeconds: 2 });
    const answer = await fetch(`${world.base}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: subscription('pay') }),
      signal: AbortSignal.timeout(20_000),
    });
    const frames = (await answer.text()).trimEnd().split('\n\n');
    expect(frames.at(-2)).toContain('"code":"Unauthenticated"');
    expect(frames.at(-1)).toBe('event: complete\ndata:');
  });

  it('with an error and 4403 when its right is gone', async () => {
    const token = await world.installation.user('pay', 'leaver', [allOfSecrets]);
    const client = await following(token);
    const path = `${rbac}/namespaces/pay/rolebindings/pay-leaver`;
    await world.installation.cluster.request('DELETE', path);
    const [error] = await client.errors('1');
    expect(error?.extensions).toMatchObject({ code: 'Forbidden', status: 403 });
    expect(await client.closed).toEqual({ code: 4403, reason: 'forbidden' });
    expect(JSON.stringify(await endings())).toContain('the right is gone');
  });

  it('for its client alone: what others follow goes on', async () => {
    const token = await world.installation.user('pay', 'stayer', [allOfSecrets]);
    const [one, other] = [await following(token), await following(token)];
    one.close();
    await world.installation.cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'later' },
    });
    await other.frame(({ payload }) => JSON.stringify(payload ?? '').match(/ADDED/g) !== null);
  });
});

it('a stop closes connections with 1001, and does not wait for them', async () => {
  const installation = await TestInstallation.start();
  const [url = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await followed(installation, 'pay');
  const token = await installation.user('pay', 'app', [allOfSecrets]);
  const client = await SocketClient.begin(url, token);
  client.subscribe('1', subscription('pay'));
  await client.frame(({ type }) => type === 'next');
  const silent = await SocketClient.open(url);
  const deaf = await SocketClient.begin(url, token);
  deaf.socket.pause();

  const stopped = installation.stop();
  expect(await client.closed).toEqual({ code: 1001, reason: 'going away' });
  expect((await silent.closed).code).toBe(1001);
  await stopped;
  deaf.close();
});

it.each([
  ['GraphQL', 'POST', '/graphql', { query: subscription('pay') }],
  ['REST', 'GET', '/v1/namespaces/pay/secrets', undefined],
] as const)(
  'a stop ends streams of events of %s, and waits for none',
  async (_, method, path, body) => {
    const installation = await TestInstallation.start();
    const [url = ''] = await installation.gateway.listen();
    await installation.serve('pay');
    await followed(installation, 'pay');
    const token = await installation.user('pay', 'app', [allOfSecrets]);
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const text = answer.text();
    const startedMs = performance.now();
    await installation.gateway.stop();
    // A stop that waits ends after `limits.shutdownMsMax`.
    expect(performance.now() - startedMs).toBeLessThan(limits.shutdownMsMax - 2_000);
    expect(await text).toMatch(method === 'GET' ? /^retry: / : /event: complete\ndata:\n\n$/);
    await installation.stop();
  },
);
