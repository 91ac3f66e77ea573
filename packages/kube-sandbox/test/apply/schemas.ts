import type { KubeObject } from '../../src/model/kube-object.js';
import type { SchemaNode, SchemaSource } from '../../src/model/schema-node.js';

const text: SchemaNode = { type: 'string' };
const texts: SchemaNode = { type: 'object', additionalProperties: text };

const meta: SchemaNode = {
  type: 'object',
  properties: {
    name: text,
    namespace: text,
    uid: text,
    resourceVersion: text,
    labels: texts,
    annotations: texts,
    finalizers: {
      type: 'array',
      items: text,
      'x-kubernetes-list-type': 'set',
      'x-kubernetes-patch-strategy': 'merge',
    },
    ownerReferences: {
      type: 'array',
      items: {
        type: 'object',
        properties: { uid: text, name: text },
        'x-kubernetes-map-type': 'atomic',
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'uid',
    },
  },
};

const models: Readonly<Record<string, SchemaNode>> = { ObjectMeta: meta };
const typed: Readonly<Record<string, SchemaNode>> = {
  apiVersion: text,
  kind: text,
  metadata: { allOf: [{ $ref: '#/components/schemas/io.k8s.meta.v1.ObjectMeta' }], default: {} },
};

export const secretSchema: SchemaNode = {
  type: 'object',
  properties: {
    ...typed,
    data: { type: 'object', additionalProperties: { type: 'string', format: 'byte' } },
    stringData: texts,
    type: text,
    immutable: { type: 'boolean' },
  },
};

const keyed = (key: string, properties: Readonly<Record<string, SchemaNode>>): SchemaNode => ({
  type: 'array',
  items: { type: 'object', required: [key], properties },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key],
  'x-kubernetes-patch-strategy': 'merge',
  'x-kubernetes-patch-merge-key': key,
});

const named = { type: 'string', default: '' };

const container: Readonly<Record<string, SchemaNode>> = {
  name: named,
  image: text,
  args: { type: 'array', items: text, 'x-kubernetes-list-type': 'atomic' },
  env: keyed('name', { name: named, value: text }),
  ports: {
    ...keyed('containerPort', {
      containerPort: { type: 'integer', default: 0 },
      protocol: { type: 'string', default: 'TCP' },
    }),
    'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
  },
};

/** Deployments, as far as the tests go; `containers` stand in the template's spec. */
export const deploymentSchema: SchemaNode = {
  type: 'object',
  properties: {
    ...typed,
    spec: {
      type: 'object',
      default: {},
      required: ['containers'],
      properties: {
        replicas: { type: 'integer' },
        selector: {
          type: 'object',
          properties: { matchLabels: texts },
          'x-kubernetes-map-type': 'atomic',
        },
        strategy: {
          type: 'object',
          default: {},
          properties: { type: text, rollingUpdate: texts },
          'x-kubernetes-patch-strategy': 'retainKeys',
        },
        containers: keyed('name', container),
      },
    },
    status: { type: 'object', default: {}, properties: { replicas: { type: 'integer' } } },
  },
};

/** Knows these two kinds alone. */
export const schemas: SchemaSource = {
  resolve(node) {
    const reference = node.$ref ?? node.allOf?.[0]?.$ref;
    return models[reference?.split('.').at(-1) ?? ''] ?? node;
  },
  forKind(_group, _version, kind) {
    if (kind === 'Secret') return secretSchema;
    return kind === 'Deployment' ? deploymentSchema : undefined;
  },
};

/** An object with some members beside name and type. */
export function secret(members: Partial<KubeObject> = {}): KubeObject {
  const { metadata, ...rest } = members;
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', ...metadata }, ...rest };
}

export function deployment(members: Partial<KubeObject> = {}): KubeObject {
  const { metadata, ...rest } = members;
  const named = { name: 'd', ...metadata };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: named, ...rest };
}

/** As stored: with the uid that tells a server's object from a new one. */
export function stored(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, uid: 'u' } };
}

/** One line for each entry: manager, operation, time and fields. */
export function ownersOf(object: KubeObject): string[] {
  return (object.metadata.managedFields ?? []).map((entry) => {
    const { manager, operation, time, fieldsV1, subresource } = entry;
    const parts = [manager, operation, subresource, time, JSON.stringify(fieldsV1)];
    return parts.filter((part) => part !== undefined).join(' ');
  });
}

/** The error that something throws. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
