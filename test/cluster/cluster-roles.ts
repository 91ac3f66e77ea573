import { isDeepStrictEqual } from 'node:util';

import type { ApiClient } from './api-client.js';
import { expectSuccess } from './api-failure.js';

type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly unknown[];
}

interface ClusterRole {
  readonly metadata: { readonly name: string; readonly labels?: Labels };
  readonly rules?: readonly unknown[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly Selector[] };
}

interface ClusterRoleList {
  readonly items: readonly ClusterRole[];
}

const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const query = 'fieldManager=clusterrole-aggregation-controller&force=true';

/**
 * Fills aggregated ClusterRoles (`view`, `edit`, `admin`) from the ClusterRoles that their
 * selectors name, as the ClusterRole aggregation controller does in a whole cluster.
 */
export async function aggregateClusterRoles(cluster: Pick<ApiClient, 'request'>): Promise<void> {
  // Roles aggregate aggregated roles (`view` into `edit` into `admin`): go on until all is still.
  for (let changes = 1; changes > 0;) {
    const { items } = expectSuccess(await cluster.request<ClusterRoleList>('GET', path)).body;
    changes = 0;
    for (const role of items.filter(hasAggregationRule)) {
      const rules = aggregatedRules(role, items);
      if (isDeepStrictEqual(rules, role.rules ?? [])) continue;
      await applyRules(cluster, role.metadata.name, rules);
      changes += 1;
    }
  }
}

function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): readonly unknown[] {
  const rules: unknown[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    for (const source of all) {
      if (source.metadata.name === role.metadata.name || !isSelected(source, selector)) continue;
      for (const rule of source.rules ?? []) {
        if (!rules.some((known) => isDeepStrictEqual(known, rule))) rules.push(rule);
      }
    }
  }
  return rules;
}

async function applyRules(
  cluster: Pick<ApiClient, 'request'>,
  name: string,
  rules: readonly unknown[],
): Promise<void> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const body = { apiVersion, kind: 'ClusterRole', metadata: { name }, rules };
  const contentType = 'application/apply-patch+yaml';
  const url = `${path}/${encodeURIComponent(name)}?${query}`;
  expectSuccess(await cluster.request('PATCH', url, body, { contentType }));
}

function hasAggregationRule(role: ClusterRole): boolean {
  return role.aggregationRule !== undefined;
}

function isSelected({ metadata }: ClusterRole, selector: Selector): boolean {
  if (selector.matchExpressions !== undefined) {
    throw new Error('the test cluster cannot aggregate ClusterRoles by matchExpressions');
  }
  const wanted = Object.entries(selector.matchLabels ?? {});
  return wanted.every(([key, value]) => metadata.labels?.[key] === value);
}
