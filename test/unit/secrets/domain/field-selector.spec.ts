import { describe, expect, test } from 'vitest';
import { parseFieldSelector } from '../../../../src/secrets/domain/field-selector.js';
import { refusal } from './secret.builder.js';

const secret = { namespace: 'shop', name: 'db', type: 'Opaque' };

describe('parseFieldSelector', () => {
  test.each([
    ['', true],
    ['type=Opaque', true],
    ['type==Opaque', true],
    ['type!=Opaque', false],
    ['metadata.name=db,type=Opaque', true],
    ['metadata.name=db,type!=Opaque', false],
    ['metadata.namespace=other', false],
    [',,metadata.name=db,', true],
    ['type=a\\,b\\=c\\\\', false],
    ['type=', false],
  ])('%j matches: %j', (text, expected) => {
    expect(parseFieldSelector(text).matches(secret)).toBe(expected);
  });

  test.each(
    [
      ['metadata.uid=a', 'name=a', 'type', '=a', 'type=a=b', 'type=a\\', 'type=\\n', 'Type=a'],
      ['constructor=a', ' type=a', 'type>a', '!type'],
    ].flat(),
  )('refuses %j as a parameter', (text) => {
    expect(refusal(() => parseFieldSelector(text)).code).toBe('BadRequest');
  });

  test('unescapes values as Kubernetes does', () => {
    const matches = (type: string) =>
      parseFieldSelector('type=a\\,b\\=c\\\\').matches({ ...secret, type });
    expect([matches('a,b=c\\'), matches('a\\,b')]).toEqual([true, false]);
  });

  test('takes the namespace terms apart, for a list over namespaces', () => {
    const selector = parseFieldSelector('metadata.namespace=a,type=x\\,y,metadata.namespace!=b');
    expect(selector.namespaces).toEqual(['a']);
    expect(selector.withoutNamespaces).toBe('type=x\\,y');
    expect(['a', 'b', 'c'].map((name) => selector.allowsNamespace(name))).toEqual([
      true,
      false,
      false,
    ]);
    const open = parseFieldSelector('metadata.namespace!=b');
    expect([open.namespaces, open.withoutNamespaces]).toEqual([undefined, '']);
    expect(['a', 'b'].map((name) => open.allowsNamespace(name))).toEqual([true, false]);
  });

  test.each([
    ['metadata.name=db', 'db'],
    ['type=Opaque,metadata.name==db', 'db'],
    ['metadata.name!=db', undefined],
    ['metadata.namespace=pay', undefined],
    ['', undefined],
  ])('%j asks for the one name %s', (text, name) => {
    expect(parseFieldSelector(text).name).toBe(name);
  });
});
