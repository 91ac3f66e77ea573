import { expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import type { HttpsAnswer } from '../../../../../src/platform/outbound/https-exchange.js';
import type { KubernetesSpec } from '../../../../../src/sync/domain/kubernetes-spec.js';
import { openKubernetes } from '../../../../../src/sync/stores/kubernetes/open-kubernetes.js';
import type { StoreParts } from '../../../../../src/sync/stores/store-parts.js';
import type {
  StoreRequest,
  StoreTransport,
} from '../../../../../src/sync/stores/store-transport.js';
import { jsonPayload } from '../../../../../src/sync/stores/json-payload.js';

const never = new AbortController().signal;
const url = 'https://other.example';
const byAccount = { url, auth: { token: { audience: 'other' } } };
const byStored = { url, auth: { tokenSecret: { namespace: 'stores', name: 'b', key: 'token' } } };

const absence = {
  ...{ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 },
  details: { kind: 'secrets', name: 'db' },
};

/** Parts of a store that answers as told, and what it was sent. */
function world(secretText = 'stored-token') {
  const state = {
    ...{ nowMs: 0, status: 404, issued: 0, sent: [] as StoreRequest[] },
    audiences: [] as string[],
  };
  const send = async (request: StoreRequest): Promise<HttpsAnswer> => {
    state.sent.push(request);
    const body = Buffer.from(JSON.stringify(absence));
    return { status: state.status, headers: {}, body };
  };
  const parts: StoreParts = {
    payload: jsonPayload,
    transportTo: () => ({ send }) as unknown as StoreTransport,
    identity: async (audience) => {
      state.audiences.push(audience);
      state.issued += 1;
      return SecretValue.ofKeptText(`issued-${state.issued}`);
    },
    referenced: async () => SecretValue.ofKeptText(secretText),
    account: { namespace: 'pay', name: 'sync' },
    nowMs: () => state.nowMs,
  };
  const open = (spec: KubernetesSpec) => openKubernetes(spec, parts);
  const bearers = () => state.sent.map(({ headers }) => headers['authorization']);
  return { state, open, bearers };
}

it('sends the token of the ServiceAccount for four fifths of its ten minutes', async () => {
  const { state, open, bearers } = world();
  const store = await open(byAccount);
  expect(state.issued).toBe(0);
  for (const nowMs of [0, 479_999, 480_000]) {
    state.nowMs = nowMs;
    expect(await store.read('pay/db', never)).toEqual({ kind: 'absent' });
  }
  expect(bearers()).toEqual(['Bearer issued-1', 'Bearer issued-1', 'Bearer issued-2']);
  expect(state.audiences).toEqual(['other', 'other']);
});

it.each([401, 403])('asks for another token after a %i', async (status) => {
  const { state, open, bearers } = world();
  const store = await open(byAccount);
  state.status = status;
  await expect(store.read('pay/db', never)).rejects.toMatchObject({ reason: 'StoreDenied' });
  state.status = 404;
  await store.read('pay/db', never);
  expect(bearers()).toEqual(['Bearer issued-1', 'Bearer issued-2']);
});

it('sends the token of a Secret, and asks for none of the ServiceAccount', async () => {
  const { state, open, bearers } = world();
  await (await open(byStored)).read('pay/db', never);
  expect(bearers()).toEqual(['Bearer stored-token']);
  expect(state.issued).toBe(0);
});

it.each(['', 'two words', 'token\n', 'a\r\nx-header: b'])(
  'sends nothing with the text %j as its token',
  async (text) => {
    const { state, open } = world(text);
    await expect(open(byStored)).rejects.toMatchObject({ reason: 'StoreDenied' });
    expect(state.sent).toEqual([]);
  },
);

it('asks for one Secret by its path, and for no list', async () => {
  const { state, open } = world();
  await (await open(byAccount)).read('pay/db', never);
  expect(state.sent).toEqual([
    expect.objectContaining({ method: 'GET', path: '/api/v1/namespaces/pay/secrets/db' }),
  ]);
});

it.each(['db', 'k8s/pay/db', 'pay/DB', '../secrets'])(
  'sends nothing for the name %s',
  async (name) => {
    const { state, open } = world();
    const store = await open(byAccount);
    await expect(store.read(name, never)).rejects.toMatchObject({ reason: 'StoreRefused' });
    expect(state.sent).toEqual([]);
  },
);
