import { describe, expect, it } from 'vitest';
import {
  commonNamespace,
  hintFor,
  toResourceRequest,
} from '../../../../src/access/domain/access-question.js';

const question = { verb: 'get', resource: 'secrets', namespace: 'pay', name: 'db' };

describe('a question of a caller', () => {
  it.each([
    [{}, { group: '' }],
    [{ group: '', subresource: '' }, { group: '' }],
    [
      { group: 'sallyport.dev', subresource: 'run' },
      { group: 'sallyport.dev', subresource: 'run' },
    ],
    [
      { namespace: '*', name: '*' },
      { group: '', namespace: '', name: '' },
    ],
    [
      { verb: '*', resource: '*' },
      { verb: '*', resource: '*', group: '' },
    ],
  ])('with %j asks Kubernetes for %j', (given, asked) => {
    expect(toResourceRequest({ ...question, ...given })).toEqual({ ...question, ...asked });
  });
});

describe('a question that forgot the group', () => {
  const asked = toResourceRequest({ ...question, resource: 'secretkeys', name: 'db/password' });

  it('is told where the resource is', () => {
    expect(hintFor(asked)).toContain('sallyport.dev');
  });

  it.each(['secretsyncs', 'externalstores'])('is told where %s are', (resource) => {
    expect(hintFor({ ...asked, resource })).toContain('sallyport.dev');
  });

  it('is no other question', () => {
    expect(hintFor({ ...asked, group: 'sallyport.dev' })).toBeUndefined();
    expect(hintFor(toResourceRequest(question))).toBeUndefined();
  });
});

describe('the namespace of some questions', () => {
  it.each([
    [['pay', 'pay'], 'pay'],
    [['pay', 'ops'], undefined],
    [['*', '*'], undefined],
    [[], undefined],
  ])('%j is %s', (namespaces, common) => {
    const questions = namespaces.map((namespace) => ({ ...question, namespace }));
    expect(commonNamespace(questions)).toBe(common);
  });
});
