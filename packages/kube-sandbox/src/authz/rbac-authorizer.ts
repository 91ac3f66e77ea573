import type { Attributes, Authorizer, Decision, PolicyRule, UserInfo } from '../model/identity.js';
import type { KubeObject } from '../model/kube-object.js';
import type { Change, ObjectReader } from '../model/object-reader.js';
import { storageKey } from '../model/resource-definition.js';
import { BindingIndex } from './binding-index.js';
import { goQuote } from './go-quote.js';
import { ruleAllows, rulesOf } from './policy-rule.js';
import { type Binding, bindingOf, describeGrant, keysOf, RBAC_GROUP } from './role-binding.js';

const ROLE_RESOURCES = ['clusterroles', 'roles'].map(stored);
const BINDING_RESOURCES = ['clusterrolebindings', 'rolebindings'].map(stored);

/** Group whose members may do everything; checked before all rules. */
export const PRIVILEGED_GROUP = 'system:masters';

/** Rules of a user, and the bindings whose role is missing. */
export interface ResolvedRules {
  readonly rules: readonly PolicyRule[];
  /** Names the missing roles; else empty. */
  readonly error: string;
}

export interface RuleResolver {
  resolve(user: UserInfo, namespace: string): ResolvedRules;
}

/**
 * Authorizer that decides from the RBAC objects of a store, which it keeps parsed.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export class RbacAuthorizer implements Authorizer, RuleResolver {
  /** Rules by `namespace/name`; the namespace of a ClusterRole is empty. */
  readonly #roles = new Map<string, readonly PolicyRule[]>();
  readonly #bindings = new BindingIndex();

  constructor(reader: ObjectReader) {
    for (const resource of [...ROLE_RESOURCES, ...BINDING_RESOURCES]) {
      for (const object of reader.all(resource)) this.#put(resource, object);
    }
    reader.onChange((change) => this.#follow(change));
  }

  decide(attributes: Attributes): Decision {
    const { user, namespace } = attributes;
    if (user.groups.includes(PRIVILEGED_GROUP)) return { isAllowed: true, reason: '' };
    const keys = keysOf(user);
    const missing = new Set<string>();
    for (const binding of this.#bindingsFor(keys, namespace)) {
      const rules = this.#roles.get(roleKey(binding));
      if (rules === undefined) missing.add(describeMissing(binding));
      else if (rules.some((rule) => ruleAllows(rule, attributes))) {
        return { isAllowed: true, reason: `RBAC: allowed by ${describeGrant(binding, keys)}` };
      }
    }
    return { isAllowed: false, reason: missing.size === 0 ? '' : `rbac: RBAC: ${listed(missing)}` };
  }

  rulesFor(user: UserInfo, namespace: string): readonly PolicyRule[] {
    return this.resolve(user, namespace).rules;
  }

  resolve(user: UserInfo, namespace: string): ResolvedRules {
    const missing = new Set<string>();
    const rules: PolicyRule[] = [];
    for (const binding of this.#bindingsFor(keysOf(user), namespace)) {
      const found = this.#roles.get(roleKey(binding));
      if (found === undefined) missing.add(describeMissing(binding));
      else rules.push(...found);
    }
    return { rules, error: missing.size === 0 ? '' : listed(missing) };
  }

  /** Yields the bindings of the cluster first. */
  *#bindingsFor(keys: ReadonlySet<string>, namespace: string): Iterable<Binding> {
    yield* this.#bindings.naming(keys, '');
    if (namespace !== '') yield* this.#bindings.naming(keys, namespace);
  }

  #put(resource: string, object: KubeObject): void {
    if (BINDING_RESOURCES.includes(resource)) this.#bindings.put(bindingOf(object));
    else {
      const { namespace = '', name = '' } = object.metadata;
      this.#roles.set(`${namespace}/${name}`, rulesOf(object));
    }
  }

  #follow({ resource, namespace, name, type, object }: Change): void {
    const isBinding = BINDING_RESOURCES.includes(resource);
    if (!isBinding && !ROLE_RESOURCES.includes(resource)) return;
    if (type !== 'DELETED') this.#put(resource, JSON.parse(object) as KubeObject);
    else if (isBinding) this.#bindings.remove(namespace, name);
    else this.#roles.delete(`${namespace}/${name}`);
  }
}

function stored(resource: string): string {
  return storageKey({ group: RBAC_GROUP, resource });
}

function roleKey({ namespace, role }: Binding): string {
  return `${role.kind === 'Role' ? namespace : ''}/${role.name}`;
}

function describeMissing({ role }: Binding): string {
  return `${role.kind.toLowerCase()}.${RBAC_GROUP} ${goQuote(role.name)} not found`;
}

function listed(messages: ReadonlySet<string>): string {
  const all = [...messages];
  return all.length === 1 ? all.join('') : `[${all.join(', ')}]`;
}
