import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bind } from '../../support/role-bindings.js';
import { AuditWriter } from '../../../src/audit/audit-writer.js';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import { allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { TokensWorld, allOfTokens, eventually } from '../../support/tokens-world.js';

const db = '/v1/namespaces/pay/secrets/db';
const scope = { namespaces: ['pay'] };
const accounts = '/api/v1/namespaces/pay/serviceaccounts';
const job = { serviceAccount: { namespace: 'pay', name: 'job' } };
const owner = { namespace: 'pay', name: 'owner' };

let world: TokensWorld;
let token: string;
/** May read Secrets of `pay`, which the owner himself may not. */
let other: string;

beforeAll(async () => {
  world = await TokensWorld.start();
  const { installation } = world;
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'hunter2-hunter2' });
  token = await installation.user('pay', 'owner', [allOfTokens]);
  other = await installation.user('pay', 'job', [allOfSecrets]);
  await bind(installation.cluster, {
    ...{ name: 'ops', namespace: 'pay', role: { kind: 'Role', name: 'pay-job' } },
    subject: { kind: 'Group', name: 'ops' },
  });
});

afterAll(() => world.stop());

function withImpersonation(name: string, rule: object): Promise<void> {
  return world.grantEverywhere(owner, name, [{ verbs: ['impersonate'], resources: [], ...rule }]);
}

const mintAs = (actAs: object) => world.create(token, { scope, actAs });

describe('a token that acts as somebody else', () => {
  it('is not made without the right to impersonate him', async () => {
    for (const [actAs, what] of [
      [{ user: 'alice' }, 'users "alice" is forbidden'],
      [job, 'serviceaccounts "job" is forbidden'],
      [{ serviceAccount: { namespace: 'pay', name: 'absent' } }, 'serviceaccounts "absent" is'],
    ] as const) {
      const answer = await mintAs(actAs);
      expect(answer.json()).toMatchObject({ status: 403, detail: expect.stringContaining(what) });
      expect(answer.json()['detail']).toContain('cannot impersonate resource');
    }
  });

  it('needs it for each of the groups', async () => {
    await withImpersonation('as-alice', { resources: ['users'], resourceNames: ['alice'] });
    await eventually(async () => expect((await mintAs({ user: 'alice' })).status).toBe(201));
    const answer = await mintAs({ user: 'alice', groups: ['ops'] });
    expect(answer.json()['detail']).toContain('groups "ops" is forbidden');
    await withImpersonation('as-ops', { resources: ['groups'], resourceNames: ['ops'] });
    await eventually(async () =>
      expect((await mintAs({ user: 'alice', groups: ['ops'] })).status).toBe(201),
    );
  });

  it('is that user with these groups, and on record with its owner', async () => {
    const minted = await world.mint(token, { scope, actAs: { user: 'alice', groups: ['ops'] } });
    expect(minted).toMatchObject({
      actsAs: 'alice',
      owner: 'system:serviceaccount:pay:owner',
    });
    const whoami = (await world.get(minted.token, '/v1/whoami')).json();
    expect(whoami).toMatchObject({
      username: 'alice',
      uid: null,
      groups: ['ops', 'system:authenticated'],
    });
    const answer = await world.get(minted.token, db);
    expect(answer.status).toBe(200);
    expect(await world.eventsOf(answer)).toMatchObject([
      { user: 'alice', tokenOwner: 'system:serviceaccount:pay:owner' },
    ]);
    expect((await world.get(token, db)).status).toBe(403);
  });

  it.each([
    [{ user: 'system:admin' }],
    [{ user: 'system:serviceaccount:pay:job' }],
    [{ user: 'alice', groups: ['system:masters'] }],
    [{ user: ' alice' }],
    [{ user: 'alice', groups: [''] }],
    [{ serviceAccount: { namespace: 'pay', name: '../x' } }],
    [{ user: 'alice', serviceAccount: { namespace: 'pay', name: 'job' } }],
    [{}],
  ])('is never made as %j', async (actAs) => {
    expect((await mintAs(actAs)).status).toBe(422);
  });

  it('has at most 32 groups, each of which is asked about again and again', async () => {
    const groups = (count: number) => Array.from({ length: count }, (_, i) => `team-${i}`);
    const many = await mintAs({ user: 'alice', groups: groups(33) });
    expect(many.json()).toMatchObject({ status: 422, errors: [{ pointer: '/actAs/groups' }] });
    const mutation =
      'mutation($input: CreateTokenInput!) { createToken(input: $input) { secret } }';
    const actAs = { user: { user: 'alice', groups: groups(33) } };
    const input = { description: 'x', expiresInSeconds: 60, actAs };
    expect((await world.graphql(token, mutation, { input })).text).toContain('/actAs/groups');
    expect((await mintAs({ user: 'alice', groups: groups(32) })).status).toBe(403);
  });

  it('is on record with whom it acts as and until when, as it is made and as it ends', async () => {
    const written = vi.spyOn(AuditWriter.prototype, 'append');
    const minted = await world.mint(token, { scope, actAs: { user: 'alice', groups: ['ops'] } });
    const revoked = await world.revoke(token, minted.id);
    expect(await world.eventsOf(revoked)).toMatchObject([{ token: minted.id, actsAs: 'alice' }]);
    const ends = written.mock.calls
      .map(([{ json }]) => JSON.parse(json) as KubernetesAuditEvent)
      .filter(({ stage, annotations }) => {
        const action = annotations['sallyport.dev/action'] ?? '';
        return stage === 'ResponseComplete' && action.startsWith('tokens.');
      });
    expect(ends).toHaveLength(2);
    for (const { annotations } of ends) {
      expect(annotations).toMatchObject({
        'sallyport.dev/token': minted.id,
        'sallyport.dev/acts-as': 'alice',
        'sallyport.dev/acts-as-groups': '["ops"]',
        'sallyport.dev/expires-at': minted.expiresAt,
      });
    }
    written.mockRestore();
  });

  it('is refused within ten seconds when the right to impersonate is taken away', async () => {
    await withImpersonation('as-bob', { resources: ['users'], resourceNames: ['bob'] });
    const minted = await eventually(() => world.mint(token, { scope, actAs: { user: 'bob' } }));
    expect((await world.get(minted.token, '/v1/whoami')).status).toBe(200);
    const takenAtMs = Date.now();
    await world.takeAway('as-bob');
    await eventually(async () =>
      expect((await world.get(minted.token, '/v1/whoami')).status).toBe(401),
    );
    expect(Date.now() - takenAtMs).toBeLessThan(10_000);
  });
});

describe('a token that acts as a ServiceAccount', () => {
  beforeAll(async () => {
    await withImpersonation('as-job', { resources: ['serviceaccounts'] });
    await eventually(() => world.mint(token, { scope, actAs: job }));
  });

  it('is that ServiceAccount, also for the API server', async () => {
    const minted = await world.mint(token, { scope, actAs: job });
    const answer = await world.get(minted.token, db);
    expect(answer.status).toBe(200);
    expect((await world.get(minted.token, '/v1/whoami')).json()).toMatchObject({
      username: 'system:serviceaccount:pay:job',
      groups: expect.arrayContaining(['system:serviceaccounts:pay']),
    });
    expect((await world.get(other, db)).status).toBe(200);
  });

  it('is not made where there is none', async () => {
    const absent = { serviceAccount: { namespace: 'pay', name: 'absent' } };
    expect((await mintAs(absent)).json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/actAs/serviceAccount' }],
    });
  });

  it('is refused when there is another of this name', async () => {
    const minted = await world.mint(token, { scope, actAs: job });
    const { cluster } = world.installation;
    await cluster.request('DELETE', `${accounts}/job`);
    const metadata = { name: 'job' };
    await cluster.request('POST', accounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
    });
    await eventually(async () =>
      expect((await world.get(minted.token, '/v1/whoami')).status).toBe(401),
    );
  });
});

describe('a token made by a token', () => {
  const inPay = (more: object) => ({ ...scope, ...more });

  it('has at most its scope and its expiry', async () => {
    const parent = await world.mint(token, {
      expiresInSeconds: 60,
      scope: inPay({ secrets: ['db*'], actions: ['tokens.*', 'read'] }),
    });
    const child = await world.mint(parent.token, {
      expiresInSeconds: 600,
      scope: { secrets: ['db', 'mail'], keys: ['password'], actions: ['secrets.*'] },
    });
    expect(child.scope).toEqual({
      namespaces: ['pay'],
      secrets: ['db'],
      keys: ['password'],
      actions: ['secrets.list', 'secrets.get', 'secrets.reveal', 'secrets.check', 'secrets.watch'],
      cidrs: null,
    });
    expect(child.expiresAt).toBe(parent.expiresAt);
  });

  it('is told that its expiry was cut, and why', async () => {
    const parent = await world.mint(token, {
      ...{ expiresInSeconds: 60, scope: inPay({ actions: ['tokens.*', 'read'] }) },
    });
    expect(parent).toMatchObject({ warnings: [] });
    const wanted = { description: 'a child', expiresInSeconds: 600 };
    const warning = `the token expires at ${parent.expiresAt}`;
    for (const path of ['/v1/tokens', '/v1/tokens?dryRun=All']) {
      const call = { method: 'POST', path, token: parent.token, body: wanted };
      const answer = await send(world.base, call);
      expect(answer.json()).toMatchObject({ warnings: [expect.stringContaining(warning)] });
      expect(answer.headers['warning']).toContain(`299 - "${warning}`);
    }
    const mutation =
      'mutation ($input: CreateTokenInput!) { createToken(input: $input) { warnings } }';
    const answer = await world.graphql(parent.token, mutation, { input: wanted });
    expect(answer.json()).toMatchObject({
      data: { createToken: { warnings: [expect.stringContaining(warning)] } },
    });
  });

  it('is not made by one that is not for that', async () => {
    const parent = await world.mint(token, { scope: inPay({ actions: ['read', 'write'] }) });
    const answer = await world.create(parent.token, { scope });
    expect(answer.json()).toMatchObject({ status: 403 });
  });

  it('ends with it', async () => {
    const parent = await world.mint(token, { scope });
    const child = await world.mint(parent.token, { scope });
    const grandchild = await world.mint(child.token, { scope });
    expect((await world.get(grandchild.token, '/v1/whoami')).status).toBe(200);
    expect((await world.revoke(token, parent.id)).status).toBe(200);
    for (const { token: text } of [parent, child, grandchild]) {
      expect((await world.get(text, '/v1/whoami')).status).toBe(401);
    }
  });

  it('sees and ends itself and what comes from it, not what its owner has besides', async () => {
    const parent = await world.mint(token, { scope });
    const child = await world.mint(parent.token, { scope });
    const beside = await world.mint(token, { scope });
    const seen = (await world.tokensOf(parent.token)).map(({ id }) => id);
    expect(seen.toSorted()).toEqual([parent.id, child.id].toSorted());
    expect((await world.revoke(parent.token, beside.id)).status).toBe(403);
    expect((await world.revoke(parent.token, child.id)).status).toBe(200);
    expect((await world.revoke(child.token, child.id)).status).toBe(401);
    expect((await world.revoke(parent.token, parent.id)).status).toBe(200);
  });

  it('hangs on the right to impersonate of whoever its own acts for', async () => {
    await withImpersonation('as-carol', { resources: ['users'], resourceNames: ['carol'] });
    await bind(world.installation.cluster, {
      ...{ name: 'carol', namespace: 'pay', role: { kind: 'Role', name: 'pay-owner' } },
      subject: { kind: 'User', name: 'carol' },
    });
    const parent = await eventually(() => world.mint(token, { scope, actAs: { user: 'carol' } }));
    const child = await eventually(() => world.mint(parent.token, { scope }));
    expect((await world.get(child.token, '/v1/whoami')).json()).toMatchObject({
      username: 'carol',
    });
    await world.takeAway('as-carol');
    await eventually(async () =>
      expect((await world.get(child.token, '/v1/whoami')).status).toBe(401),
    );
  });
});
