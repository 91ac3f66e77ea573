import { describe, expect, it } from 'vitest';
import {
  readCachedSecret,
  toCachedSecret,
  toDeleteAnswer,
  toKubeData,
  toKubeSecret,
  toStoredSecret,
} from '../../../src/kubernetes/kube-secret.mapper.js';

const wire = (data: string) =>
  JSON.parse(`{"metadata": {"namespace": "pay", "name": "db"}, "data": ${data}}`) as unknown;

it('keeps keys that are special to JavaScript, both ways', () => {
  const text = '{"__proto__":"MQ==","constructor":"Mg==","prototype":"Mw==","toString":"NA=="}';
  const secret = toStoredSecret(wire(text));
  expect([...secret.data.keys()]).toEqual(['__proto__', 'constructor', 'prototype', 'toString']);
  expect(JSON.stringify(toKubeSecret(secret)['data'])).toBe(text);
});

it('fills in what the API server leaves out', () => {
  expect(toStoredSecret(wire('null'))).toMatchObject({
    type: 'Opaque',
    immutable: false,
    labels: {},
    annotations: {},
    ownerReferences: [],
    finalizers: [],
    data: new Map(),
    updatedAt: undefined,
  });
});

it('tells what is being deleted from what is not', () => {
  const of = (more: object) =>
    toStoredSecret({ metadata: { namespace: 'pay', name: 'db', ...more } }).isBeingDeleted;
  expect(of({ deletionTimestamp: '2026-01-02T00:00:00Z', finalizers: ['a/b'] })).toBe(true);
  expect(of({ deletionTimestamp: null })).toBeUndefined();
  expect(of({})).toBeUndefined();
});

it('takes the latest change of any manager', () => {
  const times = ['2026-01-02T00:00:00Z', '2026-03-01T00:00:00Z', '2026-02-01T00:00:00Z'];
  const managedFields = [...times.map((time) => ({ time })), {}];
  const metadata = { namespace: 'pay', name: 'db', managedFields };
  expect(toStoredSecret({ metadata }).updatedAt).toBe('2026-03-01T00:00:00Z');
});

it('takes the latest change that a gateway made, apart from those of others', () => {
  const managedFields = [
    { manager: 'sallyport', time: '2026-01-02T00:00:00Z' },
    { manager: 'kubectl', time: '2026-03-01T00:00:00Z' },
    { manager: 'sallyport', time: '2026-02-01T00:00:00Z' },
  ];
  const stored = (fields: unknown) =>
    toStoredSecret({ metadata: { namespace: 'pay', name: 'db', managedFields: fields } });
  expect(stored(managedFields).writtenHereAt).toBe('2026-02-01T00:00:00Z');
  expect(stored(managedFields).writtenElsewhereAt).toBe('2026-03-01T00:00:00Z');
  expect(stored(managedFields.slice(1, 2)).writtenHereAt).toBeUndefined();
  expect(stored(managedFields.slice(0, 1)).writtenElsewhereAt).toBeUndefined();
});

it('takes the keys that each manager has applied, and no other ownership', () => {
  const fields = (...keys: readonly string[]) => ({
    'f:data': Object.fromEntries([['.', {}], ...keys.map((key) => [`f:${key}`, {}] as const)]),
    'f:metadata': { 'f:annotations': { 'f:note': {} } },
  });
  const applied = (manager: string, fieldsV1: unknown) => ({
    ...{ manager, operation: 'Apply', fieldsV1 },
  });
  const appliedKeys = (managedFields: unknown) =>
    toStoredSecret({ metadata: { namespace: 'pay', name: 'db', managedFields } }).appliedKeys;
  const keys = appliedKeys([
    applied('one', fields('password', 'f:odd', '__proto__')),
    applied('two', fields('password')),
    applied('three', { 'f:metadata': {} }),
    applied('four', null),
    { manager: 'five', operation: 'Update', fieldsV1: fields('user') },
  ]);
  expect([...(keys ?? [])]).toEqual([
    ['one', ['password', 'f:odd', '__proto__']],
    ['two', ['password']],
    ['three', []],
    ['four', []],
  ]);
  for (const none of [undefined, [], [{ manager: 'x', operation: 'Update' }], 'x', [null]]) {
    expect(appliedKeys(none)).toBeUndefined();
  }
});

it('writes values as base64 under their keys', () => {
  const { data } = toStoredSecret(wire('{"__proto__":"MQ==","empty":"","bytes":"/w=="}'));
  expect(JSON.stringify(toKubeData(data))).toBe('{"__proto__":"MQ==","empty":"","bytes":"/w=="}');
  expect(toKubeData(new Map())).toEqual({});
});

it('counts managers of copies as the gateway, and names that resemble them do not', () => {
  const managedFields = [
    { manager: 'sallyport-import-u', time: '2026-01-02T00:00:00Z' },
    { manager: 'sallyportal', time: '2026-03-01T00:00:00Z' },
  ];
  const stored = toStoredSecret({ metadata: { namespace: 'pay', name: 'db', managedFields } });
  expect(stored.writtenHereAt).toBe('2026-01-02T00:00:00Z');
  expect(stored.writtenElsewhereAt).toBe('2026-03-01T00:00:00Z');
});

it.each(['{"a": "@@"}', '{"a": 1}', '{"a": "MQ"}'])(
  'refuses data that is no base64: %s',
  (data) => {
    expect(() => toStoredSecret(wire(data))).toThrow(
      expect.objectContaining({ code: 'Unavailable' }),
    );
  },
);

it.each([undefined, null, [], 'x', {}, { metadata: { name: 'db' } }])('refuses %j', (json) => {
  expect(() => toStoredSecret(json)).toThrow(expect.objectContaining({ code: 'Unavailable' }));
});

describe('a state that is kept', () => {
  const metadata = {
    name: 'db',
    namespace: 'pay',
    uid: 'u',
    resourceVersion: '7',
    labels: { app: 'pay' },
  };
  const item = { metadata, data: { key: 'MQ==' }, type: 'example.org/own' };

  it('says what the object is, which a list leaves out', () => {
    const state = toCachedSecret(item);
    expect(state).toMatchObject({ ...metadata, type: 'example.org/own' });
    const text = state.document.revealText();
    expect(text).toBe(JSON.stringify({ kind: 'Secret', apiVersion: 'v1', ...item }));
    const told = toCachedSecret({ kind: 'Secret', apiVersion: 'v1', ...item });
    expect(told.document.revealText()).toBe(text);
  });

  it('is read as the object that it was', () => {
    expect(readCachedSecret(toCachedSecret(item))).toEqual(toStoredSecret(item));
  });

  it('prints no value', () => {
    expect(JSON.stringify(toCachedSecret(item))).not.toContain('MQ==');
  });

  it.each(['name', 'namespace', 'uid', 'resourceVersion'])('is none without its %s', (member) => {
    const without = { ...item, metadata: { ...metadata, [member]: '' } };
    expect(() => toCachedSecret(without)).toThrow('the cluster gave an unexpected answer');
  });
});

describe('the answer to a delete', () => {
  it.each([
    ['says which object is gone', { kind: 'Status', details: { uid: 'u' } }, { uid: 'u' }],
    ['may say nothing', { kind: 'Status', status: 'Success' }, {}],
    [
      'has a state where the object lives on',
      { kind: 'Secret', metadata: { uid: 'u', resourceVersion: '9' } },
      { uid: 'u', resourceVersion: '9' },
    ],
  ])('%s', (_, answer, expected) => {
    expect(toDeleteAnswer(answer)).toEqual(expected);
  });
});
