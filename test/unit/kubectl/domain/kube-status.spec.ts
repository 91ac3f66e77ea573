import { describe, expect, it } from 'vitest';
import { RefusedByCluster } from '../../../../src/core/errors/refused-by-cluster.js';
import type { ApiResourceRequest } from '../../../../src/kubectl/domain/facade.js';
import { notAcceptable, refusal } from '../../../../src/kubectl/domain/kube-status.js';

describe('a client that takes no encoding of ours', () => {
  it('is told so in the words of the API server', () => {
    const error = notAcceptable();
    expect(error).toBeInstanceOf(RefusedByCluster);
    expect(error.answer.status).toBe(406);
    expect(error.answer.headers).toEqual({ 'content-type': 'application/json' });
    expect(JSON.parse(error.answer.body.toString())).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'only the following media types are accepted: application/json',
      reason: 'NotAcceptable',
      code: 406,
    });
  });
});

describe('a refusal', () => {
  const pod: ApiResourceRequest = {
    ...{ kind: 'resource', verb: 'get', group: '', version: 'v1', resource: 'pods' },
    ...{ subresource: '', namespace: 'pay', name: 'web' },
  };

  it.each<[Partial<ApiResourceRequest>, string]>([
    [{}, 'pods "web" is forbidden: go'],
    [{ name: '' }, 'pods is forbidden: go'],
    [{ subresource: 'exec' }, 'pods "web" is forbidden: go'],
    [{ group: 'apps', resource: 'deployments' }, 'deployments.apps "web" is forbidden: go'],
    [{ name: 'a"b\n' }, String.raw`pods "a\"b\n" is forbidden: go`],
  ])('begins as one of the API server: %o', (part, message) => {
    expect(refusal({ ...pod, ...part }, 'go')).toMatchObject({ code: 'Forbidden', message });
  });
});
