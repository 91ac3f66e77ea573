import { describe, expect, it } from 'vitest';
import { Principal } from '../../../../src/core/principal.js';
import {
  accessReview,
  accessSpecOf,
  parseReview,
  pathDecision,
  questionOf,
  reviewedAccess,
  reviewedRules,
  reviewedSelf,
  reviewTypeOf,
  rulesNamespaceOf,
  rulesReview,
  selfReview,
} from '../../../../src/kubectl/domain/self-review.js';
import { rawRequest, resourceRequest } from '../facade.builder.js';

const authorization = { group: 'authorization.k8s.io', verb: 'create' } as const;
const attributes = { namespace: 'pay', verb: 'get', resource: 'secrets' };

const bodyOf = (text: string, contentType?: string) =>
  rawRequest([], {
    method: 'POST',
    body: Buffer.from(text),
    ...(contentType === undefined ? {} : { contentType }),
  });
const askedBy = (spec: object) => {
  const parsed = accessSpecOf({ spec });
  if (!('resourceAttributes' in parsed)) throw new Error('it asks about a path');
  return { parsed, question: questionOf(parsed.resourceAttributes) };
};

describe('the type of a review', () => {
  it.each([
    [{ ...authorization, resource: 'selfsubjectaccessreviews' }, accessReview],
    [{ ...authorization, resource: 'selfsubjectrulesreviews' }, rulesReview],
    [{ group: 'authentication.k8s.io', resource: 'selfsubjectreviews' }, selfReview],
    [{ ...authorization, resource: 'subjectaccessreviews' }, undefined],
    [{ ...authorization, resource: 'selfsubjectreviews' }, undefined],
    [{ ...authorization, resource: 'selfsubjectaccessreviews', version: 'v1beta1' }, undefined],
    [{ ...authorization, resource: 'selfsubjectaccessreviews', subresource: 'x' }, undefined],
  ])('of %j is %j', (api, type) => {
    expect(reviewTypeOf(resourceRequest(api))).toEqual(type);
  });
});

describe('the body of a review', () => {
  it.each([
    ['{}', undefined],
    ['{}', 'application/json; charset=utf-8'],
    [JSON.stringify(accessReview), 'Application/JSON'],
    ['{"kind":"","apiVersion":null}', 'application/json'],
  ])('is taken: %s as %s', (text, contentType) => {
    expect(parseReview(bodyOf(text, contentType), accessReview)).toEqual(JSON.parse(text));
  });

  it.each([
    ['{}', 'application/yaml', 'UnsupportedMediaType'],
    ['{}', 'application/cbor', 'UnsupportedMediaType'],
    ['', 'application/json', 'BadRequest'],
    ['kind: SelfSubjectAccessReview', undefined, 'BadRequest'],
    ['{"kind":"SelfSubjectReview"}', undefined, 'BadRequest'],
    ['{"apiVersion":"authorization.k8s.io/v1beta1"}', undefined, 'BadRequest'],
    ['{"kind":7}', undefined, 'Invalid'],
    ['[]', undefined, 'Invalid'],
    ['{"spec":{},"spec":{}}', undefined, 'Invalid'],
  ])('is refused: %j as %s', (text, contentType, code) => {
    expect(() => parseReview(bodyOf(text, contentType), accessReview)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('has to be there', () => {
    expect(() => parseReview(rawRequest([]), selfReview)).toThrow(
      expect.objectContaining({ code: 'BadRequest' }),
    );
  });
});

describe('what a SelfSubjectAccessReview asks', () => {
  it('is a question of the gateway', () => {
    const { question } = askedBy({
      resourceAttributes: { ...attributes, name: 'db', subresource: 'x', version: 'v1' },
      nonResourceAttributes: null,
    });
    const asked = { ...attributes, group: '', subresource: 'x', name: 'db' };
    expect(question).toEqual(asked);
  });

  it('is about all namespaces and all names where it names none', () => {
    const { question } = askedBy({ resourceAttributes: { verb: 'list', resource: 'secrets' } });
    expect(question).toMatchObject({ namespace: '*', name: '*' });
  });

  it('is taken for more where it has selectors, which the answer repeats', () => {
    const fieldSelector = { rawSelector: 'metadata.name=db' };
    const spec = { resourceAttributes: { ...attributes, fieldSelector, labelSelector: null } };
    const { question, parsed } = askedBy(spec);
    expect(question).not.toHaveProperty('fieldSelector');
    expect(reviewedAccess(parsed, { allowed: false, reason: '' })).toMatchObject({
      spec: { resourceAttributes: { ...attributes, fieldSelector } },
    });
  });

  it.each([
    {},
    { spec: null },
    { spec: {} },
    { spec: 'x' },
    { spec: { resourceAttributes: attributes, nonResourceAttributes: { path: '/api' } } },
    { spec: { resourceAttributes: { ...attributes, verb: 7 } } },
    { spec: { resourceAttributes: { ...attributes, name: 'x'.repeat(513) } } },
  ])('is refused where it is nothing, two things or none: %j', (document) => {
    expect(() => accessSpecOf(document)).toThrow(expect.objectContaining({ code: 'Invalid' }));
  });
});

describe('the answer to a SelfSubjectAccessReview', () => {
  it('is what the API server prints', () => {
    const { parsed } = askedBy({ resourceAttributes: { ...attributes, group: '' } });
    expect(reviewedAccess(parsed, { allowed: true, reason: 'RBAC: allowed by x' })).toEqual({
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: { resourceAttributes: attributes },
      status: { allowed: true, reason: 'RBAC: allowed by x' },
    });
    const denied = reviewedAccess(parsed, { allowed: false, reason: '' });
    expect(denied).toMatchObject({ status: { allowed: false } });
    expect(denied).not.toHaveProperty('status.reason');
  });

  it.each([
    ['/api', 'get', true],
    ['/apis/', 'get', true],
    ['/apis/apps/v1', 'head', true],
    ['/openapi/v2', 'get', true],
    ['/version', 'get', true],
    ['/version', 'post', false],
    ['/healthz', 'get', false],
    ['/metrics', 'get', false],
    ['/api/v1/secrets', 'get', false],
    ['/', 'get', false],
    ['*', 'get', false],
    ['api', 'get', false],
    ['', '', false],
  ])('about the path %s and %s is %s', (path, verb, allowed) => {
    const decision = pathDecision({ path, verb });
    expect(decision.allowed).toBe(allowed);
    expect(decision.reason === '').toBe(allowed);
    const spec = accessSpecOf({ spec: { nonResourceAttributes: { path: '/api', verb: '' } } });
    expect(reviewedAccess(spec, decision)).toMatchObject({
      spec: { nonResourceAttributes: { path: '/api' } },
      status: { allowed },
    });
  });
});

describe('a SelfSubjectRulesReview', () => {
  it('is about the namespace that it names', () => {
    expect(rulesNamespaceOf({ spec: { namespace: 'pay' } })).toBe('pay');
  });

  it.each([{}, { spec: {} }, { spec: { namespace: '' } }])('names one: %j', (document) => {
    expect(() => rulesNamespaceOf(document)).toThrow(
      expect.objectContaining({ code: 'BadRequest', message: 'no namespace on request' }),
    );
  });

  it('says that its answer is not all that the cluster allows', () => {
    const rules = [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }];
    expect(reviewedRules(rules, true)).toMatchObject({
      ...{ kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1' },
      ...{ metadata: {}, spec: {} },
      status: {
        resourceRules: rules,
        incomplete: true,
        evaluationError: 'only rights that this gateway serves are listed',
      },
    });
  });

  it('says where rights to single names are missing', () => {
    expect(reviewedRules([], false)).toMatchObject({
      status: {
        incomplete: true,
        evaluationError: expect.stringMatching(/and not all rights to single names$/),
      },
    });
  });
});

describe('the answer to a SelfSubjectReview', () => {
  const nowMs = Date.parse('2026-01-02T03:04:05.678Z');
  const identity = { username: 'alice', kind: 'oidc', credentialId: 'oidc:alice' } as const;

  it('is whom the gateway takes the caller for', () => {
    const extra = { 'example.org/team': ['pay'] };
    const principal = Principal.forUser({ ...identity, uid: 'u1', groups: ['dev'], extra });
    expect(reviewedSelf(principal, nowMs)).toEqual({
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: '2026-01-02T03:04:05Z' },
      status: {
        userInfo: { username: 'alice', uid: 'u1', groups: ['dev', 'system:authenticated'], extra },
      },
    });
  });

  it('leaves out what he does not have', () => {
    expect(reviewedSelf(Principal.forUser(identity), nowMs)).toHaveProperty('status', {
      userInfo: { username: 'alice', groups: ['system:authenticated'] },
    });
  });
});
