import type { KubeObject } from '../../model/kube-object.js';
import type { Column } from '../../model/resource-definition.js';
import { ageColumn, column, count, nameColumn } from './column.js';
import { selectorDump } from './label-selectors.js';
import { objectAt, sizeAt, textAt } from './object-fields.js';

const paramKind = column('ParamKind', 'Kind of the parameters', (object) => {
  const kind = objectAt(object, 'spec', 'paramKind');
  if (kind === undefined) return '<unset>';
  return `${textAt(kind, 'apiVersion')}/${textAt(kind, 'kind')}`;
});

/** A name without a namespace gets `*`, since the parameters may be cluster-wide. */
function paramRef(object: KubeObject): string {
  const ref = objectAt(object, 'spec', 'paramRef') ?? {};
  const name = textAt(ref, 'name');
  if (name !== '') return `${textAt(ref, 'namespace') || '*'}/${name}`;
  const selector = objectAt(ref, 'selector');
  return selector === undefined ? '<unset>' : selectorDump(selector);
}

export const validatingAdmissionPolicyColumns: readonly Column[] = [
  nameColumn,
  count('Validations', 'Number of rules', (object) => sizeAt(object, 'spec', 'validations')),
  paramKind,
  ageColumn,
];

export const mutatingAdmissionPolicyColumns: readonly Column[] = [
  nameColumn,
  count('Mutations', 'Number of mutations', (object) => sizeAt(object, 'spec', 'mutations')),
  paramKind,
  ageColumn,
];

export const validatingAdmissionPolicyBindingColumns: readonly Column[] = [
  nameColumn,
  column('PolicyName', 'The policy that is bound', (object) =>
    textAt(object, 'spec', 'policyName'),
  ),
  column('ParamRef', 'Where the parameters are', paramRef),
  ageColumn,
];

export const mutatingAdmissionPolicyBindingColumns: readonly Column[] =
  validatingAdmissionPolicyBindingColumns;
