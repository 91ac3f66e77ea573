import { invalid } from '../model/api-status.js';
import { isJsonObject, type JsonObject, type KubeObject, nameOf } from '../model/kube-object.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { selectorText } from '../table/columns/label-selectors.js';
import { numberAt, objectAt, textAt, valueAt } from '../table/columns/object-fields.js';
import { invalidValue } from './field-errors.js';
import { scalePathsOf } from './scale-paths.js';

const specReplicas = ['spec', 'replicas'];
const metadataMembers = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'];

/**
 * Returns the autoscaling/v1 Scale of a workload or a custom resource.
 * https://kubernetes.io/docs/reference/kubernetes-api/autoscaling-resources/scale-v1/
 */
export function scaleOf(object: KubeObject, definition: ResourceDefinition): JsonObject {
  const paths = scalePathsOf(definition);
  const replicas = paths ? numberAt(object, ...paths.spec) : workloadReplicas(object);
  const current = numberAt(object, ...(paths?.status ?? ['status', 'replicas']));
  const selector = paths
    ? textAt(object, ...(paths.selector ?? []))
    : (selectorText(objectAt(object, 'spec', 'selector')) ?? '');
  const { metadata } = object;
  const given = metadataMembers.filter((name) => metadata[name] !== undefined);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: Object.fromEntries(given.map((name) => [name, metadata[name]])),
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: current, ...(selector && { selector }) },
  };
}

/**
 * Returns a copy of `object` with the replicas of a Scale (absent: zero). Throws Invalid for a
 * workload's negative replicas; custom resources have a separate check.
 */
export function withScale(
  object: KubeObject,
  scale: JsonObject,
  definition: ResourceDefinition,
): KubeObject {
  const replicas = numberAt(scale, ...specReplicas);
  const paths = scalePathsOf(definition);
  if (replicas < 0 && paths === undefined) throw negative(object, replicas);
  const copy = structuredClone(object);
  setAt(copy, paths?.spec ?? specReplicas, replicas);
  return copy;
}

/** Returns a copy of `object` without its wanted replicas. */
export function withoutReplicas(object: KubeObject, definition: ResourceDefinition): KubeObject {
  const copy = structuredClone(object);
  const path = scalePathsOf(definition)?.spec ?? specReplicas;
  const parent = path.length === 1 ? copy : objectAt(copy, ...path.slice(0, -1));
  if (parent !== undefined) delete parent[path.at(-1) ?? ''];
  return copy;
}

/** A workload without a number of replicas wants one. */
function workloadReplicas(object: KubeObject): number {
  const replicas = valueAt(object, ...specReplicas);
  return typeof replicas === 'number' ? replicas : 1;
}

function negative(object: KubeObject, replicas: number) {
  const detail = 'must be greater than or equal to 0';
  const cause = invalidValue('spec.replicas', replicas, detail);
  return invalid({ group: 'autoscaling', kind: 'Scale' }, nameOf(object), [cause]);
}

function setAt(root: JsonObject, path: readonly string[], value: number): void {
  const parents = path.slice(0, -1);
  let place = root;
  for (const name of parents) {
    const next: JsonObject = isJsonObject(place[name]) ? place[name] : {};
    place[name] = next;
    place = next;
  }
  place[path.at(-1) ?? ''] = value;
}
