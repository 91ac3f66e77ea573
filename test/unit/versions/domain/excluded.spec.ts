import { describe, expect, it } from 'vitest';
import {
  excludedTypes,
  isExcluded,
  typesFieldSelector,
} from '../../../../src/versions/domain/excluded.js';

describe('what has no history', () => {
  const exclusions = { types: excludedTypes, namespaces: ['scratch'] };

  it.each([
    ['helm.sh/release.v1', 'pay', true],
    ['kubernetes.io/service-account-token', 'pay', true],
    ['bootstrap.kubernetes.io/token', 'pay', true],
    ['Opaque', 'scratch', true],
    ['Opaque', 'pay', false],
    ['helm.sh/release.v10', 'pay', false],
  ])('%s in %s: %s', (type, namespace, expected) => {
    expect(isExcluded(exclusions, { type, namespace })).toBe(expected);
  });

  it('is not even asked for, as far as a selector can say so', () => {
    expect(typesFieldSelector(['a.b/c-d', 'x'])).toBe('type!=a.b/c-d,type!=x');
    expect(typesFieldSelector(['a,b', 'x=y', ''])).toBeUndefined();
    expect(typesFieldSelector([])).toBeUndefined();
  });
});
