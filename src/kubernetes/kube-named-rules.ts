import { Inject, Injectable } from '@nestjs/common';
import {
  boundRules,
  type NamedRole,
  NamedRules,
  type NamedRule,
  type RoleBinding,
} from '../access/domain/named-rules.js';
import { accessLimits } from '../core/access-limits.js';
import { Clock } from '../core/clock.js';
import type { Principal } from '../core/principal.js';
import { RecentMap } from '../core/recent-map.js';
import { listOf, recordOf, textOf } from './kube-json.js';
import { SelfKubeClient } from './self-kube.client.js';

interface RuleSet {
  readonly roles: readonly NamedRole[];
  readonly bindings: readonly RoleBinding[];
}

interface CachedRules {
  readonly rules: Promise<RuleSet>;
  readonly readAtMs: number;
}

/**
 * Reads RBAC objects with the gateway's own right. One read of the cluster's and of each
 * namespace's rules serves every caller for a moment, so that repeated questions cost the cluster
 * nothing.
 */
@Injectable()
export class KubeNamedRules extends NamedRules {
  readonly #self: Pick<SelfKubeClient, 'listRbac'>;
  readonly #clock: Clock;
  /** Rules by namespace, `''` for the cluster's. */
  readonly #cached = new RecentMap<string, CachedRules>({
    entriesMax: accessLimits.namedRulesCachedMax,
    keptMs: accessLimits.namedRulesCachedMs,
  });

  constructor(@Inject(SelfKubeClient) self: Pick<SelfKubeClient, 'listRbac'>, clock: Clock) {
    super();
    this.#self = self;
    this.#clock = clock;
  }

  override async of(principal: Principal, namespace: string): Promise<readonly NamedRule[]> {
    const [cluster, local] = await Promise.all([this.#rules(''), this.#rules(namespace)]);
    const bindings = [...cluster.bindings, ...local.bindings];
    return boundRules(principal, bindings, [...cluster.roles, ...local.roles]);
  }

  #rules(namespace: string): Promise<RuleSet> {
    const nowMs = this.#clock.monotonicMs();
    const cached = this.#cached.get(namespace);
    const isRecent =
      cached !== undefined && nowMs < cached.readAtMs + accessLimits.namedRulesCachedMs;
    if (isRecent) return cached.rules;
    const rules = this.#read(namespace);
    this.#cached.set(namespace, { rules, readAtMs: nowMs }, nowMs);
    return rules;
  }

  async #read(namespace: string): Promise<RuleSet> {
    const isCluster = namespace === '';
    const roles = isCluster ? 'clusterroles' : 'roles';
    const bindings = isCluster ? 'clusterrolebindings' : 'rolebindings';
    const [named, bound] = await Promise.all([
      this.#self.listRbac(roles, namespace, toNamedRole),
      this.#self.listRbac(bindings, namespace, toBinding),
    ]);
    return { roles: named.filter(({ rules }) => rules.length > 0), bindings: bound };
  }
}

function toNamedRole(json: unknown): NamedRole {
  const { metadata, rules } = recordOf(json);
  const { name, namespace } = recordOf(metadata);
  return {
    kind: textOf(namespace) === '' ? 'ClusterRole' : 'Role',
    name: textOf(name),
    rules: listOf(rules)
      .map(toNamedRule)
      .filter(({ resourceNames }) => resourceNames.length > 0),
  };
}

function toNamedRule(json: unknown): NamedRule {
  const { verbs, apiGroups, resources, resourceNames } = recordOf(json);
  return {
    verbs: textsOf(verbs),
    apiGroups: textsOf(apiGroups),
    resources: textsOf(resources),
    resourceNames: textsOf(resourceNames),
  };
}

function toBinding(json: unknown): RoleBinding {
  const { roleRef, subjects } = recordOf(json);
  const { kind, name } = recordOf(roleRef);
  return {
    role: { kind: textOf(kind), name: textOf(name) },
    subjects: listOf(subjects).map((subject) => {
      const { kind: of, name: who, namespace } = recordOf(subject);
      return { kind: textOf(of), name: textOf(who), namespace: textOf(namespace) };
    }),
  };
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).map(textOf);
}
