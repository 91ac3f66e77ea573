import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/model/kube-object.js';
import { refuseTooLarge } from '../../src/store/etcd-size.js';
import { bounds } from '../../src/store/sandbox-bounds.js';

const max = bounds.objectBytesMax;

function check(object: Omit<KubeObject, 'metadata'>, metadata: KubeObject['metadata'] = {}): void {
  const whole = { ...object, metadata } as KubeObject;
  refuseTooLarge(whole, Buffer.byteLength(JSON.stringify(whole)));
}

describe('an object that is stored', () => {
  it('may be as large as etcd takes it, and is refused in its words beyond', () => {
    const rules = (length: number) => [{ verbs: ['get'], resources: ['x'.repeat(length)] }];
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' };
    expect(() => check({ ...role, rules: rules(max - 1_000) })).not.toThrow();
    const refused = expect.objectContaining({
      code: 500,
      reason: '',
      message: 'etcdserver: request is too large',
    });
    expect(() => check({ ...role, rules: rules(max + 1_000) })).toThrow(refused);
  });

  it('counts the bytes of a Secret, not their base64', () => {
    const data = { value: Buffer.alloc(1024 * 1024).toString('base64') };
    const annotations = { note: 'x'.repeat(250 * 1024) };
    const secret = { apiVersion: 'v1', kind: 'Secret', data };
    expect(() => check(secret, { annotations })).not.toThrow();
    expect(() => check({ ...secret, kind: 'ConfigMap' }, { annotations })).toThrow('too large');
  });

  it('is JSON where its kind is a custom one', () => {
    const lines = '\n'.repeat(max / 2);
    const widget = { apiVersion: 'x.example/v1', kind: 'Widget', text: `${lines}x` };
    expect(() => check(widget)).toThrow('too large');
    expect(() => check({ ...widget, apiVersion: 'v1', kind: 'ConfigMap' })).not.toThrow();
  });
});
