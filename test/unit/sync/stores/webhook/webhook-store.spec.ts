import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import type { RemoteSecret } from '../../../../../src/sync/domain/remote-store.js';
import type { StoreRequest } from '../../../../../src/sync/stores/store-transport.js';
import { WebhookStore } from '../../../../../src/sync/stores/webhook/webhook-store.js';

const never = new AbortController().signal;
const name = 'k8s/pay/db';
const mark = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
const owner = 'v1/cluster/ns/sync';
const values = new Map([['key', SecretValue.fromBytes(Buffer.from([0xff]))]]);
const idempotencyToken = 'a'.repeat(64);
const found = { name, version: '1', owner: null, values: {} };

type Given = readonly [status: number, body?: object];

interface World {
  readonly url?: string;
  readonly isSigned?: boolean;
  readonly hasToken?: boolean;
}

/** A store whose answers are given by the method, and what was sent to it. */
function storeOf(answers: Readonly<Record<string, Given>>, world: World = {}) {
  const { url = 'https://store.example', isSigned = true, hasToken = false } = world;
  const sent: StoreRequest[] = [];
  const denied: string[] = [];
  const store = new WebhookStore({
    url: new URL(url),
    signingKey: isSigned ? SecretValue.fromBytes(Buffer.alloc(24, 1)) : undefined,
    token: hasToken ? async () => 'token-of-the-account' : undefined,
    onDenied: () => void denied.push('denied'),
    nowMs: () => 1_764_662_400_999,
    transport: {
      send: async (request) => {
        sent.push(request);
        const [status, body] = answers[request.method] ?? [500];
        const text = body === undefined ? '' : JSON.stringify(body);
        return { status, headers: {}, body: Buffer.from(text) };
      },
    },
  });
  return { store, sent, denied };
}

const bodyOf = (request: StoreRequest | undefined): unknown =>
  JSON.parse(Buffer.from(request?.body ?? []).toString('utf8'));
const write = (store: WebhookStore, expected: { readonly kind: 'absent' } | RemoteSecret) =>
  store.write(name, { values, mark, expected, idempotencyToken }, never);
const absent = { kind: 'absent' } as const;
const present: RemoteSecret = {
  ...{ kind: 'present', version: '1', mark: undefined, values, changedAt: undefined },
};

describe('a write', () => {
  it('names the version that it is for, the owner, the values and its token', async () => {
    const { store, sent } = storeOf({ PUT: [200, { name, version: '2' }] });
    expect(await write(store, present)).toEqual({ version: '2', overwritten: [] });
    expect(sent[0]).toMatchObject({
      path: `/secrets/${name}`,
      headers: { 'idempotency-key': idempotencyToken, 'content-type': 'application/json' },
    });
    expect(bodyOf(sent[0])).toEqual({ expectedVersion: '1', owner, values: { key: '/w==' } });
  });

  it('of a new secret names no version', async () => {
    const { store, sent } = storeOf({ PUT: [200, { name, version: '1' }] });
    await write(store, absent);
    expect(bodyOf(sent[0])).toMatchObject({ expectedVersion: null });
  });

  it.each<[Given, string, boolean]>([
    [[409, { changed: true }], 'StoreChanged', false],
    [[409], 'TargetFailed', true],
    [[404, { absent: true }], 'TargetFailed', true],
    [[403], 'StoreDenied', false],
    [[413], 'StoreRefused', false],
    [[502], 'TargetFailed', true],
  ])('that is answered with %j has the reason %s', async (given, reason, mayHaveChanged) => {
    const { store } = storeOf({ PUT: given });
    await expect(write(store, absent)).rejects.toMatchObject({ reason, mayHaveChanged });
  });
});

describe('a claim', () => {
  it('is for the version that has the former owner', async () => {
    const { store, sent } = storeOf({ GET: [200, found], PATCH: [200, { name, version: '2' }] });
    await store.claim(name, { former: undefined, mark }, never);
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'PATCH']);
    expect(bodyOf(sent[1])).toEqual({ expectedVersion: '1', owner });
  });

  it.each<[string, Given]>([
    ['has another owner', [200, { ...found, owner: 'v1/cluster/ns/other' }]],
    ['is not there', [404, { absent: true }]],
    ['is deleted', [410, { name, deleted: true, version: '1', owner: null }]],
  ])('of a secret that %s is not sent', async (_what, given) => {
    const { store, sent } = storeOf({ GET: given });
    const claimed = store.claim(name, { former: undefined, mark }, never);
    await expect(claimed).rejects.toMatchObject({ reason: 'StoreChanged' });
    expect(sent).toHaveLength(1);
  });
});

describe('a deletion', () => {
  it('is of one version', async () => {
    const { store, sent } = storeOf({ DELETE: [204] });
    await store.remove(name, present, never);
    expect(sent[0]?.path).toBe(`/secrets/${name}?expectedVersion=1`);
  });

  it.each<[Given, string]>([
    [[405], 'StoreRefused'],
    [[409, { changed: true }], 'StoreChanged'],
    [[200, {}], 'TargetFailed'],
  ])('that is answered with %j has the reason %s', async (given, reason) => {
    const { store } = storeOf({ DELETE: given });
    await expect(store.remove(name, present, never)).rejects.toMatchObject({ reason });
  });
});

describe('a request', () => {
  it('has a signature of its own, over the path with that of the URL', async () => {
    const { store, sent } = storeOf({ GET: [200, found] }, { url: 'https://store.example/kv/' });
    await store.read(name, never);
    await store.read(name, never);
    const [first, second] = sent.map(({ headers }) => headers);
    expect(first?.['webhook-timestamp']).toBe('1764662400');
    expect(first?.['webhook-id']).not.toBe(second?.['webhook-id']);
    expect(first?.['webhook-signature']).not.toBe(second?.['webhook-signature']);
    expect(first).not.toHaveProperty('authorization');
  });

  it('has a token, and no signature without a key', async () => {
    const world = { isSigned: false, hasToken: true };
    const { store, sent } = storeOf({ GET: [200, found] }, world);
    await store.read(name, never);
    expect(sent[0]?.headers).toEqual({
      accept: 'application/json',
      authorization: 'Bearer token-of-the-account',
    });
  });

  it.each([401, 403])('that is refused with %i has the token forgotten', async (status) => {
    const { store, denied } = storeOf({ GET: [status] }, { hasToken: true });
    await expect(store.read(name, never)).rejects.toMatchObject({ reason: 'StoreDenied' });
    expect(denied).toHaveLength(1);
  });
});
