import { describe, expect, it } from 'vitest';
import {
  scopeAnnotations,
  scopeOf,
  sealingLabel,
} from '../../../../src/sealing/domain/sealing-scope.js';

const { clusterWide, namespaceWide } = scopeAnnotations;

describe('scopeOf', () => {
  it.each([
    [{}, 'strict'],
    [{ [clusterWide]: 'true' }, 'cluster-wide'],
    [{ [namespaceWide]: 'true' }, 'namespace-wide'],
    [{ [clusterWide]: 'false', [namespaceWide]: 'true' }, 'namespace-wide'],
    // Sealed Secrets reads no other word either.
    [{ [clusterWide]: 'yes' }, 'strict'],
    [{ [namespaceWide]: 'True' }, 'strict'],
    [{ [clusterWide]: 'true', [namespaceWide]: 'true' }, undefined],
  ])('reads %j as %s', (annotations, scope) => {
    expect(scopeOf(annotations)).toBe(scope);
  });
});

describe('sealingLabel', () => {
  it.each([
    ['strict', 'pay/db'],
    ['namespace-wide', 'pay'],
    ['cluster-wide', ''],
  ] as const)('of scope %s is %j', (scope, label) => {
    expect(sealingLabel({ namespace: 'pay', name: 'db' }, scope)).toBe(label);
  });
});
