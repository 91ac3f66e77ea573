import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  azureNameRules,
  flatName,
  type FlatNameRules,
  gcpNameRules,
} from '../../../../src/sync/domain/flat-name.js';

describe.each([
  ['Azure Key Vault', azureNameRules, /^[0-9a-z-]{1,127}$/],
  ['GCP Secret Manager', gcpNameRules, /^[A-Za-z0-9_-]{1,255}$/],
])('a name in %s', (_store, rules: FlatNameRules, allowed) => {
  it('has -- for each /', () => {
    expect(flatName('k8s/pay/db', rules)).toEqual({ name: 'k8s--pay--db' });
    expect(flatName('db', rules)).toEqual({ name: 'db' });
    expect(flatName('a-b/c-1', rules)).toEqual({ name: 'a-b--c-1' });
  });

  it.each(['a--b', 'a/b--c', '-a', 'a-', 'a/-b', 'a-/b', '-', 'a/-'])(
    'is none for %j, which could be read in two ways',
    (name) => {
      expect(flatName(name, rules)).toHaveProperty('refused');
    },
  );

  it.each(['', '/', 'a/', '/a', 'a//b', 'a.b', 'a+b', 'a=b', 'a@b', 'a b', 'é', 'a\nb', 'a%2Fb'])(
    'is none for %j',
    (name) => {
      expect(flatName(name, rules)).toHaveProperty('refused');
    },
  );

  it('is bounded', () => {
    const { charactersMax } = rules;
    expect(flatName('a'.repeat(charactersMax), rules)).toHaveProperty('name');
    expect(flatName('a'.repeat(charactersMax + 1), rules)).toHaveProperty('refused');
    expect(flatName(`a/${'a'.repeat(charactersMax - 2)}`, rules)).toHaveProperty('refused');
  });

  it('is of one whole name alone, and the store takes it', () => {
    const names = fc.string({ unit: fc.constantFrom('a', '0', '-', '/'), maxLength: 9 });
    const flatNames = new Map<string, string>();
    fc.assert(
      fc.property(names, (name) => {
        const flat = flatName(name, rules);
        if (!('name' in flat)) return;
        expect(flat.name).toMatch(allowed);
        expect(flatNames.get(flat.name) ?? name).toBe(name);
        flatNames.set(flat.name, name);
        expect(flat.name.replaceAll('--', '/')).toBe(name);
      }),
      { numRuns: 5_000 },
    );
    expect(flatNames.size).toBeGreaterThan(50);
  });
});

it('has no capital letters in Azure Key Vault, where case does not count', () => {
  expect(flatName('k8s/pay/DB', azureNameRules)).toHaveProperty('refused');
  expect(flatName('k8s/pay/DB_1', gcpNameRules)).toEqual({ name: 'k8s--pay--DB_1' });
});
