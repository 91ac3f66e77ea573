import { expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import { KvStore } from '../../../../../src/sync/stores/openbao/kv-store.js';

const never = new AbortController().signal;
const mark = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
const written = {
  data: { version: 1, created_time: '2026-12-02T08:00:00Z', custom_metadata: null },
};

/** A store whose answers are given by the method and the path of a request. */
function storeOf(answers: Readonly<Record<string, readonly [status: number, body: object]>>) {
  const denied: string[] = [];
  const store = new KvStore({
    mount: 'secret',
    token: async () => 'token',
    onDenied: () => void denied.push('denied'),
    transport: {
      send: async ({ method, path }) => {
        const [status, body] = answers[`${method} ${path}`] ?? [404, { errors: [] }];
        return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
      },
    },
  });
  return { store, denied };
}

const write = (store: KvStore) => {
  const values = new Map([['key', SecretValue.fromBytes(Buffer.from('value'))]]);
  const idempotencyToken = 'a'.repeat(64);
  return store.write('db', { values, mark, expected: { kind: 'absent' }, idempotencyToken }, never);
};

it.each([
  [403, 'StoreDenied'],
  [429, 'StoreBusy'],
  [500, 'TargetFailed'],
])(
  'a claim that fails with %i after the values are written may have written',
  async (status, reason) => {
    const { store, denied } = storeOf({
      'POST /v1/secret/data/db': [200, written],
      'GET /v1/secret/metadata/db': [status, { errors: ['no'] }],
    });
    await expect(write(store)).rejects.toMatchObject({ reason, mayHaveChanged: true });
    expect(denied).toHaveLength(status === 403 ? 1 : 0);
  },
);

it('a write that is refused has written nothing, and a refused token is not kept', async () => {
  const { store, denied } = storeOf({ 'POST /v1/secret/data/db': [403, { errors: ['no'] }] });
  await expect(write(store)).rejects.toMatchObject({
    reason: 'StoreDenied',
    mayHaveChanged: false,
  });
  expect(denied).toHaveLength(1);
});
