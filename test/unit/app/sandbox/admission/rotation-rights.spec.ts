import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { denyWithoutRights } from '../../../../../src/app/sandbox/admission/rotation-rights.js';
import { postgresql, secretRotation } from '../../../../support/rotation-manifests.js';

const policy = readFileSync('deploy/rbac/policies/rights/rotation-rights.yaml', 'utf8');

function rotation(spec: Readonly<Record<string, unknown>>): KubeObject {
  return secretRotation('db', spec, { namespace: 'pay' }) as KubeObject;
}

/** Every right that is asked for, in order, as `verb resource/name`. */
function askedFor(spec: Readonly<Record<string, unknown>>, old?: KubeObject): readonly string[] {
  const asked: string[] = [];
  denyWithoutRights(rotation(spec), old, {
    isAllowed: ({ verb, resource, namespace, name }) => {
      asked.push(`${verb} ${resource}/${name} in ${namespace}`.replace(' in pay', ''));
      return true;
    },
  });
  return asked;
}

const caSecret = { name: 'db-ca', key: 'ca.crt' };
const certificates = ['ca-0', 'ca-1', 'ca-2'].map((secretName, index) => {
  return { key: `tls-${index}`, certificate: { ca: { secretName } } };
});

describe('the rights that a rotation needs', () => {
  it('are those of all that it does', () => {
    const target = postgresql('db-admin', { tls: { caSecret } });
    const workloads = [{ kind: 'StatefulSet', name: 'db' }];
    expect(askedFor({ target, generate: certificates, consumers: { workloads } })).toEqual([
      'update secrets/db',
      'get secrets/db',
      'get secrets/db-admin',
      'get secrets/db-ca',
      'get secrets/ca-0',
      'get secrets/ca-1',
      'get secrets/ca-2',
      'patch statefulsets/db',
    ]);
    expect(askedFor({ consumers: { restart: 'auto' } })).toEqual([
      'update secrets/db',
      'patch deployments/',
      'patch statefulsets/',
      'patch daemonsets/',
    ]);
    expect(askedFor({ consumers: { restart: 'none' } })).toEqual(['update secrets/db']);
  });

  it.each(['postgresql', 'mysql', 'mongodb', 'redis', 'webhook', 'one that comes later'])(
    'include reading the Secret whose values a target is shown: %s',
    (kind) => {
      expect(askedFor({ target: { [kind]: {} } })).toEqual(['update secrets/db', 'get secrets/db']);
    },
  );

  it('are none where the spec stays', () => {
    expect(askedFor({ suspend: true }, rotation({ suspend: true }))).toEqual([]);
    expect(askedFor({ suspend: true }, rotation({}))).toEqual(['update secrets/db']);
  });

  it.each([
    ['update', 'db', {}],
    ['get', 'db-admin', { target: postgresql('db-admin') }],
    ['get', 'db-ca', { target: postgresql('db-admin', { tls: { caSecret } }) }],
    ['get', 'ca-1', { generate: certificates }],
    ['patch', 'web', { consumers: { workloads: [{ kind: 'Deployment', name: 'web' }] } }],
    ['get', 'db', { target: postgresql('db-admin') }],
  ])('are told when one is missing: %s %s', (verb, name, spec) => {
    const isAllowed = (asked: { readonly verb: string; readonly name: string }) =>
      asked.verb !== verb || asked.name !== name;
    const denial = denyWithoutRights(rotation(spec), undefined, { isAllowed });
    expect(denial?.policy).toBe('sallyport-rotation-rights');
    expect(denial?.message).toContain(`needs the right to ${verb} `);
    expect(denial?.message).toContain(`"${name}"`);
  });

  it('are told in words that stand in the shipped policy', () => {
    for (const why of ['whose credential it uses', 'whose CA it trusts', 'whose CA signs']) {
      expect(policy).toContain(why);
    }
    expect(policy).toContain('whose key signs its requests');
    expect(policy).toContain('whose values its target is shown');
    expect(policy).toContain('which it restarts');
  });
});
