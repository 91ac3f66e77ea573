import { describe, expect, it } from 'vitest';
import { webhookSpec } from '../../../../src/sync/domain/webhook-spec.js';

const url = 'https://store.example/kv';
const signingSecret = { namespace: 'stores', name: 'webhook', key: 'signing.key' };
const token = { audience: 'store.example' };
const problemOf = (spec: object): string =>
  JSON.stringify(webhookSpec.safeParse(spec).error?.issues.map((one) => [one.path, one.message]));

describe('the spec of a webhook store', () => {
  it.each([
    ['a signature', { signingSecret }],
    ['a token', { token }],
    ['both', { signingSecret, token }],
  ])('authenticates by %s', (_what, auth) => {
    expect(webhookSpec.parse({ url, auth })).toEqual({ url, auth });
  });

  it('has one credential at least', () => {
    expect(problemOf({ url, auth: {} })).toBe(
      '[[["auth"],"must have signingSecret, token or both"]]',
    );
  });

  it('has the key of the CA by default', () => {
    const caSecret = { namespace: 'stores', name: 'webhook-ca' };
    const parsed = webhookSpec.parse({ url, caSecret, auth: { token } });
    expect(parsed.caSecret).toEqual({ ...caSecret, key: 'ca.crt' });
  });

  it.each<[string, object]>([
    ['no URL', { auth: { token } }],
    ['a URL without TLS', { url: 'http://store.example', auth: { token } }],
    ['a URL with a query', { url: `${url}?x=1`, auth: { token } }],
    ['a URL with a user', { url: 'https://user:c4n4ry@store.example', auth: { token } }],
    ['an empty audience', { url, auth: { token: { audience: '' } } }],
    ['a key without its name', { url, auth: { signingSecret: { ...signingSecret, key: '' } } }],
    ['a key in the spec itself', { url, auth: { signingSecret: 'whsec_c4n4ry' } }],
    ['another member', { url, auth: { token }, headers: {} }],
  ])('with %s breaks a rule', (_what, spec) => {
    expect(webhookSpec.safeParse(spec).success).toBe(false);
    expect(problemOf(spec)).not.toContain('c4n4ry');
  });
});
