import { describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../../src/core/webhook-signature.js';
import { webhookKey } from '../../../src/platform/config/webhook-secret.js';

describe('the signature of a request', () => {
  it('is that of the example which Standard Webhooks gives', () => {
    const key = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') ?? Buffer.alloc(0);
    const signed = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampSeconds: 1_614_265_330,
      body: Buffer.from('{"test": 2432232314}'),
    };
    expect(signatureHeaders(signed, key)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('depends on id, time, body and key', () => {
    const signed = { id: 'a', timestampSeconds: 1, body: Buffer.from('b') };
    const key = Buffer.alloc(24);
    const of = (change: Partial<typeof signed>, by = key) =>
      signatureHeaders({ ...signed, ...change }, by)['webhook-signature'];
    const all = [
      of({}),
      of({ id: 'x' }),
      of({ timestampSeconds: 2 }),
      of({ body: Buffer.from('c') }),
      of({}, Buffer.alloc(24, 1)),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
