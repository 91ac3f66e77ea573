import { describe, expect, it } from 'vitest';
import { requestInfo } from '../../src/http/request-info.js';

function infoOf(method: string, target: string) {
  const url = new URL(target, 'https://x');
  return requestInfo(method, url.pathname, url.searchParams);
}

describe('requestInfo', () => {
  it.each([
    ['GET', '/api/v1/namespaces/a/secrets/x', 'get', 'secrets', 'a', 'x'],
    ['HEAD', '/api/v1/namespaces/a/secrets/x', 'get', 'secrets', 'a', 'x'],
    ['GET', '/api/v1/namespaces/a/secrets', 'list', 'secrets', 'a', ''],
    ['GET', '/api/v1/secrets?watch=true', 'watch', 'secrets', '', ''],
    ['GET', '/api/v1/secrets?watch', 'watch', 'secrets', '', ''],
    ['GET', '/api/v1/secrets?watch=false', 'list', 'secrets', '', ''],
    [
      'GET',
      '/api/v1/namespaces/a/secrets?fieldSelector=metadata.name%3Dx',
      'list',
      'secrets',
      'a',
      'x',
    ],
    ['POST', '/api/v1/namespaces/a/secrets', 'create', 'secrets', 'a', ''],
    ['DELETE', '/api/v1/namespaces/a/secrets', 'deletecollection', 'secrets', 'a', ''],
    ['DELETE', '/api/v1/namespaces/a/secrets/x', 'delete', 'secrets', 'a', 'x'],
    ['GET', '/api/v1/namespaces/a', 'get', 'namespaces', 'a', 'a'],
    ['PUT', '/api/v1/namespaces/a/status', 'update', 'namespaces', 'a', 'a'],
    ['GET', '/api/v1/namespaces', 'list', 'namespaces', '', ''],
    ['PATCH', '/apis/apps/v1/namespaces/a/deployments/x', 'patch', 'deployments', 'a', 'x'],
  ])('%s %s asks to %s %s', (method, target, ...expected) => {
    const [verb, resource, namespace, name] = expected;
    expect(infoOf(method, target)).toMatchObject({
      isResource: true,
      verb,
      resource,
      namespace,
      name,
    });
  });

  it.each([
    ['metadata.name==x,type=Opaque', 'x'],
    ['metadata.name!=x', ''],
    ['metadata.name=a/b', ''],
    ['metadata.name=x,nonsense', ''],
  ])('authorises a list with the field selector %s by the name %j', (selector, name) => {
    const target = `/api/v1/secrets?fieldSelector=${encodeURIComponent(selector)}`;
    expect(infoOf('GET', target)).toMatchObject({ name, isNamed: false });
    expect(infoOf('DELETE', target)).toMatchObject({ name: '', verb: 'deletecollection' });
  });

  it('tells subresources from objects', () => {
    expect(infoOf('POST', '/api/v1/namespaces/a/serviceaccounts/x/token')).toMatchObject({
      resource: 'serviceaccounts',
      name: 'x',
      subresource: 'token',
    });
  });

  it.each(['/', '/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/version', '/x/y/z'])(
    '%s is no resource',
    (path) => {
      expect(infoOf('GET', path)).toMatchObject({ isResource: false, verb: 'get', path });
    },
  );
});
