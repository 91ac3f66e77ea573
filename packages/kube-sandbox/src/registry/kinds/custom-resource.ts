import type { StatusCause } from '../../model/api-status.js';
import type { KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import type { SchemaNode } from '../../model/schema-node.js';
import { defaultObject, pruneObject, validateObject } from '../../schema/custom-resource-schema.js';
import { validateStatus } from '../../schema/custom-resource-validation.js';
import { invalidValue } from '../field-errors.js';
import { integerAt } from '../integer-at.js';
import { qualifiedNameComplaints } from '../name-rules.js';
import type { ScalePaths } from '../scale-paths.js';
import { unknownFinalizerCauses } from '../validate-metadata.js';
import { keepStatus } from './workloads.js';

const replicasMax = 2 ** 31 - 1;

/** Rules of one version of a CustomResourceDefinition for its objects. */
export interface CustomResourceRules {
  readonly schema: SchemaNode | undefined;
  readonly hasStatus: boolean;
  readonly scalePaths: ScalePaths | undefined;
}

/** Returns a strategy that prunes, defaults and checks objects by their schema. */
export function customResourceStrategy(rules: CustomResourceRules): Strategy {
  const { schema, hasStatus, scalePaths } = rules;
  return {
    countsGeneration: true,
    requiresRevision: true,
    prepareForCreate: (object) => {
      complete(object, schema);
      if (hasStatus) delete object['status'];
    },
    prepareForUpdate: (object, old) => {
      complete(object, schema);
      if (hasStatus) keepStatus(object, old);
    },
    validate: (object) => [
      ...(schema === undefined ? [] : validateObject(object, schema)),
      ...(scalePaths === undefined ? [] : replicasCauses(object, scalePaths)),
    ],
    validateStatus: (object) => [
      ...(schema === undefined ? [] : validateStatus(object, schema)),
      ...(scalePaths === undefined ? [] : replicasCauses(object, scalePaths)),
    ],
    warnings: ({ metadata }) => (metadata.finalizers ?? []).toSorted().flatMap(finalizerWarnings),
  };
}

function complete(object: KubeObject, schema: SchemaNode | undefined): void {
  if (schema === undefined) return;
  pruneObject(object, schema);
  defaultObject(object, schema);
}

function replicasCauses(object: KubeObject, paths: ScalePaths): StatusCause[] {
  return [paths.spec, paths.status].flatMap((path) => {
    const field = `.${path.join('.')}`;
    const replicas = integerAt(object, path);
    if (replicas === undefined) return [];
    if (typeof replicas === 'string') return [invalidValue(field, 0, replicas)];
    if (replicas < 0) return [invalidValue(field, replicas, 'should be a non-negative integer')];
    if (replicas <= replicasMax) return [];
    return [invalidValue(field, replicas, `should be less than or equal to ${replicasMax}`)];
  });
}

function finalizerWarnings(finalizer: string): readonly string[] {
  const about = `metadata.finalizers: ${JSON.stringify(finalizer)}`;
  const warnings = qualifiedNameComplaints(finalizer).map((it) => `${about}: ${it}`);
  if (unknownFinalizerCauses(finalizer, '').length === 0) return warnings;
  const path = finalizer.includes('.') ? ' including a path (/)' : '';
  const advice =
    `prefer a domain-qualified finalizer name${path} ` +
    'to avoid accidental conflicts with other finalizer writers';
  return [...warnings, `${about}: ${advice}`];
}
