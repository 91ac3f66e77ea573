import type { ResourceDefinition } from '../model/resource-definition.js';

/** Built-in groups in the API server's order; custom groups follow by name. */
const rankedGroups: readonly string[] = [
  '',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'storagemigration.k8s.io',
];

const stages: readonly (string | undefined)[] = ['alpha', 'beta', undefined];
const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

function byText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

function rankOf(group: string): number {
  const rank = rankedGroups.indexOf(group);
  return rank === -1 ? rankedGroups.length : rank;
}

/**
 * Orders stable before beta before alpha, then the higher number; other names last, by name.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority
 */
export function compareVersions(a: string, b: string): number {
  const first = VERSION.exec(a);
  const second = VERSION.exec(b);
  if (first === null || second === null) {
    return Number(first === null) - Number(second === null) || byText(a, b);
  }
  const byStage = stages.indexOf(second[2]) - stages.indexOf(first[2]);
  const byMajor = Number(second[1]) - Number(first[1]);
  return byStage || byMajor || Number(second[3] ?? 0) - Number(first[3] ?? 0);
}

/** Group with its versions, the preferred version first. */
export interface ServedGroup {
  readonly name: string;
  readonly versions: readonly string[];
}

/** Returns the groups with resources in order of rank; the core group has the empty name. */
export function servedGroups(definitions: readonly ResourceDefinition[]): readonly ServedGroup[] {
  const names = [...new Set(definitions.map(({ group }) => group))];
  const sorted = names.toSorted((a, b) => rankOf(a) - rankOf(b) || byText(a, b));
  return sorted.map((name) => {
    const inGroup = definitions.filter(({ group }) => group === name);
    const versions = [...new Set(inGroup.map(({ version }) => version))];
    return { name, versions: versions.toSorted(compareVersions) };
  });
}

/** Returns the resources of one version of a group, by name. */
export function resourcesOf(
  definitions: readonly ResourceDefinition[],
  group: string,
  version: string,
): readonly ResourceDefinition[] {
  return definitions
    .filter((definition) => definition.group === group && definition.version === version)
    .toSorted((a, b) => byText(a.resource, b.resource));
}
