import { describe, expect, it } from 'vitest';
import type { KubeObject, ObjectMeta } from '../../src/model/kube-object.js';
import { givenRevision, refuseOtherUid, refuseStale } from '../../src/verbs/preconditions.js';
import { bodyOf, definitionOf } from '../registry/registry.builder.js';

const body = (metadata: ObjectMeta): KubeObject => bodyOf('secrets', { metadata });

describe('the resourceVersion of a write', () => {
  const stored = body({ resourceVersion: '7' });
  const write = (resource: string, resourceVersion: string) => () => {
    refuseStale(definitionOf(resource), body({ resourceVersion }), stored);
  };

  it('is that of the stored object, or none, or zero', () => {
    for (const version of ['7', '07', '', '0']) expect(write('secrets', version)).not.toThrow();
    expect(write('secrets', '6')).toThrow(
      'Operation cannot be fulfilled on secrets "x": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  it.each(['leases', 'customresourcedefinitions', 'validatingadmissionpolicies'])(
    'must be there for %s',
    (resource) => {
      expect(write(resource, '7')).not.toThrow();
      expect(write(resource, '')).toThrow(
        'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
      );
    },
  );

  it('is a number of 64 bits', () => {
    expect(givenRevision(body({ resourceVersion: '18446744073709551615' }))).toBe(2n ** 64n - 1n);
    const refused = (text: string) => () => givenRevision(body({ resourceVersion: text }));
    expect(refused('x')).toThrow('strconv.ParseUint: parsing "x": invalid syntax');
    expect(refused('-1')).toThrow('strconv.ParseUint: parsing "-1": invalid syntax');
    expect(refused('18446744073709551616')).toThrow('value out of range');
  });
});

describe('the uid in a PUT', () => {
  const put = (resource: string, uid: string, stored?: string) => () => {
    const old = stored === undefined ? undefined : body({ uid: stored });
    refuseOtherUid(definitionOf(resource), bodyOf(resource, { metadata: { uid } }), old);
  };

  it('is that of the stored object, or none', () => {
    expect(put('secrets', 'u', 'u')).not.toThrow();
    expect(put('secrets', '', 'u')).not.toThrow();
    expect(put('secrets', 'v', 'u')).toThrow(
      'Operation cannot be fulfilled on secrets "x": StorageError: invalid object, Code: 4, Key: /registry/secrets/pay/x, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: v, UID in object meta: u',
    );
  });

  it('is of no object that is yet to be', () => {
    expect(put('roles', 'v')).toThrow('UID in precondition: v, UID in object meta: ');
  });
});
