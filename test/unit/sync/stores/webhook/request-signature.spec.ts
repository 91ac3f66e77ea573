import { describe, expect, it } from 'vitest';
import { webhookKey } from '../../../../../src/platform/config/webhook-secret.js';
import { requestSignature } from '../../../../../src/sync/stores/webhook/request-signature.js';

const key = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') ?? Buffer.alloc(0);
const put = {
  method: 'PUT',
  target: '/kv/secrets/k8s/pay/db',
  id: '5e0b1c1e-0000-4000-8000-000000000001',
  timestampSeconds: 1_764_662_400,
  body: Buffer.from('{"expectedVersion":null,"owner":"v1/c/n/s","values":{"password":"c2VjcmV0"}}'),
};
const signatureOf = (change: Partial<typeof put>, by = key) =>
  requestSignature({ ...put, ...change }, by)['webhook-signature'];

describe('the signature of a request', () => {
  it('is what OpenSSL computes over id, time, method, target and body', () => {
    expect(requestSignature(put, key)).toEqual({
      'webhook-id': put.id,
      'webhook-timestamp': '1764662400',
      'webhook-signature': 'v1,McGcodYfayKEOH3jvEsjg4gGeVdYYqu2/YDt/zrPe1s=',
    });
  });

  it('is what OpenSSL computes for a request without a body', () => {
    const get = { method: 'GET', target: '/secrets/k8s/pay/db', body: Buffer.alloc(0) };
    expect(signatureOf({ ...get, id: put.id.replace(/1$/, '2') })).toBe(
      'v1,t1nZWB8+WYFHles1M1wpqHNn8PnOH7FI7X0bhbyl2Is=',
    );
  });

  it('is none for another method, name, query, id, time, body or key', () => {
    const all = [
      signatureOf({}),
      signatureOf({ method: 'PATCH' }),
      signatureOf({ target: '/kv/secrets/k8s/pay/db2' }),
      signatureOf({ target: `${put.target}?expectedVersion=1` }),
      signatureOf({ id: 'other' }),
      signatureOf({ timestampSeconds: put.timestampSeconds + 1 }),
      signatureOf({ body: Buffer.from('{}') }),
      signatureOf({}, Buffer.alloc(24)),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
