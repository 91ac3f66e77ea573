import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { makeAuditor, seedSecret } from '../../support/seed.js';
import { TokensWorld, allOfTokens, eventually, virtual } from '../../support/tokens-world.js';

const secret = '/v1/namespaces/pay/secrets/db';

let world: TokensWorld;
/** Who may everything with Secrets and tokens of `pay`. */
let owner: string;
let stranger: string;
/** Who may read the whole trail. */
let auditor: string;

beforeAll(async () => {
  world = await TokensWorld.start({ tokens: { maxLifetimeSeconds: 3_600 } });
  const { installation } = world;
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'hunter2-hunter2' });
  owner = await installation.user('pay', 'owner', [allOfSecrets, allOfTokens]);
  stranger = await installation.user('pay', 'stranger', []);
  auditor = await installation.user('pay', 'auditor', []);
  await makeAuditor(installation, 'pay', 'auditor');
  const exporting = { namespace: 'pay', name: 'auditor' };
  await world.grantEverywhere(exporting, 'exporter', [virtual('auditlogs', 'get')]);
});

afterAll(() => world.stop());

const forPay = { scope: { namespaces: ['pay'] } };

describe('a token', () => {
  it('is its owner: it reads what he may read, and is on record under its id', async () => {
    const minted = await world.mint(owner, forPay);
    expect(minted.token).toMatch(/^sp_[0-9A-Za-z]{16}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    const answer = await world.get(minted.token, `${secret}/keys/password`);
    expect([answer.status, answer.text]).toEqual([200, 'hunter2-hunter2']);
    expect(await world.eventsOf(answer)).toMatchObject([
      {
        user: 'system:serviceaccount:pay:owner',
        action: 'secrets.reveal',
        outcome: 'allowed',
        credentialId: `sp:${minted.id}`,
        tokenId: minted.id,
        tokenDescription: 'a test',
        tokenOwner: 'system:serviceaccount:pay:owner',
      },
    ]);
  });

  it('leaves events that name it, its owner and its scope when it is gone, in every form', async () => {
    const minted = await world.mint(owner, {
      ...forPay,
      description: 'short',
      expiresInSeconds: 1,
    });
    const read = await world.get(minted.token, `${secret}/keys/password`);
    await eventually(async () =>
      expect((await world.get(minted.token, '/v1/whoami')).status).toBe(401),
    );
    expect((await world.tokensOf(owner)).map(({ id }) => id)).not.toContain(minted.id);
    const scope = { namespaces: ['pay'], secrets: null, keys: null, actions: null, cidrs: null };
    const username = 'system:serviceaccount:pay:owner';
    const used = { tokenId: minted.id, tokenDescription: 'short', tokenOwner: username };
    const made = { token: minted.id, actsAs: username, tokenScope: scope };
    const { items } = (await world.get(auditor, '/v1/audit/events?namespace=pay')).json() as {
      items: readonly { readonly auditId: string; readonly action: string; token?: string }[];
    };
    const isRead = ({ auditId }: { readonly auditId: string }) =>
      auditId === read.headers['audit-id'];
    const isMint = (event: { readonly action: string; token?: string | null }) =>
      event.action === 'tokens.create' && event.token === minted.id;
    expect(items.find(isRead)).toMatchObject(used);
    expect(items.find(isMint)).toMatchObject({ ...made, tokenExpiresAt: minted.expiresAt });
    const listed = await world.graphql(
      auditor,
      `{ auditEvents(filter: { namespace: "pay" }, first: 100) { nodes {
        auditId action tokenId tokenDescription tokenOwner token actsAs tokenExpiresAt
        tokenScope { namespaces secrets keys actions cidrs } } } }`,
    );
    const { nodes } = (listed.json()['data'] as { auditEvents: { nodes: typeof items } })
      .auditEvents;
    expect(nodes.find(isRead)).toMatchObject(used);
    expect(nodes.find(isMint)).toMatchObject(made);
    await eventually(async () =>
      expect((await world.get(auditor, '/v1/audit/export')).text).toContain(
        `"sallyport.dev/token-id":"${minted.id}","sallyport.dev/token-description":"short"`,
      ),
    );
  });

  it('tells who it is, until when, and what for', async () => {
    const minted = await world.mint(owner, forPay);
    const whoami = await world.get(minted.token, '/v1/whoami');
    expect(whoami.json()).toMatchObject({
      username: 'system:serviceaccount:pay:owner',
      kind: 'token',
      credentialId: `sp:${minted.id}`,
      expiresAt: minted.expiresAt,
      scope: { namespaces: ['pay'], secrets: null, keys: null, actions: null, cidrs: null },
    });
    const viewer = await world.graphql(minted.token, '{ viewer { kind scope { namespaces } } }');
    expect(viewer.json()).toEqual({
      data: { viewer: { kind: 'TOKEN', scope: { namespaces: ['pay'] } } },
    });
  });

  it('is listed with its last use and never as itself', async () => {
    const minted = await world.mint(owner, { ...forPay, description: 'for the list' });
    const find = async () => (await world.tokensOf(owner)).find(({ id }) => id === minted.id);
    expect(await find()).toEqual({
      id: minted.id,
      description: 'for the list',
      owner: 'system:serviceaccount:pay:owner',
      actsAs: 'system:serviceaccount:pay:owner',
      scope: { namespaces: ['pay'], secrets: null, keys: null, actions: null, cidrs: null },
      createdAt: minted.createdAt,
      expiresAt: minted.expiresAt,
      lastUsedAt: null,
    });
    await world.get(minted.token, '/v1/whoami');
    expect(Date.parse((await find())?.lastUsedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(minted.createdAt),
    );
  });

  it('is dead at once when it is revoked, over REST', async () => {
    const minted = await world.mint(owner, forPay);
    expect((await world.get(minted.token, secret)).status).toBe(200);
    const revoked = await world.revoke(owner, minted.id);
    expect(revoked.status).toBe(200);
    expect(revoked.json()).toMatchObject({ id: minted.id });
    expect((await world.get(minted.token, secret)).status).toBe(401);
    expect(await world.eventsOf(revoked)).toMatchObject([
      { action: 'tokens.revoke', outcome: 'allowed', token: minted.id },
    ]);
    expect((await world.tokensOf(owner)).map(({ id }) => id)).not.toContain(minted.id);
  });

  it('is revoked a second time with the same answer, and is nobody else who asks to', async () => {
    const minted = await world.mint(owner, forPay);
    await world.get(minted.token, '/v1/whoami');
    const answers = [await world.revoke(owner, minted.id), await world.revoke(owner, minted.id)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1]?.json()).toEqual(answers[0]?.json());
    expect(await world.eventsOf(answers[1] as Answer)).toMatchObject([
      { action: 'tokens.revoke', outcome: 'allowed', token: minted.id },
    ]);
    const other = await world.mint(owner, forPay);
    const mutation = `mutation($id: ID!) { revokeToken(input: { id: $id }) { token {
      id description owner actsAs scope { namespaces } createdAt expiresAt lastUsedAt } } }`;
    const over = [1, 2].map(() => () => world.graphql(owner, mutation, { id: other.id }));
    const told = [];
    for (const revoke of over) told.push((await revoke()).json());
    expect(told[0]).toMatchObject({ data: { revokeToken: { token: { id: other.id } } } });
    expect(told[1]).toEqual(told[0]);
    expect((await world.revoke(owner, other.id)).json()).toMatchObject({ id: other.id });
    const refusals = [minted.id, 'a'.repeat(16)].map(async (id) => {
      const {
        requestId: _request,
        auditId: _audit,
        ...told
      } = (await world.revoke(stranger, id)).json();
      return told;
    });
    const [ended, absent] = await Promise.all(refusals);
    expect(ended).toEqual(absent);
    expect(absent).toMatchObject({ status: 403 });
  });

  it('is minted, listed and revoked over GraphQL alike', async () => {
    const mutation =
      'mutation($input: CreateTokenInput!) ' +
      '{ createToken(input: $input) { secret token { id actsAs scope { secrets } } } }';
    const input = {
      description: 'graph',
      expiresInSeconds: 60,
      scope: { namespaces: ['pay'], secrets: ['db'], keys: null },
    };
    const answer = await world.graphql(owner, mutation, { input });
    const { createToken } = answer.json()['data'] as {
      createToken: { secret: string; token: { id: string } };
    };
    expect(createToken.token).toMatchObject({ scope: { secrets: ['db'] } });
    expect((await world.get(createToken.secret, secret)).status).toBe(200);
    const list = await world.graphql(owner, '{ tokens(first: 100) { nodes { id } } }');
    expect(list.text).toContain(createToken.token.id);
    const revoke = 'mutation($id: ID!) { revokeToken(input: { id: $id }) { token { id } } }';
    const revoked = await world.graphql(owner, revoke, { id: createToken.token.id });
    expect(revoked.json()).toEqual({
      data: { revokeToken: { token: { id: createToken.token.id } } },
    });
    expect((await world.get(createToken.secret, secret)).status).toBe(401);
  });

  it('dies at its expiry', async () => {
    const minted = await world.mint(owner, { ...forPay, expiresInSeconds: 1 });
    expect((await world.get(minted.token, '/v1/whoami')).status).toBe(200);
    await eventually(async () =>
      expect((await world.get(minted.token, '/v1/whoami')).status).toBe(401),
    );
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(minted.expiresAt));
  });

  it('is refused like any wrong one where a character of it is', async () => {
    const { token } = await world.mint(owner, forPay);
    const [prefix, id = '', secretPart = '', crc = ''] = token.split('_');
    const other = (text: string) => (text.startsWith('a') ? 'b' : 'a') + text.slice(1);
    const wrong = [
      [prefix, other(id), secretPart, crc],
      [prefix, id, other(secretPart), crc],
      [prefix, id, secretPart, other(crc)],
      [prefix, id, secretPart],
    ].map((parts) => parts.join('_'));
    for (const text of wrong) {
      const answer = await world.get(text, '/v1/whoami');
      expect(answer.json()).toMatchObject({
        status: 401,
        detail: 'a valid bearer token is needed',
      });
    }
  });
});

describe('a request for a token', () => {
  it.each([
    ['a lifetime beyond the configured one', { expiresInSeconds: 3_601 }, '/expiresInSeconds'],
    ['no time at all', { expiresInSeconds: 0 }, '/expiresInSeconds'],
    ['an unknown action', { scope: { actions: ['secrets.reval'] } }, '/scope/actions/0'],
    ['an unknown member of the scope', { scope: { namespace: ['pay'] } }, '/scope/namespace'],
    ['a network that is none', { scope: { cidrs: ['10.0.0.0/33'] } }, '/scope/cidrs/0'],
    ['a glob of keys', { scope: { keys: ['*'] } }, '/scope/keys/0'],
    ['an empty description', { description: '' }, '/description'],
  ])('is 422 with %s', async (_what, body, pointer) => {
    const answer = await world.create(owner, { ...forPay, ...body });
    expect(answer.json()).toMatchObject({ status: 422, errors: [{ pointer }] });
  });

  it('needs the right in every namespace of the scope, cluster-wide beyond them', async () => {
    const inPay = 'in the namespace "pay"';
    for (const [token, scope, place] of [
      [stranger, { namespaces: ['pay'] }, inPay],
      [owner, { namespaces: ['pay', 'shop'] }, 'in the namespace "shop"'],
      [owner, { namespaces: ['pa*'] }, 'at the cluster scope'],
      [owner, { namespaces: [] }, 'at the cluster scope'],
      [owner, {}, 'at the cluster scope'],
    ] as const) {
      const answer = await world.create(token, { scope });
      expect(answer.json()).toMatchObject({ status: 403, code: 'Forbidden' });
      expect(answer.json()['detail']).toContain(
        `cannot create resource "accesstokens" in API group "sallyport.dev" ${place}`,
      );
      expect(await world.eventsOf(answer)).toMatchObject([
        { action: 'tokens.create', outcome: 'denied' },
      ]);
    }
  });

  it('without effect leaves none', async () => {
    const before = (await world.tokensOf(owner)).length;
    const body = { description: 'dry', expiresInSeconds: 60, ...forPay };
    const path = '/v1/tokens?dryRun=All';
    const answer = await send(world.base, { method: 'POST', path, token: owner, body });
    expect(answer.json()).toMatchObject({ id: '', token: null, actsAs: expect.any(String) });
    expect((await world.tokensOf(owner)).length).toBe(before);
  });

  it('that is repeated under its key answers with metadata and without the token', async () => {
    const key = { 'idempotency-key': 'mint-1' };
    const first = await world.create(owner, forPay, key);
    const second = await world.create(owner, forPay, key);
    expect(first.json()['token']).toMatch(/^sp_/);
    expect(second.json()).toEqual({ ...first.json(), token: null });
    const other = await world.create(owner, { ...forPay, description: 'other' }, key);
    expect(other.status).toBe(422);
    const { id, actsAs } = first.json();
    for (const answer of [first, second]) {
      expect(await world.eventsOf(answer)).toMatchObject([{ token: id, actsAs }]);
    }
  });
});

describe('tokens of others', () => {
  it('are neither shown nor revoked without the right, as if there were none', async () => {
    const minted = await world.mint(owner, forPay);
    expect(await world.tokensOf(stranger)).toEqual([]);
    const refused = await world.revoke(stranger, minted.id);
    const absent = await world.revoke(stranger, 'a'.repeat(16));
    const { requestId: _r, auditId: _a, ...problem } = refused.json();
    expect(absent.json()).toMatchObject({ ...problem, status: 403 });
    expect((await world.get(minted.token, secret)).status).toBe(200);
  });

  it('are shown and revoked with the right in the namespace that they are for', async () => {
    const { installation } = world;
    const admin = await installation.user('pay', 'admin', [
      virtual('accesstokens', 'list', 'delete'),
    ]);
    const minted = await world.mint(owner, forPay);
    expect((await world.tokensOf(admin)).map(({ id }) => id)).toContain(minted.id);
    expect((await world.revoke(admin, minted.id)).status).toBe(200);
    expect((await world.get(minted.token, secret)).status).toBe(401);
  });

  it('come page by page, newest first', async () => {
    await world.mint(owner, forPay);
    await world.mint(owner, forPay);
    const all = (await world.tokensOf(owner)).map(({ id }) => id);
    const seen: string[] = [];
    let next: unknown = '';
    while (next !== undefined) {
      const query = next === '' ? '' : `&continue=${String(next)}`;
      const page = (await world.get(owner, `/v1/tokens?limit=1${query}`)).json();
      seen.push(...(page['items'] as { id: string }[]).map(({ id }) => id));
      next = page['continue'];
    }
    expect(seen).toEqual(all);
  });
});
