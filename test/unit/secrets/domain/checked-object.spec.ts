import { describe, expect, it } from 'vitest';
import {
  checkedObject,
  refusedFields,
  textsOf,
} from '../../../../src/secrets/domain/checked-object.js';

describe('a Secret in the form of the API server', () => {
  it('is what checks see', () => {
    const metadata = { namespace: 'pay', name: 'db', labels: { a: '1' } };
    const data = JSON.parse('{"__proto__":"cHc=","constructor":""}') as unknown;
    const secret = checkedObject({ kind: 'Secret', type: 'a/b', metadata, data });
    expect(secret).toMatchObject({ ...metadata, type: 'a/b', annotations: {} });
    expect([...(secret?.data ?? [])].map(([key, value]) => [key, value.revealText()])).toEqual([
      ['__proto__', 'pw'],
      ['constructor', ''],
    ]);
  });

  it('has an empty value for null, as the API server has', () => {
    const metadata = { namespace: 'pay', name: 'db' };
    const secret = checkedObject({ kind: 'Secret', metadata, data: { pad: null } });
    expect(secret?.data.get('pad')?.sizeBytes).toBe(0);
  });

  it('without a type is opaque', () => {
    const metadata = { namespace: 'pay', name: 'db' };
    expect(checkedObject({ kind: 'Secret', metadata })?.type).toBe('Opaque');
    expect(checkedObject({ kind: 'Secret', metadata, type: '' })?.type).toBe('Opaque');
  });

  it.each([
    undefined,
    [],
    { kind: 'ConfigMap', metadata: { namespace: 'a', name: 'b' } },
    { kind: 'Secret', metadata: { namespace: 'a' } },
    { kind: 'Secret', metadata: { name: 'b' } },
    { kind: 'Secret', metadata: { namespace: 'a', name: 'b' }, data: { x: '%' } },
    { kind: 'Secret', metadata: { namespace: 'a', name: 'b' }, data: { x: 1 } },
  ])('is not: %j', (document) => {
    expect(checkedObject(document)).toBeUndefined();
  });
});

it('has texts alone as labels', () => {
  expect(textsOf({ a: '1', b: 2, c: null })).toEqual({ a: '1' });
  expect(textsOf('text')).toEqual({});
});

it('refuses in the form of the API server', () => {
  const one = { pointer: '/data/tls.crt', reason: 'must be PEM certificates' };
  const error = refusedFields('db', [one]);
  expect(error.message).toBe(
    'Secret "db" is invalid: data[tls.crt]: Invalid value: must be PEM certificates',
  );
  expect(error.errors).toEqual([
    { pointer: 'data[tls.crt]', reason: 'Invalid value: must be PEM certificates' },
  ]);
  const named = refusedFields('db', [{ ...one, schema: 'tls' }]);
  const reason = 'Invalid value: must be PEM certificates (schema tls)';
  expect(named.message).toBe(`Secret "db" is invalid: data[tls.crt]: ${reason}`);
  expect(named.errors).toEqual([{ pointer: 'data[tls.crt]', reason }]);
  const two = refusedFields('db', [one, { pointer: '/annotations/a~1b', reason: 'has expired' }]);
  expect(two.message).toMatch(/^Secret "db" is invalid: \[data\[tls.crt\].*annotations\[a\/b\]/);
});
