import { describe, expect, it } from 'vitest';
import { ServedNamespaces } from '../../../../src/access/domain/served-namespaces.js';

function served(patterns: readonly string[], scope: 'served' | 'cluster' = 'served') {
  return new ServedNamespaces({ patterns, scope, gatewayNamespace: 'sallyport' });
}

describe('served namespaces', () => {
  it.each([
    ['pay', ['pay'], true],
    ['payments', ['pay'], false],
    ['pay-eu', ['pay-*'], true],
    ['my-pay-eu', ['pay-*'], false],
    ['anything', ['*'], true],
    ['payXeu', ['pay.eu'], false],
  ])('%s under %j is served: %s', (namespace, patterns, expected) => {
    expect(served(patterns).isServed(namespace)).toBe(expected);
  });

  it.each(['kube-system', 'kube-public', 'kube-node-lease', 'sallyport'])(
    'never hold %s, whatever the patterns say',
    (namespace) => {
      expect(served(['*', namespace]).isServed(namespace)).toBe(false);
    },
  );

  it('know those that are served by their name', () => {
    expect(served(['pay', 'team-*', 'kube-system', 'pay', 'sallyport', 'ci']).names).toEqual([
      'pay',
      'ci',
    ]);
  });

  it('turn calls to other namespaces away with 403 where the gateway has rights in these alone', () => {
    expect(() => {
      served(['pay']).requireReachable('other');
    }).toThrow(expect.objectContaining({ code: 'Forbidden', status: 403 }));
  });

  it('let callers reach other namespaces cluster-wide, but not what needs the broker', () => {
    const namespaces = served(['pay'], 'cluster');
    namespaces.requireReachable('other');
    expect(() => {
      namespaces.requireServed('other');
    }).toThrow(expect.objectContaining({ code: 'Invalid', status: 422 }));
  });
});
