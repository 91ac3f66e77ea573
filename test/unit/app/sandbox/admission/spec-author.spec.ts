import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { stampAuthor } from '../../../../../src/app/sandbox/admission/spec-author.js';
import { secretRotation } from '../../../../support/rotation-manifests.js';
import { secretImport, secretShare } from '../../../../support/share-manifests.js';

const user = { username: 'alice', uid: 'u-1', groups: ['team,a', '"b"'], extra: {} };
const stamp = {
  'sallyport.dev/author': 'alice',
  'sallyport.dev/author-groups': '["team,a","\\"b\\""]',
  'sallyport.dev/author-uid': 'u-1',
};
const forged = { 'sallyport.dev/author': 'root', 'sallyport.dev/author-groups': '[]' };

function rotation(annotations?: object, spec: Readonly<Record<string, unknown>> = {}): KubeObject {
  const metadata = annotations === undefined ? {} : { annotations };
  return secretRotation('db', spec, metadata) as KubeObject;
}

function stamped(sent: KubeObject, old?: KubeObject): unknown {
  stampAuthor(sent, old, { user });
  return sent.metadata.annotations;
}

describe('the author of a share or an import', () => {
  it.each([
    ['share', secretShare('db', {}, { annotations: forged })],
    ['import', secretImport('db', {}, { annotations: forged })],
  ])('is the user who writes it: %s', (_kind, sent) => {
    expect(stamped(sent as KubeObject)).toEqual(stamp);
  });
});

describe('the author of a rotation', () => {
  it('is whoever makes it or changes its spec, whatever was sent', () => {
    expect(stamped(rotation())).toEqual(stamp);
    expect(stamped(rotation({ ...forged, other: 'kept' }))).toEqual({ ...stamp, other: 'kept' });
    const changed = rotation(forged, { suspend: true });
    expect(stamped(changed, rotation({ 'sallyport.dev/author': 'bob' }))).toEqual(stamp);
  });

  it('stays who it was where the spec stays', () => {
    const old = rotation({ 'sallyport.dev/author': 'bob', 'sallyport.dev/author-uid': '' });
    for (const sent of [undefined, {}, forged, stamp]) {
      expect(stamped(rotation(sent), old)).toEqual(old.metadata.annotations);
    }
  });

  it('is nobody where nobody was, and no empty list of annotations is left', () => {
    expect(stamped(rotation(forged), rotation())).toBeUndefined();
    expect(stamped(rotation({ ...forged, a: 'b' }), rotation())).toEqual({ a: 'b' });
  });
});
