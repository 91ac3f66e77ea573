import { describe, expect, it } from 'vitest';
import { sealingLimits } from '../../../../src/core/sealing-limits.js';
import { readSealedSecret } from '../../../../src/sealing/domain/read-sealed-secret.js';

const value = Buffer.concat([Buffer.from([2, 0]), Buffer.alloc(512 + 16)]).toString('base64');

function manifest({ metadata = {}, spec = {} }: { metadata?: object; spec?: object } = {}) {
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name: 'db', namespace: 'pay', ...metadata },
    spec: { encryptedData: { password: value }, ...spec },
  };
}

function read(change: Parameters<typeof manifest>[0] = {}) {
  return readSealedSecret(manifest(change), 'pay');
}

function errorsOf(change: Parameters<typeof manifest>[0]): readonly unknown[] {
  try {
    read(change);
  } catch (error) {
    return (error as { readonly errors: readonly unknown[] }).errors;
  }
  return [];
}

describe('readSealedSecret', () => {
  it('reads the whole Secret from the template, which has no labels if it names none', () => {
    const template = {
      metadata: { name: 'ignored', labels: { app: 'db' }, annotations: null },
      type: 'kubernetes.io/basic-auth',
      immutable: true,
      data: {},
    };
    expect(read({ spec: { template } }).secret).toEqual({
      ...{ namespace: 'pay', name: 'db', type: 'kubernetes.io/basic-auth', immutable: true },
      ...{ labels: { app: 'db' }, annotations: {} },
    });
    expect(read().secret).toEqual({
      ...{ namespace: 'pay', name: 'db', type: undefined, immutable: undefined },
      ...{ labels: {}, annotations: {} },
    });
  });

  it('takes the scope from the metadata, not from the template', () => {
    const annotations = { 'sealedsecrets.bitnami.com/namespace-wide': 'true' };
    expect(read({ metadata: { annotations } }).scope).toBe('namespace-wide');
    expect(read({ spec: { template: { metadata: { annotations } } } }).scope).toBe('strict');
  });

  it('takes the namespace of the path if the manifest has none', () => {
    expect(read({ metadata: { namespace: undefined } }).secret.namespace).toBe('pay');
  });

  it('reads values in the order of their keys; those that cannot be opened are undefined', () => {
    const { values } = read({ spec: { encryptedData: { b: value, a: 'AA==' } } });
    expect([...values.keys()]).toEqual(['a', 'b']);
    expect(values.get('a')).toBeUndefined();
    expect(values.get('b')?.sessionKey).toHaveLength(512);
  });

  it.each<[string, Parameters<typeof manifest>[0], string]>([
    ['another namespace', { metadata: { namespace: 'shop' } }, '/metadata/namespace'],
    ['an invalid name', { metadata: { name: 'Db' } }, '/metadata/name'],
    ['an empty name', { metadata: { name: '' } }, '/metadata/name'],
    ['an invalid key', { spec: { encryptedData: { 'a b': value } } }, '/spec/encryptedData/a b'],
    [
      'two scopes',
      {
        metadata: {
          annotations: {
            'sealedsecrets.bitnami.com/namespace-wide': 'true',
            'sealedsecrets.bitnami.com/cluster-wide': 'true',
          },
        },
      },
      '/metadata/annotations/sealedsecrets.bitnami.com~1cluster-wide',
    ],
    [
      'a template of values',
      { spec: { template: { data: { a: '{{ .b }}' } } } },
      '/spec/template/data',
    ],
    ['an empty type', { spec: { template: { type: '' } } }, '/spec/template/type'],
    [
      'an invalid label',
      { spec: { template: { metadata: { labels: { app: 'a b' } } } } },
      '/spec/template/metadata/labels/app',
    ],
    [
      'an annotation that holds values',
      {
        spec: {
          template: {
            metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
          },
        },
      },
      '/spec/template/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration',
    ],
    [
      'the wish to keep other keys',
      {
        spec: {
          template: { metadata: { annotations: { 'sealedsecrets.bitnami.com/patch': 'true' } } },
        },
      },
      '/spec/template/metadata/annotations/sealedsecrets.bitnami.com~1patch',
    ],
  ])('refuses %s', (_, change, pointer) => {
    expect(errorsOf(change)).toEqual([expect.objectContaining({ pointer })]);
  });

  it('refuses more values than it opens, and more bytes than a Secret holds', () => {
    const names = Array.from({ length: sealingLimits.valuesMax + 1 }, (_, index) => `k${index}`);
    const many = Object.fromEntries(names.map((name) => [name, value]));
    const tooLarge = expect.objectContaining({ code: 'TooLarge' });
    expect(() => read({ spec: { encryptedData: many } })).toThrow(tooLarge);
    const half = Buffer.concat([Buffer.from([2, 0]), Buffer.alloc(530 + 512 * 1024)]);
    const large = { a: half.toString('base64'), b: half.toString('base64') };
    expect(() => read({ spec: { encryptedData: large } })).toThrow(tooLarge);
  });
});
