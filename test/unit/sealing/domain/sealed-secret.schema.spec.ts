import { describe, expect, it } from 'vitest';
import { sealedSecretSchema } from '../../../../src/sealing/domain/sealed-secret.schema.js';

const manifest = {
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 'db', namespace: 'pay', creationTimestamp: null },
  spec: {
    template: { metadata: { name: 'db', namespace: 'pay', creationTimestamp: null } },
    encryptedData: { password: 'AgB0b3BzZWNyZXQ=' },
  },
};

function accepts(value: unknown): boolean {
  return sealedSecretSchema.safeParse(value).success;
}

describe('sealedSecretSchema', () => {
  it('accepts a manifest of kubeseal, and one that was read from a cluster', () => {
    expect(accepts(manifest)).toBe(true);
    const metadata = { ...manifest.metadata, uid: 'x', managedFields: [{}], finalizers: ['x'] };
    expect(accepts({ ...manifest, metadata, status: { conditions: [] } })).toBe(true);
  });

  it.each<[string, object]>([
    ['of another kind', { kind: 'Secret' }],
    ['of another version', { apiVersion: 'bitnami.com/v1' }],
    ['without metadata', { metadata: undefined }],
    ['with an unknown member', { data: {} }],
    ['with values in the clear', { spec: { ...manifest.spec, stringData: { a: 'b' } } }],
    ['of the former format, with one value', { spec: { ...manifest.spec, data: 'AgB0' } }],
    ['without values', { spec: {} }],
    ['with a number for a value', { spec: { encryptedData: { a: 1 } } }],
    ['with finalizers', { spec: template({ metadata: { finalizers: ['x'] } }) }],
    ['with an unknown member of the template', { spec: template({ stringData: {} }) }],
  ])('refuses a manifest %s', (_, change) => {
    expect(accepts({ ...manifest, ...change })).toBe(false);
  });
});

function template(more: object) {
  return { ...manifest.spec, template: more };
}
