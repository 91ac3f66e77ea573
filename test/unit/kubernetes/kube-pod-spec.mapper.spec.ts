import { describe, expect, it } from 'vitest';
import { referencesOf } from '../../../src/consumers/domain/references.js';
import { toPodSpec } from '../../../src/kubernetes/kube-pod-spec.mapper.js';

const uses = (spec: object) => referencesOf(toPodSpec(spec), 'db')?.uses;
const app = (more: object) => ({ containers: [{ name: 'app', ...more }] });
const env = { env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'db', key: 'p' } } }] };
const mounts = (more: object) => app({ volumeMounts: [{ name: 'v', mountPath: '/v', ...more }] });
const secretVolume = { volumes: [{ name: 'v', secret: { secretName: 'db' } }] };

describe('what a PodSpec says about a Secret', () => {
  it.each<[string, object, readonly string[]]>([
    ['env', app(env), ['env']],
    ['envFrom', app({ envFrom: [{ secretRef: { name: 'db' } }] }), ['env']],
    ['an initContainer', { initContainers: [{ name: 'init', ...env }] }, ['env']],
    ['an ephemeralContainer', { ephemeralContainers: [{ name: 'debug', ...env }] }, ['env']],
    ['a volume', { ...mounts({}), ...secretVolume }, ['volume']],
    [
      'a projected volume',
      {
        ...mounts({}),
        volumes: [
          {
            name: 'v',
            projected: { sources: [{ configMap: { name: 'x' } }, { secret: { name: 'db' } }] },
          },
        ],
      },
      ['volume'],
    ],
    ['a subPath', { ...mounts({ subPath: 'p' }), ...secretVolume }, ['subPath']],
    ['a subPathExpr', { ...mounts({ subPathExpr: '$(X)' }), ...secretVolume }, ['subPath']],
    ['an empty subPath', { ...mounts({ subPath: '' }), ...secretVolume }, ['volume']],
    ['imagePullSecrets', { imagePullSecrets: [{ name: 'db' }] }, ['imagePull']],
    [
      'a CSI volume',
      { volumes: [{ name: 'v', csi: { nodePublishSecretRef: { name: 'db' } } }] },
      ['volume'],
    ],
    [
      'a cephfs volume',
      { volumes: [{ name: 'v', cephfs: { secretRef: { name: 'db' } } }] },
      ['volume'],
    ],
    [
      'an azureFile volume',
      { volumes: [{ name: 'v', azureFile: { secretName: 'db' } }] },
      ['volume'],
    ],
  ])('is found in %s', (_place, spec, expected) => {
    expect(uses(spec)).toEqual(expected);
  });

  it.each<[string, object]>([
    ['a ConfigMap of that name', app({ envFrom: [{ configMapRef: { name: 'db' } }] })],
    ['a volume of that name', { volumes: [{ name: 'db', emptyDir: {} }] }],
    [
      'a claim of that name',
      { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'db' } }] },
    ],
    ['a plain variable', app({ env: [{ name: 'db', value: 'db' }] })],
  ])('is not %s', (_what, spec) => {
    expect(uses(spec)).toBeUndefined();
  });

  it('is nothing where the object is none', () => {
    const nothing = { containers: [], volumes: [], imagePullSecrets: [] };
    for (const json of [undefined, null, 'x', [], { containers: 'x', volumes: {} }]) {
      expect(toPodSpec(json)).toEqual(nothing);
    }
  });
});
