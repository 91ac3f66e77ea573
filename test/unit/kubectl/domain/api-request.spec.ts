import { describe, expect, it } from 'vitest';
import { parseApiRequest } from '../../../../src/kubectl/domain/api-request.js';
import type { ApiResourceRequest } from '../../../../src/kubectl/domain/facade.js';

type Parts = readonly [
  verb: ApiResourceRequest['verb'],
  group: string,
  version: string,
  namespace: string,
  resource: string,
  name: string,
  subresource: string,
];

function partsOf(method: string, target: string): Parts {
  const { api } = parseApiRequest(method, target);
  if (api.kind !== 'resource') throw new Error('a path that names no resource');
  const { verb, group, version, namespace, resource, name, subresource } = api;
  return [verb, group, version, namespace, resource, name, subresource];
}

const pay = '/api/v1/namespaces/pay';

describe('a request for objects', () => {
  it.each<[string, string, Parts]>([
    ['GET', `${pay}/secrets/db`, ['get', '', 'v1', 'pay', 'secrets', 'db', '']],
    ['HEAD', `${pay}/secrets/db`, ['get', '', 'v1', 'pay', 'secrets', 'db', '']],
    ['PUT', `${pay}/secrets/db`, ['update', '', 'v1', 'pay', 'secrets', 'db', '']],
    ['PATCH', `${pay}/secrets/db`, ['patch', '', 'v1', 'pay', 'secrets', 'db', '']],
    ['DELETE', `${pay}/secrets/db`, ['delete', '', 'v1', 'pay', 'secrets', 'db', '']],
    ['POST', `${pay}/secrets`, ['create', '', 'v1', 'pay', 'secrets', '', '']],
    ['POST', `${pay}/secrets/db`, ['create', '', 'v1', 'pay', 'secrets', 'db', '']],
    ['PUT', `${pay}/secrets`, ['update', '', 'v1', 'pay', 'secrets', '', '']],
    ['GET', `${pay}/secrets`, ['list', '', 'v1', 'pay', 'secrets', '', '']],
    ['HEAD', `${pay}/secrets`, ['list', '', 'v1', 'pay', 'secrets', '', '']],
    ['DELETE', `${pay}/secrets`, ['deletecollection', '', 'v1', 'pay', 'secrets', '', '']],
    ['GET', '/api/v1/secrets', ['list', '', 'v1', '', 'secrets', '', '']],
    ['GET', '/api/v1/secrets/db', ['get', '', 'v1', '', 'secrets', 'db', '']],
    ['GET', '/api/v2/secrets', ['list', '', 'v2', '', 'secrets', '', '']],
    ['POST', `${pay}/pods/web/exec`, ['create', '', 'v1', 'pay', 'pods', 'web', 'exec']],
    ['GET', `${pay}/pods/web/proxy/a/b`, ['get', '', 'v1', 'pay', 'pods', 'web', 'proxy/a/b']],
    ['GET', '/api/v1/nodes/n/proxy', ['get', '', 'v1', '', 'nodes', 'n', 'proxy']],
    [
      'GET',
      '/apis/apps/v1/namespaces/pay/deployments/web/scale',
      ['get', 'apps', 'v1', 'pay', 'deployments', 'web', 'scale'],
    ],
    [
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      ['create', 'authorization.k8s.io', 'v1', '', 'selfsubjectaccessreviews', '', ''],
    ],
    ['GET', `${pay}/secrets/d%20b`, ['get', '', 'v1', 'pay', 'secrets', 'd b', '']],
    ['GET', `${pay}/secrets/d%C3%BCb`, ['get', '', 'v1', 'pay', 'secrets', 'düb', '']],
    ['GET', `${pay}/secrets/constructor`, ['get', '', 'v1', 'pay', 'secrets', 'constructor', '']],
  ])('is read as the API server reads it: %s %s', (method, target, parts) => {
    expect(partsOf(method, target)).toEqual(parts);
  });

  it.each<[string, string, Parts]>([
    ['GET', '/api/v1/namespaces', ['list', '', 'v1', '', 'namespaces', '', '']],
    ['GET', pay, ['get', '', 'v1', 'pay', 'namespaces', 'pay', '']],
    ['DELETE', pay, ['delete', '', 'v1', 'pay', 'namespaces', 'pay', '']],
    ['PUT', `${pay}/status`, ['update', '', 'v1', 'pay', 'namespaces', 'pay', 'status']],
    ['PUT', `${pay}/finalize`, ['update', '', 'v1', 'pay', 'namespaces', 'pay', 'finalize']],
    ['PUT', `${pay}/finalize/x`, ['update', '', 'v1', 'pay', 'namespaces', 'pay', 'finalize/x']],
    ['GET', `${pay}/namespaces`, ['list', '', 'v1', 'pay', 'namespaces', '', '']],
    ['GET', `${pay}/namespaces/x`, ['get', '', 'v1', 'pay', 'namespaces', 'x', '']],
    ['GET', '/api/v1/namespaces/status', ['get', '', 'v1', 'status', 'namespaces', 'status', '']],
    ['GET', '/api/v1/namespaces/watch', ['get', '', 'v1', 'watch', 'namespaces', 'watch', '']],
    ['GET', `${pay}/watch/x`, ['get', '', 'v1', 'pay', 'watch', 'x', '']],
    ['GET', '/apis/apps/v1/namespaces', ['list', 'apps', 'v1', '', 'namespaces', '', '']],
  ])('is one for a namespace, or for what is in one: %s %s', (method, target, parts) => {
    expect(partsOf(method, target)).toEqual(parts);
  });

  it.each([
    ['?watch=true', 'watch', ''],
    ['?watch', 'watch', ''],
    ['?watch=0', 'list', ''],
    ['?fieldSelector=metadata.name%3Ddb', 'list', 'db'],
    ['?watch=1&fieldSelector=metadata.name%3Ddb', 'watch', 'db'],
    ['??watch=true', 'list', ''],
    ['?Watch=true', 'list', ''],
  ])('is a list or a watch by its query: %s', (query, verb, name) => {
    expect(partsOf('GET', `${pay}/secrets${query}`)).toEqual([
      ...[verb, '', 'v1', 'pay', 'secrets', name, ''],
    ]);
  });

  it('is no watch where it names its object', () => {
    expect(partsOf('GET', `${pay}/secrets/db?watch=true`)[0]).toBe('get');
  });

  it('deletes a collection as a whole, whatever its selector names', () => {
    const [verb, , , , , name] = partsOf('DELETE', `${pay}/secrets?fieldSelector=metadata.name=db`);
    expect([verb, name]).toEqual(['deletecollection', '']);
  });

  it.each([
    ['/api/v1/watch/secrets', /^paths below watch\/.*use \?watch=true/],
    ['/api/v1/watch/namespaces/pay/secrets/db', /^paths below watch\/.*use \?watch=true/],
    ['/api/v1/watch', /^paths below watch\/.*use \?watch=true/],
    ['/apis/apps/v1/watch/deployments', /^paths below watch\/.*use \?watch=true/],
    ['/api/v1/proxy/nodes/n', /^paths below proxy\/.*the cluster's own credentials$/],
    ['/api/v1/proxy/namespaces/pay/pods/web', /^paths below proxy\//],
  ])('is refused where its path is its verb: %s', (target, message) => {
    expect(() => parseApiRequest('GET', target)).toThrow(
      expect.objectContaining({ code: 'Forbidden', message: expect.stringMatching(message) }),
    );
  });
});

describe('a request for no object', () => {
  it.each([
    ['', []],
    ['/', []],
    ['?timeout=32s', []],
    ['/api', ['api']],
    ['/api/', ['api']],
    ['/api/v1', ['api', 'v1']],
    ['/api/v1/', ['api', 'v1']],
    ['/apis', ['apis']],
    ['/apis/', ['apis']],
    ['/apis/apps', ['apis', 'apps']],
    ['/apis/apps/v1', ['apis', 'apps', 'v1']],
    ['/apis/apps/v1/', ['apis', 'apps', 'v1']],
    ['/version', ['version']],
    ['/version/', ['version']],
    ['/healthz', ['healthz']],
    ['/openapi/v2', ['openapi', 'v2']],
    ['/openapi/v3/apis/apps/v1', ['openapi', 'v3', 'apis', 'apps', 'v1']],
    ['/logs/api/v1/secrets', ['logs', 'api', 'v1', 'secrets']],
    ['/API/v1/secrets', ['API', 'v1', 'secrets']],
  ])('is a path: %j', (target, path) => {
    const parsed = parseApiRequest('GET', target);
    expect([parsed.api, parsed.path]).toEqual([{ kind: 'path', path }, path]);
  });
});

describe('what goes on', () => {
  it('is path and query as they were read', () => {
    const { path, query } = parseApiRequest('GET', `${pay}/secrets?labelSelector=a%3Db+&limit=5`);
    expect(path).toEqual(['api', 'v1', 'namespaces', 'pay', 'secrets']);
    expect(query).toEqual([
      ['labelSelector', 'a=b '],
      ['limit', '5'],
    ]);
  });

  it('is divided at the first question mark', () => {
    expect(parseApiRequest('GET', '/version?a=/x?y').query).toEqual([['a', '/x?y']]);
  });
});

describe('a target with a second reading is refused', () => {
  it.each([
    [`${pay}/secrets/`, 'empty segment'],
    [`${pay}//secrets`, 'empty segment'],
    ['//api/v1', 'empty segment'],
    [`${pay}/secrets/../pods`, 'dot segment'],
    [`${pay}/./secrets`, 'dot segment'],
    [`${pay}/secrets/..`, 'dot segment'],
    [`${pay}/secrets/%2e%2e`, 'stands for itself'],
    [`${pay}/%73ecrets`, 'stands for itself'],
    [`${pay}/secrets%2Fdb`, 'encoded slash'],
    [`${pay}/secrets/d%5cb`, 'encoded slash'],
    [`${pay}/secrets/d%00b`, 'control character'],
    [`${pay}/secrets/%`, 'malformed'],
    [`${pay}/secrets/%FF`, 'not UTF-8'],
    [`${pay}/secrets/dü`, 'percent-encoded'],
    [`${pay}/secrets#x`, 'fragment'],
    ['api/v1', 'must be a path'],
    [`${pay}/secrets?watch=%zz`, 'malformed percent-encoding'],
    [`${pay}/secrets?watch=1&watch=0`, 'watch is given more than once'],
  ])('%s', (target, message) => {
    expect(() => parseApiRequest('GET', target)).toThrow(
      expect.objectContaining({ code: 'BadRequest', message: expect.stringContaining(message) }),
    );
  });
});

describe('a method without a verb is refused', () => {
  it.each(['OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get', 'constructor', ''])('%j', (method) => {
    expect(() => parseApiRequest(method, `${pay}/secrets`)).toThrow(
      expect.objectContaining({
        code: 'MethodNotAllowed',
        headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE' },
      }),
    );
  });
});
