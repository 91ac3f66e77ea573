import type { PolicyRule } from '../model/identity.js';
import {
  cloneJson,
  isJsonObject,
  type Json,
  type JsonObject,
  type KubeObject,
  nameOf,
} from '../model/kube-object.js';
import { selectsLabels } from './label-match.js';
import { rulesOf } from './policy-rule.js';

type Selectors = readonly JsonObject[];

/**
 * Returns copies, with new rules, of the ClusterRoles whose rules must change. Then every role with
 * an `aggregationRule` contains the union of the roles that it selects, including chains.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
export function aggregatedRoles(all: readonly KubeObject[]): readonly KubeObject[] {
  const byName = all.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const rules = new Map(byName.map((role) => [nameOf(role), rulesOf(role)]));
  const aggregated = byName.filter((role) => selectorsOf(role) !== undefined);
  const changed = new Set<KubeObject>();
  // Each round completes at least one role of a chain; only a cycle of roles would never end.
  for (let round = 0; round <= aggregated.length; round += 1) {
    const stale = aggregated.filter((role) => refresh(role, byName, rules));
    if (stale.length === 0) break;
    for (const role of stale) changed.add(role);
  }
  const results = [...changed].map((role) => withRules(role, rules.get(nameOf(role)) ?? []));
  return results.filter((result, index) => !hasSameRules(result, [...changed][index]));
}

/** Recomputes the rules of one role; returns whether the rules changed. */
function refresh(
  role: KubeObject,
  byName: readonly KubeObject[],
  rules: Map<string, readonly PolicyRule[]>,
): boolean {
  const union = unionFor(role, byName, rules);
  if (union === undefined || isSame(union, rules.get(nameOf(role)) ?? [])) return false;
  rules.set(nameOf(role), union);
  return true;
}

/** Collects rules by selector, then by role name, each once. Undefined: an invalid selector. */
function unionFor(
  role: KubeObject,
  byName: readonly KubeObject[],
  rules: ReadonlyMap<string, readonly PolicyRule[]>,
): readonly PolicyRule[] | undefined {
  const union = new Map<string, PolicyRule>();
  for (const selector of selectorsOf(role) ?? []) {
    for (const candidate of byName) {
      const isSelected = selectsLabels(selector, candidate.metadata.labels ?? {});
      if (isSelected === undefined) return undefined;
      if (!isSelected || candidate === role) continue;
      addRules(union, rules.get(nameOf(candidate)) ?? []);
    }
  }
  return [...union.values()];
}

function addRules(union: Map<string, PolicyRule>, rules: readonly PolicyRule[]): void {
  for (const rule of rules) {
    const key = JSON.stringify(rule);
    if (!union.has(key)) union.set(key, rule);
  }
}

function selectorsOf(role: KubeObject): Selectors | undefined {
  const rule = role['aggregationRule'];
  if (!isJsonObject(rule)) return undefined;
  const selectors = rule['clusterRoleSelectors'];
  return Array.isArray(selectors) ? selectors.filter(isJsonObject) : [];
}

/** Without rules the member is null, as in the API server. */
function withRules(role: KubeObject, rules: readonly PolicyRule[]): KubeObject {
  const copies = cloneJson(rules as unknown as Json[]);
  return { ...cloneJson(role), rules: copies.length === 0 ? null : copies };
}

function hasSameRules(one: KubeObject, other: KubeObject | undefined): boolean {
  return other !== undefined && isSame(rulesOf(one), rulesOf(other));
}

/** Parsed rules have their members in one order, so equal rules have equal JSON. */
function isSame(one: readonly PolicyRule[], other: readonly PolicyRule[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
