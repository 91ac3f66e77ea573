import { describe, expect, it } from 'vitest';
import { requestInfo } from '../../src/http/request-info.js';
import { type RoutedRequest, refuseUnrouted } from '../../src/http/routes.js';
import type { ResourceDefinition } from '../../src/model/resource-definition.js';

const ALL = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const NOT_FOUND = 'the server could not find the requested resource';
const NOT_ALLOWED = 'the server does not allow this method on the requested resource';

function definition(resource: string, more: Partial<ResourceDefinition> = {}): ResourceDefinition {
  const common = { group: '', version: 'v1', resource, verbs: ALL, subresources: [] as const };
  return { ...common, isNamespaced: true, isCustom: false, ...more } as ResourceDefinition;
}

const definitions = {
  secrets: definition('secrets'),
  serviceaccounts: definition('serviceaccounts', { subresources: ['token'] }),
  namespaces: definition('namespaces', {
    isNamespaced: false,
    verbs: ALL.filter((verb) => verb !== 'deletecollection'),
    subresources: ['status'],
  }),
  clusterroles: definition('clusterroles', { isNamespaced: false }),
  localreviews: definition('localreviews', { verbs: ['create'] }),
  spaces: definition('namespaces', {
    group: 'example.com',
    isCustom: true,
    isNamespaced: false,
  }),
  widgets: definition('widgets', {
    group: 'example.com',
    isCustom: true,
    subresources: ['status'],
  }),
};

function routing(target: string, more: Partial<RoutedRequest> = {}): () => void {
  const [method = '', path = ''] = target.split(' ');
  const request = { method, accept: '', contentType: 'application/json', ...more };
  const info = requestInfo(method, path, new URLSearchParams());
  const found = Object.values(definitions).find(
    ({ group, resource }) => group === info.group && resource === info.resource,
  );
  if (!found) throw new Error(`${target} is about nothing`);
  return () => refuseUnrouted(request, info, found);
}

describe('a built-in resource', () => {
  it.each([
    'GET /api/v1/secrets',
    'GET /api/v1/namespaces//secrets',
    'POST /api/v1/namespaces/a/secrets',
    'DELETE /api/v1/namespaces/a/secrets',
    'PUT /api/v1/namespaces/a/secrets/x',
    'PUT /api/v1/namespaces/a/status',
    'DELETE /api/v1/namespaces/a',
    'POST /api/v1/namespaces/a/serviceaccounts/x/token',
    'POST /api/v1/namespaces/a/localreviews',
  ])('has %s', (target) => expect(routing(target)).not.toThrow());

  it.each([
    'GET /api/v1/secrets/x',
    'GET /api/v1/namespaces/a/secrets/x/status',
    'POST /api/v1/namespaces/a/serviceaccounts/x/token/y',
    'GET /api/v1/namespaces/a/clusterroles',
    'GET /api/v1/namespaces/a/namespaces',
    'GET /api/v1/namespaces/a/namespaces/a',
    'DELETE /api/v1/namespaces/a/namespaces/b',
    'GET /api/v1/namespaces//namespaces/b',
    'GET /api/v1/namespaces/a/localreviews/x',
    'POST /api/v1/localreviews',
  ])('has nothing at %s', (target) => expect(routing(target)).toThrow(NOT_FOUND));

  it.each([
    'HEAD /api/v1/namespaces/a/secrets/x',
    'POST /api/v1/namespaces/a/secrets/x',
    'PUT /api/v1/namespaces/a/secrets',
    'POST /api/v1/secrets',
    'DELETE /api/v1/namespaces',
    'GET /api/v1/namespaces/a/serviceaccounts/x/token',
    'OPTIONS /api/v1/namespaces/a/localreviews',
  ])('does not take %s', (target) => expect(routing(target)).toThrow(NOT_ALLOWED));

  it('looks at the media types last: of the patch, then of the answer', () => {
    const accept = 'text/html';
    expect(routing('PATCH /api/v1/namespaces/a/secrets/x', { accept })).toThrow(
      '415: Unsupported Media Type',
    );
    expect(routing('GET /api/v1/secrets', { accept })).toThrow(/^406: Not Acceptable/);
    expect(routing('POST /api/v1/secrets', { accept })).toThrow(NOT_ALLOWED);
  });

  it('has no object whose name cannot stand in a path', () => {
    expect(routing('GET /api/v1/namespaces/a/secrets/..')).toThrow(
      `Name parameter invalid: "..": may not be '..'`,
    );
  });
});

describe('a custom resource', () => {
  const base = '/apis/example.com/v1';

  it.each([`GET ${base}/widgets`, `HEAD ${base}/namespaces/a/widgets/x`])('has %s', (target) => {
    expect(routing(target)).not.toThrow();
  });

  it.each([
    [`GET ${base}/widgets/x`, '404 page not found'],
    [`GET ${base}/namespaces/x`, '404 page not found'],
    [`GET ${base}/namespaces/x/namespaces`, '404 page not found'],
    [`DELETE ${base}/namespaces/x/namespaces/x`, '404 page not found'],
    [`GET ${base}/namespaces/a/widgets/x/scale`, 'widgets.example.com "x" not found'],
    [`PUT ${base}/namespaces/a/widgets`, 'name must be provided'],
    [
      `DELETE ${base}/namespaces/a/widgets/x/status`,
      'delete is not supported on resources of kind "widgets.example.com"',
    ],
  ])('refuses %s', (target, message) => expect(routing(target)).toThrow(message));
});
