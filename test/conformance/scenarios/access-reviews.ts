import { post, scenario, get, type Scenario, type Step, type StepOptions } from '../scenario.js';
import { binding, role } from './objects.js';

const api = '/apis/authorization.k8s.io/v1';
const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';
const alice = { as: '{ns}-alice/{ns}-team' };
const attributes = { verb: 'get', resource: 'secrets', namespace: '{ns}', name: 'one' };
const rule = { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['one'] };

const granted: readonly Step[] = [
  post(201, `${rbac}/roles`, role('reader', [rule])),
  post(
    201,
    `${rbac}/rolebindings`,
    binding('reader', { kind: 'Role', name: 'reader' }, '{ns}-alice'),
  ),
  {
    ...subject(201, { user: '{ns}-alice', resourceAttributes: attributes }),
    until: 'status.allowed',
  },
];

export const accessReviewScenarios: readonly Scenario[] = [
  scenario(
    'a SubjectAccessReview answers for anybody',
    ...granted,
    subject(201, { user: '{ns}-alice', resourceAttributes: { ...attributes, name: 'two' } }),
    subject(201, { groups: ['system:masters'], resourceAttributes: attributes }),
    subject(201, {
      user: 'x',
      groups: ['system:masters'],
      extra: { a: ['b'] },
      uid: 'u',
      resourceAttributes: attributes,
    }),
    subject(201, { user: 'x', nonResourceAttributes: { path: '/metrics', verb: 'get' } }),
    subject(201, {
      user: 'x',
      groups: ['system:authenticated'],
      nonResourceAttributes: { path: '/apis/x', verb: 'get' },
    }),
    subject(201, { user: 'x', resourceAttributes: {} }),
    subject(201, { user: 'x', resourceAttributes: { verb: '*', group: '*', resource: '*' } }),
    subject(422, {}),
    subject(422, { user: 'x' }),
    subject(422, { resourceAttributes: attributes }),
    subject(422, {
      user: 'x',
      resourceAttributes: attributes,
      nonResourceAttributes: { path: '/' },
    }),
    subject(400, { user: 7, resourceAttributes: attributes }),
    subject(201, {
      user: 'x',
      resourceAttributes: { ...attributes, fieldSelector: { rawSelector: 'a=b' } },
    }),
    post(422, `${api}/subjectaccessreviews`, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: { labels: { a: 'b' } },
      spec: { user: 'x', resourceAttributes: attributes },
    }),
    post(422, `${api}/subjectaccessreviews`, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: { name: 'named' },
      spec: { user: 'x', resourceAttributes: attributes },
    }),
    get(405, `${api}/subjectaccessreviews`),
    get(404, `${api}/subjectaccessreviews/x`),
  ),
  scenario(
    'a SelfSubjectAccessReview answers for the caller',
    ...granted,
    self(201, { resourceAttributes: attributes }, alice),
    self(201, { resourceAttributes: { ...attributes, name: '' } }, alice),
    self(201, { resourceAttributes: { ...attributes, verb: 'list' } }, alice),
    self(201, { resourceAttributes: attributes }),
    self(201, { nonResourceAttributes: { path: '/nonsense', verb: 'get' } }, alice),
    self(422, {}, alice),
    self(403, { resourceAttributes: attributes }, { as: 'system:anonymous' }),
    self(403, { resourceAttributes: attributes }, { as: 'anonymous' }),
  ),
  scenario(
    'a LocalSubjectAccessReview answers for its namespace',
    ...granted,
    local(201, { user: '{ns}-alice', resourceAttributes: attributes }),
    local(422, { user: '{ns}-alice', resourceAttributes: { ...attributes, namespace: 'other' } }),
    local(422, { user: '{ns}-alice', resourceAttributes: { ...attributes, namespace: '' } }),
    local(422, { user: '{ns}-alice', nonResourceAttributes: { path: '/', verb: 'get' } }),
    local(422, { resourceAttributes: attributes }),
  ),
  scenario(
    'a SelfSubjectRulesReview lists what the caller may do',
    ...granted,
    rules(201, { namespace: '{ns}' }, alice),
    rules(201, { namespace: 'kube-system' }, alice),
    rules(201, { namespace: '{ns}' }),
    rules(400, {}, alice),
    rules(403, { namespace: '{ns}' }, { as: 'anonymous' }),
  ),
];

function review(path: string, kind: string, options: StepOptions = {}) {
  return (status: number, spec: unknown): Step => {
    const body = { apiVersion: 'authorization.k8s.io/v1', kind, spec };
    return post(status, `${api}/${path}`, body, options);
  };
}

function subject(status: number, spec: unknown): Step {
  return review('subjectaccessreviews', 'SubjectAccessReview')(status, spec);
}

function local(status: number, spec: unknown): Step {
  const path = 'namespaces/{ns}/localsubjectaccessreviews';
  return review(path, 'LocalSubjectAccessReview')(status, spec);
}

function self(status: number, spec: unknown, options: StepOptions = {}): Step {
  return review('selfsubjectaccessreviews', 'SelfSubjectAccessReview', options)(status, spec);
}

function rules(status: number, spec: unknown, options: StepOptions = {}): Step {
  const all = { ...options, view: sortedRules };
  return review('selfsubjectrulesreviews', 'SelfSubjectRulesReview', all)(status, spec);
}

/** Rules come in the order in which the server happens to keep bindings. */
function sortedRules(body: unknown): unknown {
  const { status, ...rest } = body as { readonly status: Record<string, unknown> };
  if (typeof status !== 'object') return body;
  const sorted = Object.entries(status).map(([name, value]) => {
    return [
      name,
      Array.isArray(value) ? value.map((item) => JSON.stringify(item)).toSorted() : value,
    ];
  });
  return { ...rest, status: Object.fromEntries(sorted) as unknown };
}
