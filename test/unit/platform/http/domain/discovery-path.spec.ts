import { describe, expect, it } from 'vitest';
import { isDiscoveryPath } from '../../../../../src/platform/http/domain/discovery-path.js';
import { parseApiRequest } from '../../../../../src/kubectl/domain/api-request.js';

const described = [
  ...['/version', '/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1'],
  ...['/apis?timeout=32s', '/openapi/v2', '/openapi/v3', '/openapi/v3/api/v1'],
  '/openapi/v3/apis/apps/v1?hash=AB',
];
const others = [
  ...['', '/', '/api/', '/apis/apps/v1/', '/api/v1/secrets', '/api/v1/namespaces/pay/secrets/db'],
  ...['/apis/apps/v1/deployments', '/apis/sallyport.dev/v1alpha1/secretrotations', '/api/v2'],
  ...['/openapi', '/openapi/v3/../../api/v1/secrets', '/openapi/v3/a/b/c/d/e', '/versions'],
  ...['/logs', '/metrics', '/healthz', '/api/v1/secrets?x=/version', '//version'],
];

describe('a path at which Kubernetes describes itself', () => {
  it.each(described)('is %s', (path) => {
    expect(isDiscoveryPath(`/kubernetes${path}`)).toBe(true);
  });

  it.each(described)('names no object that somebody could want as somebody else: %s', (path) => {
    expect(parseApiRequest('GET', path).api.kind).toBe('path');
  });

  it.each(others)('is not %j', (path) => {
    expect(isDiscoveryPath(`/kubernetes${path}`)).toBe(false);
  });

  it.each(['/version', '/api', '/v1/kubernetes/api', '/kubernetesx/api', '/x/kubernetes/api', ''])(
    'is none elsewhere: %j',
    (target) => {
      expect(isDiscoveryPath(target)).toBe(false);
    },
  );
});
