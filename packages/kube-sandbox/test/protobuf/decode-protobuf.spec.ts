import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../src/model/kube-object.js';
import { protobufToDeleteOptions, protobufToJson } from '../../src/protobuf/decode-protobuf.js';
import { decodeObject } from '../../src/schema/decode-object.js';
import { kubernetesSchemas } from '../../src/schema/schema-source.js';
import { kubectlBodies } from './kubectl-bodies.js';
import { bytesField, envelope, intField } from './protobuf-encoding.js';

const namespace = 'pb-helper';

interface Type {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function ofGroup(group: string, kind: string): Type {
  return { group, version: 'v1', kind };
}

/** As the verbs do with a body in JSON. */
function stored(object: JsonObject, type: Type): JsonObject {
  const schemas = kubernetesSchemas();
  const { group, version, kind } = type;
  const body = Buffer.from(JSON.stringify(object));
  return decodeObject(body, {
    ...type,
    contentType: 'application/json',
    schema: schemas.forKind(group, version, kind),
    schemas,
    isCustom: false,
    fieldValidation: 'Strict',
  }).object;
}

function storedFrom(body: Buffer, type: Type): JsonObject {
  return stored(protobufToJson(body, type), type);
}

function captured(name: keyof typeof kubectlBodies): Buffer {
  return Buffer.from(kubectlBodies[name], 'base64');
}

describe('what kubectl sends is the same object as in JSON', () => {
  const rbac = 'rbac.authorization.k8s.io';

  it.each<[keyof typeof kubectlBodies, Type, JsonObject]>([
    ['namespace', ofGroup('', 'Namespace'), { metadata: { name: namespace } }],
    [
      'genericSecret',
      ofGroup('', 'Secret'),
      {
        metadata: { name: 'g1', namespace },
        type: 'example.com/t',
        data: { user: 'YWRtaW4=', empty: '' },
      },
    ],
    [
      'registrySecret',
      ofGroup('', 'Secret'),
      {
        metadata: { name: 'd1', namespace },
        type: 'kubernetes.io/dockerconfigjson',
        data: {
          '.dockerconfigjson':
            'eyJhdXRocyI6eyJyZWdpc3RyeS5leGFtcGxlIjp7InVzZXJuYW1lIjoidSIsInBhc3N3b3JkIjoicCIsImVtYWlsIjoiZUBleGFtcGxlLmNvbSIsImF1dGgiOiJkVHB3In19fQ==',
        },
      },
    ],
    ['serviceAccount', ofGroup('', 'ServiceAccount'), { metadata: { name: 'sa1', namespace } }],
    [
      'selfSubjectAccessReview',
      ofGroup('authorization.k8s.io', 'SelfSubjectAccessReview'),
      { spec: { resourceAttributes: { namespace, verb: 'get', resource: 'secrets' } } },
    ],
    [
      'tokenRequest',
      ofGroup('authentication.k8s.io', 'TokenRequest'),
      { spec: { audiences: ['a'], expirationSeconds: 3600 } },
    ],
    [
      'namespacedRole',
      ofGroup(rbac, 'Role'),
      {
        metadata: { name: 'r1', namespace },
        rules: [
          { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'], resourceNames: ['s'] },
        ],
      },
    ],
    [
      'roleBinding',
      ofGroup(rbac, 'RoleBinding'),
      {
        metadata: { name: 'rb1', namespace },
        subjects: [{ kind: 'ServiceAccount', name: 'sa1', namespace }],
        roleRef: { apiGroup: rbac, kind: 'Role', name: 'r1' },
      },
    ],
    [
      'deployment',
      ofGroup('apps', 'Deployment'),
      {
        metadata: { name: 'dep', namespace, labels: { app: 'dep' } },
        spec: {
          replicas: 2,
          selector: { matchLabels: { app: 'dep' } },
          template: {
            metadata: { labels: { app: 'dep' } },
            spec: {
              containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }],
            },
          },
        },
      },
    ],
  ])('%s', (name, type, inJson) => {
    expect(storedFrom(captured(name), type)).toEqual(stored(inJson, type));
  });

  it('a Secret of type TLS', () => {
    const body = envelope(
      'v1',
      'Secret',
      bytesField(1, bytesField(1, 't1'), bytesField(2, ''), bytesField(3, namespace)),
      bytesField(2, bytesField(1, 'tls.crt'), bytesField(2, 'certificate')),
      bytesField(2, bytesField(1, 'tls.key'), bytesField(2, 'key')),
      bytesField(3, 'kubernetes.io/tls'),
    );
    const inJson = {
      metadata: { name: 't1', namespace },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': 'Y2VydGlmaWNhdGU=', 'tls.key': 'a2V5' },
    };
    const type = ofGroup('', 'Secret');
    expect(storedFrom(body, type)).toEqual(stored(inJson, type));
  });
});

describe('the type of a body', () => {
  const secret = ofGroup('', 'Secret');
  const named = bytesField(1, bytesField(1, 'a'));

  it.each([
    ['', ''],
    ['a/b/c', 'Secret'],
  ])('is the expected one where the body names none: %j, %j', (apiVersion, kind) => {
    const object = protobufToJson(envelope(apiVersion, kind, named), secret);
    expect(object).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } });
  });

  it('is left for the JSON decoder to refuse where it is another', () => {
    const served = protobufToJson(envelope('v1', 'ConfigMap', named), secret);
    expect(served).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    const unknown = protobufToJson(envelope('example.com/v1', 'Thing', named), secret);
    expect(unknown).toEqual({ apiVersion: 'example.com/v1', kind: 'Thing' });
  });
});

describe('DeleteOptions', () => {
  const options = [
    intField(1, 0n),
    bytesField(2, bytesField(1, 'u')),
    bytesField(4, 'Foreground'),
    bytesField(5, 'All'),
  ];

  it.each(['v1', 'rbac.authorization.k8s.io/v1', 'example.com/v1'])('are read of %s', (version) => {
    expect(protobufToDeleteOptions(envelope(version, 'DeleteOptions', ...options))).toEqual({
      apiVersion: version,
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid: 'u' },
      propagationPolicy: 'Foreground',
      dryRun: ['All'],
    });
  });

  it.each([
    [
      envelope('v1', 'Secret'),
      'no kind "Secret" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      envelope('v1', 'DeleteOptions', bytesField(1, '')),
      'proto: wrong wireType = 2 for field GracePeriodSeconds',
    ],
    [
      Buffer.from('{}'),
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    ],
  ])('are refused as the API server does: %#', (body, message) => {
    expect(() => protobufToDeleteOptions(body)).toThrow(
      expect.objectContaining({ name: 'ApiStatusError', code: 400, message }),
    );
  });
});
