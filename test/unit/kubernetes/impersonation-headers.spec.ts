import { describe, expect, it } from 'vitest';
import { IdentityRefused, Principal } from '../../../src/core/principal.js';
import { impersonationHeaders } from '../../../src/kubernetes/impersonation-headers.js';

const alice = { username: 'alice', kind: 'oidc', credentialId: 'c' } as const;
const onTheWire = (text: string) => Buffer.from(text, 'latin1').toString('utf8');

describe('impersonationHeaders', () => {
  it('keeps groups and extra values apart', () => {
    const principal = Principal.forUser({
      ...alice,
      uid: 'u1',
      groups: ['dev', 'ops', 'a, b'],
      extra: { 'example.org/team': ['x', 'y'] },
    });
    expect(impersonationHeaders(principal)).toEqual([
      ...['Impersonate-User', 'alice'],
      ...['Impersonate-Uid', 'u1'],
      ...['Impersonate-Group', 'dev'],
      ...['Impersonate-Group', 'ops'],
      ...['Impersonate-Group', 'a, b'],
      ...['Impersonate-Extra-example.org%2Fteam', 'x'],
      ...['Impersonate-Extra-example.org%2Fteam', 'y'],
    ]);
  });

  it('names a ServiceAccount by its user name alone', () => {
    const identity = { namespace: 'pay', name: 'app', uid: 'u', credentialId: 'c' };
    const extra = { 'authentication.kubernetes.io/pod-name': ['p'] };
    const principal = Principal.forServiceAccount({ ...identity, extra });
    const expected = ['Impersonate-User', 'system:serviceaccount:pay:app'];
    expect(impersonationHeaders(principal)).toEqual(expected);
  });

  it.each(['josé', '日本', '😀'])('puts the UTF-8 bytes of %s on the wire', (username) => {
    const [, value = ''] = impersonationHeaders(Principal.forUser({ ...alice, username }));
    expect(onTheWire(value)).toBe(username);
  });

  it.each([undefined, null, {}, { username: 'alice', kind: 'oidc', groups: [], extra: {} }])(
    'makes nothing of %j',
    (counterfeit) => {
      const forced = counterfeit as unknown as Principal;
      expect(() => impersonationHeaders(forced)).toThrow(IdentityRefused);
    },
  );

  it('checks again what the factory has checked', () => {
    const principal = Principal.forUser(alice);
    const changed = Object.create(principal, { username: { value: ' ' } }) as Principal;
    expect(() => impersonationHeaders(changed)).toThrow(IdentityRefused);
  });
});
