import { describe, expect, it } from 'vitest';
import { IdentityRefused, Principal } from '../../../src/core/principal.js';

const forUser = (more: Partial<Parameters<typeof Principal.forUser>[0]>) =>
  Principal.forUser({ username: 'alice', kind: 'oidc', credentialId: 'c', ...more });

const refused: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['a space', ' '],
  ['padded in front', ' alice'],
  ['padded behind', 'alice '],
  ['a tab behind', 'alice\t'],
  ['a no-break space in front', '\u00a0alice'],
  ['a zero-width space behind', 'alice\u200b'],
  ['a byte order mark in front', '\ufeffalice'],
  ['a line end', 'al\r\nice'],
  ['a NUL', 'al\0ice'],
  ['a C1 control', 'al\u0085ice'],
  ['DEL', 'al\u007fice'],
  ['over 256 bytes', 'é'.repeat(129)],
  ['a lone surrogate', 'al\ud800ice'],
];
const reserved = [
  'system:masters',
  'system:',
  'system:authenticated',
  'system:serviceaccount:pay:app',
  'system:kube-controller-manager',
];
const accepted = ['alice@example.com', 'josé', '日本', '😀', 'a, b', 'x'.repeat(256), 'systems:x'];

describe('Principal.forUser', () => {
  it.each(refused)('refuses what is %s, wherever it stands', (_, value) => {
    expect(() => forUser({ username: value })).toThrow(IdentityRefused);
    expect(() => forUser({ groups: ['dev', value] })).toThrow(IdentityRefused);
    expect(() => forUser({ extra: { 'example.org/k': [value] } })).toThrow(IdentityRefused);
    // An absent uid is written as an empty one.
    if (value !== '') expect(() => forUser({ uid: value })).toThrow(IdentityRefused);
  });

  it.each(reserved)('refuses the reserved name %s', (name) => {
    expect(() => forUser({ username: name })).toThrow(IdentityRefused);
    expect(() => forUser({ groups: [name] })).toThrow(IdentityRefused);
  });

  it.each(accepted)('takes %s as it is', (name) => {
    const principal = forUser({ username: name, uid: name, groups: [name] });
    expect(principal).toMatchObject({ username: name, uid: name });
    expect(principal.groups).toEqual([name, 'system:authenticated']);
  });

  it('refuses more than 256 groups', () => {
    const groups = Array.from({ length: 257 }, (_, index) => `g${index}`);
    expect(() => forUser({ groups })).toThrow(IdentityRefused);
    expect(forUser({ groups: groups.slice(1) }).groups).toHaveLength(257);
  });

  it.each(['scopes', 'Example.org/k', 'example.org/', '/k', 'example.org/a b', ''])(
    'refuses the extra key %j',
    (key) => {
      expect(() => forUser({ extra: { [key]: ['x'] } })).toThrow(IdentityRefused);
    },
  );

  it('never repeats what it refuses', () => {
    expect(() => forUser({ username: ' hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('Principal.forServiceAccount', () => {
  const forServiceAccount = (namespace: string, name: string) =>
    Principal.forServiceAccount({ namespace, name, uid: 'u', credentialId: 'c' });

  it('completes the groups as the API server does', () => {
    expect(forServiceAccount('pay', 'app')).toMatchObject({
      username: 'system:serviceaccount:pay:app',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
      kind: 'serviceAccount',
    });
  });

  it.each([
    ['pay:x', 'app'],
    ['Pay', 'app'],
    ['', 'app'],
    ['pay', 'a:b'],
    ['pay', ''],
    ['pay', 'app '],
  ])('refuses namespace %j and name %j', (namespace, name) => {
    expect(() => forServiceAccount(namespace, name)).toThrow(IdentityRefused);
  });
});

it('makes principals that nobody can change or counterfeit', () => {
  const principal = forUser({ groups: ['dev'], extra: { 'example.org/k': ['v'] } });
  expect(Object.isFrozen(principal)).toBe(true);
  expect(Object.isFrozen(principal.groups)).toBe(true);
  expect(Object.isFrozen(principal.extra)).toBe(true);
  const Forced = Principal as unknown as new (key: symbol) => Principal;
  expect(() => new Forced(Symbol('principal'))).toThrow(TypeError);
});
