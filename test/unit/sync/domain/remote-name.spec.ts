import { describe, expect, it } from 'vitest';
import {
  nameReason,
  permittedName,
  type StoreAllowance,
} from '../../../../src/sync/domain/remote-name.js';

const push = ['push'] as const;
const allowances: readonly StoreAllowance[] = [
  { namespaces: ['pay', 'shop'], prefix: 'k8s/{namespace}/', directions: ['push'] },
  { namespaces: ['pay'], prefix: 'both/', directions: ['push', 'pull'] },
];

describe('the name of a secret in a store', () => {
  it('is under the prefix of the first allowance for the namespace and the directions', () => {
    const wanted = { namespace: 'pay', name: 'team/db', directions: push };
    expect(permittedName(allowances, wanted)).toEqual({ name: 'k8s/pay/team/db' });
    const both = { ...wanted, directions: ['push', 'pull'] } as const;
    expect(permittedName(allowances, both)).toEqual({ name: 'both/team/db' });
  });

  it.each([
    ['no allowance at all', [], 'pay', push, 'does not allow the namespace'],
    ['none for the namespace', allowances, 'other', push, 'does not allow the namespace'],
    ['none for the direction', allowances, 'shop', ['pull'], 'the namespace to pull'],
  ] as const)('is refused with %s', (_what, given, namespace, directions, reason) => {
    const refused = permittedName(given, { namespace, name: 'db', directions });
    expect(refused).toEqual({ refused: expect.stringContaining(reason) as string });
  });

  it.each([
    '../shop/db',
    'a/../../shop/db',
    '..',
    '.',
    'a/./b',
    '/db',
    'db/',
    'a//b',
    '',
    'a%2Fb',
    '%2e%2e/shop',
    'a\\b',
    'a?b',
    'a#b',
    'a b',
    'é',
    'a\u0000b',
  ])('leads nowhere else: %j is refused', (name) => {
    const refused = permittedName(allowances, { namespace: 'pay', name, directions: push });
    expect(refused).toHaveProperty('refused');
  });

  it.each(['apps/{namespace}', 'apps/{namespace}-', 'apps/x{namespace}/', '', '/', '{namespace'])(
    'has no meaning under the prefix %j, which does not separate namespaces',
    (prefix) => {
      const allowed = [{ namespaces: ['team'], prefix, directions: push }];
      const refused = permittedName(allowed, {
        namespace: 'team',
        name: '-x/db',
        directions: push,
      });
      expect(refused).toEqual({ refused: expect.stringContaining('prefix') as string });
    },
  );

  it('is bounded, with its prefix', () => {
    expect(nameReason('a'.repeat(512))).toBeUndefined();
    expect(nameReason('a'.repeat(513))).toContain('512 characters');
    expect(nameReason(Array.from({ length: 17 }, () => 'a').join('/'))).toContain('16 levels');
    const name = 'a'.repeat(510);
    const refused = permittedName(allowances, { namespace: 'pay', name, directions: push });
    expect(refused).toHaveProperty('refused');
  });

  it('takes nothing of a namespace for a pattern', () => {
    const odd = [{ namespaces: ['$&'], prefix: 'k8s/{namespace}/', directions: push }];
    const refused = permittedName(odd, { namespace: '$&', name: 'db', directions: push });
    expect(refused).toHaveProperty('refused');
  });
});
