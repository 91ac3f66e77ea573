import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import type { RemoteStore } from '../../../src/sync/domain/remote-store.js';
import { openStore } from '../../../src/sync/stores/open-store.js';
import { StoreTransport } from '../../../src/sync/stores/store-transport.js';
import { jsonPayload } from '../../../src/sync/stores/json-payload.js';
import { startWebhookStore, type TestWebhookStore } from '../../services/webhook-store.js';
import { reasonOf } from './store-values.js';

const never = new AbortController().signal;
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const account = 'system:serviceaccount:pay:sallyport-sync';
let webhook: TestWebhookStore;

interface Token {
  readonly audience?: string;
  readonly subject?: string;
  readonly seconds?: number;
  readonly privateKey?: typeof keys.privateKey;
}

const tokenOf = async ({ audience = 'webhook', subject = account, ...token }: Token) =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'cluster' })
    .setAudience(audience)
    .setSubject(subject)
    .setExpirationTime(Math.floor(Date.now() / 1_000) + (token.seconds ?? 600))
    .sign(token.privateKey ?? keys.privateKey);

/** A store with a token and a signature, and how often a token was asked for. */
async function storeOf(token: Token = {}) {
  const asked: string[] = [];
  const { host, port, ca } = webhook.server;
  const signingSecret = { namespace: 'stores', name: 'webhook', key: 'signing.key' };
  const auth = { signingSecret, token: { audience: 'webhook' } };
  const spec = { webhook: { url: webhook.url.origin, auth }, allow: [], poll: '1m' };
  const store: RemoteStore = await openStore(spec, {
    transportTo: (url) =>
      new StoreTransport({
        url,
        ca,
        resolve: async () => ({ address: host, port, serverName: host }),
      }),
    identity: async (audience) => {
      asked.push(audience);
      return SecretValue.fromBytes(Buffer.from(await tokenOf(token)));
    },
    referenced: async () => SecretValue.fromBytes(Buffer.from(webhook.signingKey)),
    payload: jsonPayload,
    account: { namespace: 'pay', name: 'sallyport-sync' },
    nowMs: Date.now,
  });
  return { asked, read: (name: string) => store.read(name, never) };
}

beforeAll(async () => {
  const jwk = keys.publicKey.export({ format: 'jwk' });
  const jwks = JSON.stringify({ keys: [{ ...jwk, kid: 'cluster', alg: 'ES256' }] });
  webhook = await startWebhookStore({ jwks });
});
afterAll(() => webhook?.server.stop());

it('a token of the ServiceAccount is sent with each request, and asked for once', async () => {
  const { read, asked } = await storeOf();
  expect(await read('k8s/pay/db')).toEqual({ kind: 'absent' });
  expect(await read('k8s/pay/db')).toEqual({ kind: 'absent' });
  expect(asked).toEqual(['webhook']);
});

it('the server confines a token to the names of its namespace', async () => {
  const { read, asked } = await storeOf();
  expect(await reasonOf(read('k8s/shop/db'))).toBe('StoreDenied');
  expect(await read('k8s/pay/db')).toEqual({ kind: 'absent' });
  expect(asked).toHaveLength(2);
});

it.each<[string, Token]>([
  ['for another audience', { audience: 'https://kubernetes.default.svc' }],
  ['of another account', { subject: 'system:serviceaccount:pay:default' }],
  ['of another cluster', { privateKey: otherKeys.privateKey }],
  ['that has expired', { seconds: -1 }],
])('the server refuses a token %s', async (_what, token) => {
  const { read } = await storeOf(token);
  expect(await reasonOf(read('k8s/pay/db'))).toBe('StoreDenied');
});

it('the server refuses a valid signature without a token', async () => {
  expect((await webhook.call('GET', 'k8s/pay/db')).status).toBe(401);
});
