import { describe, expect, test } from 'vitest';
import { openApiV2, openApiV2Protobuf } from '../../src/discovery/openapi-v2.js';
import { OpenApiDocuments } from '../../src/discovery/openapi.js';
import type { SchemaNode } from '../../src/model/schema-node.js';
import { definitions } from './discovery.builder.js';

const core = 'io.k8s.api.core.v1';
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const published: Record<string, SchemaNode> = {
  [`${core}.Namespace`]: { type: 'object', properties: { metadata: ref(`${meta}.ObjectMeta`) } },
  [`${core}.ServiceAccount`]: { type: 'object' },
  [`${core}.Unrelated`]: { type: 'object' },
  [`${meta}.ObjectMeta`]: { properties: { owners: { items: ref(`${meta}.OwnerReference`) } } },
  [`${meta}.OwnerReference`]: { type: 'object' },
  [`${meta}.DeleteOptions`]: { type: 'object' },
  [`${meta}.Status`]: { type: 'object' },
  [`${meta}.ListMeta`]: { type: 'object' },
  'io.k8s.api.authentication.v1.TokenRequest': { type: 'object' },
  'io.k8s.api.autoscaling.v1.Scale': { type: 'object' },
};
const prefixes: Record<string, string> = {
  '': core,
  'authentication.k8s.io': 'io.k8s.api.authentication.v1',
  autoscaling: 'io.k8s.api.autoscaling.v1',
};
const documents = new OpenApiDocuments({
  definitions: () => published,
  definitionName: (group, _version, kind) => {
    const name = `${prefixes[group] ?? group}.${kind}`;
    return name in published ? name : undefined;
  },
});

function read(group: string, version: string) {
  return JSON.parse(documents.document(definitions, group, version)?.text ?? 'null');
}

test('the index names a document for each group version, by its hash', () => {
  const { paths } = documents.index(definitions);
  expect(Object.keys(paths as object)).toEqual([
    'api/v1',
    'apis/apps/v1',
    'apis/authorization.k8s.io/v1',
    'apis/pres.example.com/v1',
    'apis/pres.example.com/v1beta1',
  ]);
  const hash = documents.document(definitions, 'apps', 'v1')?.hash;
  expect(paths).toMatchObject({
    'apis/apps/v1': { serverRelativeURL: `/openapi/v3/apis/apps/v1?hash=${hash}` },
  });
});

test('a document stays the same until its definitions change', () => {
  const [first, ...others] = definitions;
  const before = documents.document(definitions, 'apps', 'v1');
  expect(documents.document(others, 'apps', 'v1')).toBe(before);
  if (first) {
    const known = documents.document(definitions, first.group, first.version)?.hash;
    const renamed = [{ ...first, schema: { type: 'object', nullable: true } }, ...others];
    expect(documents.document(renamed, first.group, first.version)?.hash).not.toBe(known);
  }
  expect(documents.document(definitions, 'batch', 'v1')).toBeUndefined();
});

describe('the paths', () => {
  test('hold the operations that are served', () => {
    const { openapi, paths } = read('', 'v1');
    expect(openapi).toBe('3.0.0');
    const methods = Object.entries(paths as Record<string, object>).map(
      ([path, item]) => [path, ...Object.keys(item).filter((key) => key !== 'parameters')] as const,
    );
    expect(methods).toEqual([
      ['/api/v1/namespaces', 'get', 'post', 'delete'],
      ['/api/v1/namespaces/{name}', 'get', 'put', 'delete', 'patch'],
      ['/api/v1/namespaces/{name}/status', 'get', 'put', 'patch'],
      ['/api/v1/namespaces/{namespace}/serviceaccounts', 'get', 'post', 'delete'],
      ['/api/v1/serviceaccounts', 'get'],
      ['/api/v1/namespaces/{namespace}/serviceaccounts/{name}', 'get', 'put', 'delete', 'patch'],
      ['/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token', 'post'],
    ]);
    expect(Object.keys(read('authorization.k8s.io', 'v1').paths)).toEqual([
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    ]);
  });

  test('tell kubectl that a patch can be a dry run and has its fields checked', () => {
    const { patch } = read('', 'v1').paths['/api/v1/namespaces/{name}'];
    const names = patch.parameters.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
    expect(patch['x-kubernetes-action']).toBe('patch');
    expect(patch['x-kubernetes-group-version-kind']).toEqual({
      group: '',
      version: 'v1',
      kind: 'Namespace',
    });
  });

  test('offer strategic merge for built-in kinds alone', () => {
    const typesAt = (group: string, path: string) =>
      Object.keys(read(group, 'v1').paths[path].patch.requestBody.content);
    const common = [
      'application/apply-patch+yaml',
      'application/json-patch+json',
      'application/merge-patch+json',
    ];
    expect(typesAt('', '/api/v1/namespaces/{name}')).toEqual([
      ...common,
      'application/strategic-merge-patch+json',
    ]);
    const widget = '/apis/pres.example.com/v1/namespaces/{namespace}/widgets/{name}';
    expect(typesAt('pres.example.com', widget)).toEqual(common);
  });
});

describe('the schemas', () => {
  test('are those that the resources reach', () => {
    const { components } = read('', 'v1');
    expect(Object.keys(components.schemas)).toEqual([
      'io.k8s.api.authentication.v1.TokenRequest',
      `${core}.Namespace`,
      `${core}.NamespaceList`,
      `${core}.ServiceAccount`,
      `${core}.ServiceAccountList`,
      `${meta}.DeleteOptions`,
      `${meta}.ListMeta`,
      `${meta}.ObjectMeta`,
      `${meta}.OwnerReference`,
      `${meta}.Patch`,
      `${meta}.Status`,
    ]);
  });

  test('of custom kinds are their own, with metadata, under the group read backwards', () => {
    const { schemas } = read('pres.example.com', 'v1').components;
    const group = 'pres.example.com';
    expect(schemas['com.example.pres.v1.Widget']).toEqual({
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { allOf: [ref(`${meta}.ObjectMeta`)] },
        spec: { type: 'object', properties: { size: { type: 'integer' } } },
      },
      'x-kubernetes-group-version-kind': [{ group, version: 'v1', kind: 'Widget' }],
    });
    expect(schemas['com.example.pres.v1.WidgetList']).toMatchObject({
      properties: { items: { items: ref('com.example.pres.v1.Widget') } },
      'x-kubernetes-group-version-kind': [{ group, version: 'v1', kind: 'WidgetList' }],
    });
    const loose = read('pres.example.com', 'v1beta1').components.schemas;
    expect(loose['com.example.pres.v1beta1.Widget']).toMatchObject({
      'x-kubernetes-preserve-unknown-fields': true,
    });
  });
});

test('the old document is empty, and the same as protobuf', () => {
  expect(openApiV2()).toMatchObject({ swagger: '2.0', paths: {}, definitions: {} });
  const text = openApiV2Protobuf().toString('latin1');
  expect(text).toBe('\n\x032.0\x12\x12\n\nKubernetes\x12\x041.37B\0');
});
