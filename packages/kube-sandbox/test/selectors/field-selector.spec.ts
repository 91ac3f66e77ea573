import { describe, expect, it } from 'vitest';
import type { ResourceDefinition } from '../../src/model/resource-definition.js';
import { parseFieldSelector } from '../../src/selectors/field-selector.js';

const plain = { kind: 'ConfigMap', isNamespaced: true, isCustom: false } as ResourceDefinition;
const typed = {
  ...plain,
  kind: 'Secret',
  selectableFields: (object) => ({ type: String(object['type'] ?? '') }),
} as ResourceDefinition;

function matches(selector: string, name: string, type = 'Opaque'): boolean | undefined {
  const metadata = { name, namespace: 'pay' };
  const object = { apiVersion: 'v1', kind: 'Secret', metadata, type };
  return parseFieldSelector(selector, typed)?.matches(object);
}

describe('a field selector', () => {
  it.each([
    ['metadata.name=a', 'a', true],
    ['metadata.name==a', 'b', false],
    ['metadata.name!=a', 'b', true],
    ['type=Opaque,metadata.namespace=pay', 'a', true],
    ['metadata.name=a,metadata.name=b', 'a', false],
    ['metadata.name=a\\,b', 'a,b', true],
    ['metadata.name=a\\=b\\\\', 'a=b\\', true],
  ])('%s, %s: %s', (selector, name, expected) => {
    expect(matches(selector, name)).toBe(expected);
  });

  it.each(['', ','])('%j selects everything', (selector) => {
    expect(parseFieldSelector(selector, typed)).toBeUndefined();
  });

  it('knows the one name that can match', () => {
    expect(parseFieldSelector('type=x,metadata.name==a', typed)?.name).toBe('a');
    expect(parseFieldSelector('metadata.name!=a', typed)?.name).toBeUndefined();
  });

  it.each([
    [
      'type=x,metadata.name',
      "invalid selector: 'type=x,metadata.name'; can't understand 'metadata.name'",
    ],
    ['metadata.name=a\\b', 'invalid field selector: invalid escape sequence: \\b'],
    ['metadata.name=a\\', 'invalid field selector: invalid escape sequence: \\'],
    ['metadata.name=a=b', 'invalid field selector: unescaped character in value: 61'],
    ['data=x', 'field label not supported: data'],
  ])('%s is refused', (selector, message) => {
    expect(() => parseFieldSelector(selector, typed)).toThrow(message);
  });

  it('is refused in other words by kinds without fields of their own', () => {
    expect(() => parseFieldSelector('type=x', plain)).toThrow(
      '"type" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });

  it('may ask objects of the cluster for a namespace, which they have not', () => {
    const clusterWide = { ...plain, isNamespaced: false };
    const object = { apiVersion: 'v1', kind: 'ClusterRole', metadata: { name: 'a' } };
    const selector = parseFieldSelector('metadata.namespace=pay', clusterWide);
    expect(selector?.matches(object)).toBe(false);
  });
});
