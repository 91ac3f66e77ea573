import { describe, expect, test } from 'vitest';
import { marker } from './secret.builder.js';
import { placesOf } from './type-errors.builder.js';

describe('bootstrap.kubernetes.io/token', () => {
  const type = 'bootstrap.kubernetes.io/token';
  const place = { namespace: 'kube-system', name: 'bootstrap-token-abcdef' };
  const data = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef' };

  test('takes what the authenticator takes', () => {
    const optional = {
      expiration: '2026-01-01T00:00:00Z',
      'auth-extra-groups': 'system:bootstrappers:a,system:bootstrappers:b',
      'usage-bootstrap-signing': 'true',
    };
    expect(placesOf(type, { ...data, ...optional }, place)).toEqual([]);
  });

  test('refuses what it would ignore, at every place', () => {
    const wrong = { 'token-id': 'ABC', 'token-secret': marker, expiration: 'soon' };
    expect(placesOf(type, { ...wrong, 'auth-extra-groups': 'system:masters' })).toEqual([
      '/data/token-id',
      '/data/token-secret',
      '/data/expiration',
      '/data/auth-extra-groups',
      '/namespace',
      '/name',
    ]);
    expect(placesOf(type, {}, place)).toEqual(['/data/token-id', '/data/token-secret', '/name']);
  });
});
