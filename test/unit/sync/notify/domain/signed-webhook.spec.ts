import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  isSignedWith,
  type SignedWebhook,
  signingKeyOf,
} from '../../../../../src/sync/notify/domain/signed-webhook.js';

const nowMs = 1_764_680_000_000;
const key = Buffer.alloc(32, 7);
const body = Buffer.from('{"names": ["k8s/pay/db"]}');

function signed(change: Partial<SignedWebhook> = {}, algorithm = 'sha256'): SignedWebhook {
  const { id = 'msg_2f1', timestamp = String(nowMs / 1_000) } = change;
  const text = `${id}.${timestamp}.${String(body)}`;
  const signature = `v1,${createHmac(algorithm, key).update(text).digest('base64')}`;
  return { id, timestamp, signature, body, ...change };
}

describe('a signed webhook', () => {
  it('is the one of the specification', () => {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript
    const known = signingKeyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const sent = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      body: Buffer.from('{"test": 2432232314}'),
    };
    expect(known && isSignedWith(known, sent, 1_614_265_330_000)).toBe(true);
  });

  it('may have other signatures, of former secrets and other versions', () => {
    const { signature } = signed();
    const other = `v1,${Buffer.alloc(32).toString('base64')}`;
    for (const given of [`${other} ${signature}`, `v1a,xyz= ${signature} ${other}`]) {
      expect(isSignedWith(key, signed({ signature: given }), nowMs)).toBe(true);
    }
  });

  it.each<[string, Partial<SignedWebhook>]>([
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['another version', { signature: signed().signature?.replace('v1,', 'v2,') }],
    ['no version', { signature: signed().signature?.slice(3) }],
    ['half of the signature', { signature: signed().signature?.slice(0, 20) }],
    ['another body', { body: Buffer.from('{"names": ["k8s/pay/api"]}') }],
    ['a longer body', { body: Buffer.concat([body, Buffer.from(' ')]) }],
    ['nine signatures', { signature: `${'v1,x '.repeat(8)}${signed().signature}` }],
  ])('is not valid with %s', (_what, change) => {
    expect(isSignedWith(key, { ...signed(), ...change }, nowMs)).toBe(false);
  });

  it('is not valid with another id or time than the signed one', () => {
    const timestamp = String(nowMs / 1_000 + 1);
    expect(isSignedWith(key, { ...signed(), id: 'msg_2f2' }, nowMs)).toBe(false);
    expect(isSignedWith(key, { ...signed(), timestamp }, nowMs)).toBe(false);
    expect(isSignedWith(key, { ...signed(), timestamp: undefined }, nowMs)).toBe(false);
  });

  it('is not valid with another secret or another hash', () => {
    expect(isSignedWith(Buffer.alloc(32, 8), signed(), nowMs)).toBe(false);
    expect(isSignedWith(key, signed({}, 'sha1'), nowMs)).toBe(false);
    expect(isSignedWith(key, signed({}, 'sha512'), nowMs)).toBe(false);
  });

  it.each(['', 'a.b', 'a b', 'a\n', 'ä', 'a'.repeat(257)])('has no id %j', (id) => {
    expect(isSignedWith(key, signed({ id }), nowMs)).toBe(false);
  });

  it.each(['', '1e9', '-1764680000', '1764680000.0', ' 1764680000'])(
    'has no time %j',
    (timestamp) => {
      expect(isSignedWith(key, signed({ timestamp }), nowMs)).toBe(false);
    },
  );

  it('is valid for five minutes, of either clock', () => {
    const minutesMs = 5 * 60_000;
    expect(isSignedWith(key, signed(), nowMs + minutesMs)).toBe(true);
    expect(isSignedWith(key, signed(), nowMs - minutesMs)).toBe(true);
    expect(isSignedWith(key, signed(), nowMs + minutesMs + 1)).toBe(false);
    expect(isSignedWith(key, signed(), nowMs - minutesMs - 1)).toBe(false);
  });
});

describe('a signing secret', () => {
  const encoded = (bytes: number) => `whsec_${Buffer.alloc(bytes, 5).toString('base64')}`;

  it('has 24 to 64 bytes', () => {
    expect([23, 24, 64, 65].map((bytes) => signingKeyOf(encoded(bytes))?.length)).toEqual([
      ...[undefined, 24, 64, undefined],
    ]);
    for (const text of [`${encoded(32)}\n`, encoded(32).replace('=', '')]) {
      expect(signingKeyOf(text)).toEqual(Buffer.alloc(32, 5));
    }
  });

  it.each([
    '',
    'whsec_',
    'x'.repeat(40),
    encoded(32).slice(6),
    `${encoded(32)}=`,
    `a${encoded(32)}`,
  ])('is not %j', (text) => {
    expect(signingKeyOf(text)?.length).not.toBe(0);
    if (text !== `${encoded(32)}=`) expect(signingKeyOf(text)).toBeUndefined();
  });
});
