import { refuseBindingEscalation } from '../../authz/escalation.js';
import type { StatusCause } from '../../model/api-status.js';
import type { JsonObject, KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { objectAt, objectsAt, textAt } from '../../table/columns/object-fields.js';
import { immutable, invalidValue, notSupported, required } from '../field-errors.js';
import { pathSegmentComplaints, subdomainComplaints } from '../name-rules.js';

const group = 'rbac.authorization.k8s.io';
const subjectKinds = ['ServiceAccount', 'User', 'Group'];

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export const roleBindingStrategy: Strategy = {
  nameRule: 'pathSegment',
  canCreateOnUpdate: true,
  isUpdateCheckedLast: true,
  prepareForCreate: prepare,
  prepareForUpdate: prepare,
  validate: (binding) => bindingCauses(binding, true),
  validateUpdate,
  admit: refuseBindingEscalation,
};

/** Strategy of bindings to ClusterRoles only, with subjects that name their namespace. */
export const clusterRoleBindingStrategy: Strategy = {
  ...roleBindingStrategy,
  validate: (binding) => bindingCauses(binding, false),
};

function prepare(binding: KubeObject): void {
  binding['roleRef'] = roleRefOf(binding);
  if (binding['subjects'] === undefined) return;
  binding['subjects'] = objectsAt(binding, 'subjects').map((subject) => {
    const isPerson = subject['kind'] === 'User' || subject['kind'] === 'Group';
    return isPerson ? { ...subject, apiGroup: textAt(subject, 'apiGroup') || group } : subject;
  });
}

function roleRefOf(binding: KubeObject): JsonObject {
  const given = objectAt(binding, 'roleRef') ?? {};
  return {
    apiGroup: textAt(given, 'apiGroup') || group,
    kind: textAt(given, 'kind'),
    name: textAt(given, 'name'),
  };
}

function bindingCauses(binding: KubeObject, isNamespaced: boolean): StatusCause[] {
  const subjects = objectsAt(binding, 'subjects');
  const fieldOf = (index: number) => `subjects[${index}]`;
  return [
    ...roleRefCauses(binding, isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']),
    ...subjects.flatMap((it, index) => subjectCauses(it, isNamespaced, fieldOf(index))),
    // Declarative checks come last.
    ...subjects.flatMap((subject, index) => {
      return textAt(subject, 'name') === '' ? [required(`${fieldOf(index)}.name`)] : [];
    }),
    ...(textAt(binding, 'roleRef', 'name') === '' ? [required('roleRef.name')] : []),
  ];
}

function roleRefCauses(binding: KubeObject, kinds: readonly string[]): StatusCause[] {
  const { apiGroup, kind, name } = {
    apiGroup: textAt(binding, 'roleRef', 'apiGroup'),
    kind: textAt(binding, 'roleRef', 'kind'),
    name: textAt(binding, 'roleRef', 'name'),
  };
  return [
    ...(apiGroup === group ? [] : [notSupported('roleRef.apiGroup', apiGroup, [group])]),
    ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind, kinds)]),
    ...pathSegmentComplaints(name).map((it) => invalidValue('roleRef.name', name, it)),
  ];
}

function subjectCauses(subject: JsonObject, isNamespaced: boolean, field: string): StatusCause[] {
  const kind = textAt(subject, 'kind');
  const apiGroup = textAt(subject, 'apiGroup');
  if (!subjectKinds.includes(kind)) return [notSupported(`${field}.kind`, kind, subjectKinds)];
  if (kind !== 'ServiceAccount') {
    return apiGroup === group ? [] : [notSupported(`${field}.apiGroup`, apiGroup, [group])];
  }
  const name = textAt(subject, 'name');
  const complaints = name === '' ? [] : subdomainComplaints(name);
  const causes = complaints.map((it) => invalidValue(`${field}.name`, name, it));
  if (apiGroup !== '') causes.push(notSupported(`${field}.apiGroup`, apiGroup, ['']));
  if (!isNamespaced && textAt(subject, 'namespace') === '') {
    causes.push(required(`${field}.namespace`));
  }
  return causes;
}

function validateUpdate(binding: KubeObject, old: KubeObject): StatusCause[] {
  const [next, before] = [roleRefOf(binding), roleRefOf(old)];
  if (JSON.stringify(next) === JSON.stringify(before)) return [];
  // Member names of the API server's source, for the error text.
  const shown = {
    APIGroup: next['apiGroup'] ?? '',
    Kind: next['kind'] ?? '',
    Name: next['name'] ?? '',
  };
  return [immutable('roleRef', shown)];
}
