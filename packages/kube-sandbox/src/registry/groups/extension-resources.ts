import {
  mutatingAdmissionPolicyBindingColumns,
  mutatingAdmissionPolicyColumns,
  validatingAdmissionPolicyBindingColumns,
  validatingAdmissionPolicyColumns,
} from '../../table/columns/admission-columns.js';
import { customResourceDefinitionColumns } from '../../table/columns/crd-columns.js';
import { leaseColumns } from '../../table/columns/lease-columns.js';
import type { BuiltInResource } from '../built-in-resource.js';
import {
  mutatingPolicyStrategy,
  policyBindingStrategy,
  validatingPolicyStrategy,
} from '../kinds/admission-policies.js';
import { customResourceDefinitionStrategy } from '../kinds/custom-resource-definition.js';
import { leaseStrategy } from '../kinds/lease.js';

const admission = {
  group: 'admissionregistration.k8s.io',
  isNamespaced: false,
  categories: ['api-extensions'],
};

/** Resources that extend or coordinate the API server: admission policies, definitions, leases. */
export const extensionResources: readonly BuiltInResource[] = [
  {
    ...admission,
    resource: 'validatingadmissionpolicies',
    kind: 'ValidatingAdmissionPolicy',
    subresources: ['status'],
    columns: validatingAdmissionPolicyColumns,
    strategy: validatingPolicyStrategy,
  },
  {
    ...admission,
    resource: 'validatingadmissionpolicybindings',
    kind: 'ValidatingAdmissionPolicyBinding',
    columns: validatingAdmissionPolicyBindingColumns,
    strategy: policyBindingStrategy,
  },
  {
    ...admission,
    resource: 'mutatingadmissionpolicies',
    kind: 'MutatingAdmissionPolicy',
    columns: mutatingAdmissionPolicyColumns,
    strategy: mutatingPolicyStrategy,
  },
  {
    ...admission,
    resource: 'mutatingadmissionpolicybindings',
    kind: 'MutatingAdmissionPolicyBinding',
    columns: mutatingAdmissionPolicyBindingColumns,
    strategy: policyBindingStrategy,
  },
  {
    group: 'apiextensions.k8s.io',
    resource: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    isNamespaced: false,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    subresources: ['status'],
    columns: customResourceDefinitionColumns,
    strategy: customResourceDefinitionStrategy,
  },
  {
    group: 'coordination.k8s.io',
    resource: 'leases',
    kind: 'Lease',
    isNamespaced: true,
    columns: leaseColumns,
    strategy: leaseStrategy,
  },
];
