import { refuseRoleEscalation } from '../../authz/escalation.js';
import type { StatusCause } from '../../model/api-status.js';
import type { JsonObject, KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { objectAt, objectsAt, textsAt } from '../../table/columns/object-fields.js';
import { invalidValue, required } from '../field-errors.js';
import { labelSelectorCauses } from '../validate-labels.js';

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-and-clusterrole */
export const roleStrategy: Strategy = {
  nameRule: 'pathSegment',
  canCreateOnUpdate: true,
  isUpdateCheckedLast: true,
  validate: (role) => ruleCauses(role, true),
  admit: refuseRoleEscalation,
};

/** Strategy of roles that may have rules for URLs, and aggregation. */
export const clusterRoleStrategy: Strategy = {
  ...roleStrategy,
  validate: (role) => [
    ...ruleCauses(role, false),
    ...aggregationCauses(objectAt(role, 'aggregationRule')),
    ...verbCauses(role),
  ],
};

function ruleCauses(role: KubeObject, isNamespaced: boolean): StatusCause[] {
  const rules = objectsAt(role, 'rules');
  const causes = rules.flatMap((rule, index) =>
    oneRuleCauses(rule, isNamespaced, `rules[${index}]`),
  );
  return isNamespaced ? [...causes, ...verbCauses(role)] : causes;
}

function oneRuleCauses(rule: JsonObject, isNamespaced: boolean, field: string): StatusCause[] {
  const causes: StatusCause[] = [];
  const has = (name: string) => textsAt(rule, name).length > 0;
  if (has('nonResourceURLs')) {
    const urls = [...textsAt(rule, 'nonResourceURLs')];
    const refuse = (detail: string) => {
      causes.push(invalidValue(`${field}.nonResourceURLs`, urls, detail));
    };
    if (isNamespaced) refuse('namespaced rules cannot apply to non-resource URLs');
    if (has('apiGroups') || has('resources') || has('resourceNames')) {
      refuse('rules cannot apply to both regular resources and non-resource URLs');
    }
    return causes;
  }
  if (!has('apiGroups')) {
    const detail = 'resource rules must supply at least one api group';
    causes.push(required(`${field}.apiGroups`, detail));
  }
  if (!has('resources')) {
    const detail = 'resource rules must supply at least one resource';
    causes.push(required(`${field}.resources`, detail));
  }
  return causes;
}

/** Declarative checks come last. */
function verbCauses(role: KubeObject): StatusCause[] {
  return objectsAt(role, 'rules').flatMap((rule, index) => {
    return textsAt(rule, 'verbs').length === 0 ? [required(`rules[${index}].verbs`)] : [];
  });
}

function aggregationCauses(rule: JsonObject | undefined): StatusCause[] {
  if (rule === undefined) return [];
  const field = 'aggregationRule.clusterRoleSelectors';
  const selectors = objectsAt(rule, 'clusterRoleSelectors');
  if (selectors.length === 0) {
    const detail = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
    return [required(field, detail)];
  }
  return selectors.flatMap((selector, index) => {
    const causes = labelSelectorCauses(selector, `${field}[${index}]`);
    if (causes.length === 0) return [];
    return [...causes, invalidValue(`${field}[${index}]`, null, 'invalid label selector.')];
  });
}
