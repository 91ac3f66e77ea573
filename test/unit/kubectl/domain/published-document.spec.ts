import { describe, expect, it } from 'vitest';
import { publishedDocument } from '../../../../src/kubectl/domain/published-document.js';

const documentAt = (path: string) => publishedDocument(path.split('/').slice(1));

describe('a path of the cluster', () => {
  it.each([
    ['/api', 'plain'],
    ['/api/v1', 'plain'],
    ['/version', 'plain'],
    ['/apis', 'groups'],
    ['/apis/apps', 'group'],
    ['/apis/apps/v1', 'group'],
    ['/apis/sallyport.dev', 'virtualGroup'],
    ['/apis/sallyport.dev/v1alpha1', 'virtualResources'],
    ['/apis/sallyport.dev/v1', 'group'],
    ['/openapi/v2', 'description'],
    ['/openapi/v3', 'description'],
    ['/openapi/v3/apis/apps/v1', 'description'],
  ])('%s is published: %s', (path, document) => {
    expect(documentAt(path)).toBe(document);
  });

  it.each([
    '/',
    '/api/v2',
    '/api/v1/secrets',
    '/apis/apps/v1/deployments',
    '/healthz',
    '/livez/ping',
    '/logs',
    '/logs/kube-apiserver.log',
    '/metrics',
    '/openapi',
    '/openapi/v2/more',
    '/openid/v1/jwks',
    '/readyz',
    '/version/more',
    '/.well-known/openid-configuration',
    '/debug/pprof',
    '/API',
  ])('%s is not', (path) => {
    expect(documentAt(path)).toBeUndefined();
  });
});
