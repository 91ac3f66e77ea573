import { describe, expect, test } from 'vitest';
import { withoutValues } from '../../../../../src/kubectl/domain/forward/without-values.js';
import { lastApplied, marker } from '../../../secrets/domain/secret.builder.js';
import { columns, list, row, single, table } from './answers.builder.js';

const visible = {
  name: 'x',
  namespace: 'shop',
  generateName: 'x-',
  uid: 'u',
  resourceVersion: '41',
  creationTimestamp: '2026-01-01T00:00:00Z',
  deletionTimestamp: '2026-01-02T00:00:00Z',
  deletionGracePeriodSeconds: 0,
  labels: { app: 'x' },
  ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }],
  finalizers: ['example.com/wait'],
};
const metadata = {
  ...visible,
  annotations: { note: 'kept', [lastApplied]: marker },
  managedFields: [{ fieldsV1: { 'f:data': { [`f:${marker}`]: {} } } }],
};
const rest = { type: 'Opaque', immutable: true };
const full = {
  ...single,
  metadata,
  data: { [marker]: marker },
  stringData: { a: marker },
  ...rest,
};
const bare = { ...single, metadata: { ...visible, annotations: { note: 'kept' } }, ...rest };

describe('what is left of an object has neither a value nor a key', () => {
  test.each([
    ['a Secret', full, bare],
    ['an item', { ...full, kind: undefined }, { ...bare, kind: undefined }],
    ['a list', list([full, full]), list([bare, bare])],
    ['a Table', table([row(full)], { columnDefinitions: columns }), null],
    ['a row', { ...row(full), conditions: [] }, { ...row(bare), conditions: [] }],
    ['a row without an object', row(null), row(null)],
    ['something with a new member', { ...full, secretText: marker }, bare],
    ['metadata of another shape', { ...single, metadata: marker }, { ...single, metadata: {} }],
  ])('%s', (_, object, expected) => {
    const before = JSON.stringify(object);
    const left = withoutValues(object);
    expect(JSON.stringify(left)).not.toContain(marker);
    const whole = expected ?? table([row(bare)], { columnDefinitions: columns });
    expect(JSON.parse(JSON.stringify(left))).toEqual(JSON.parse(JSON.stringify(whole)));
    expect(JSON.stringify(object)).toBe(before);
  });

  test('in the same order, whatever that of the object', () => {
    const reversed = Object.fromEntries(Object.entries(full).toReversed());
    const backwards = Object.fromEntries(Object.entries(metadata).toReversed());
    const left = withoutValues({ ...reversed, metadata: backwards });
    expect(JSON.stringify(left)).toBe(JSON.stringify(withoutValues(full)));
  });

  test('annotations where none is left that may be seen', () => {
    const hidden = { metadata: { name: 'x', annotations: { [lastApplied]: marker } } };
    expect(withoutValues(hidden)).toEqual({ metadata: { name: 'x' } });
  });

  test.each([null, 'text', 1])('what is no object: %j', (value) => {
    expect(withoutValues(value)).toBe(value);
  });

  test('a label named __proto__ is a label', () => {
    const text = '{"metadata":{"labels":{"__proto__":"x"},"annotations":{"__proto__":"y"}}}';
    expect(JSON.stringify(withoutValues(JSON.parse(text)))).toBe(text);
  });
});
