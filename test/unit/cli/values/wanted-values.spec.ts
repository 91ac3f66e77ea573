import { describe, expect, it } from 'vitest';
import { requestsOf, type WantedValues } from '../../../../src/cli/values/wanted-values.js';

const none: WantedValues = { secrets: [], keys: [], environments: [] };
const secret = (namespace: string, name: string) => ({ namespace, name });
const key = (namespace: string, name: string, of: string) => ({ namespace, name, key: of });

describe('requests for values', () => {
  it('are one of each namespace, in which a whole Secret includes its keys', () => {
    const wanted = {
      ...none,
      secrets: [secret('pay', 'db'), secret('pay', 'db')],
      keys: [key('pay', 'db', 'user'), key('pay', 'mail', 'token'), key('shop', 'db', 'user')],
    };
    expect(requestsOf(wanted)).toEqual([
      { kind: 'namespace', namespace: 'pay', entries: ['db', 'mail/token'] },
      { kind: 'namespace', namespace: 'shop', entries: ['db/user'] },
    ]);
  });

  it('are one of each environment', () => {
    const environments = [secret('pay', 'shop'), secret('pay', 'shop'), secret('web', 'shop')];
    expect(requestsOf({ ...none, environments })).toEqual([
      { kind: 'environment', namespace: 'pay', name: 'shop' },
      { kind: 'environment', namespace: 'web', name: 'shop' },
    ]);
  });

  it('are refused beyond what the gateway reads at once', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);
    const secrets = many(51).map((name) => secret('pay', name));
    expect(() => requestsOf({ ...none, secrets })).toThrow('at most 50 Secrets');
    const environments = many(51).map((name) => secret('pay', name));
    expect(() => requestsOf({ ...none, environments })).toThrow('at most 50 namespaces');
  });
});
