import type { Attributes, PolicyRule } from '../model/identity.js';
import { isJsonObject, type Json, type KubeObject } from '../model/kube-object.js';
import { trimEnd } from '../model/trim-characters.js';

const LISTS = ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'] as const;

/** Returns the rules of a Role or ClusterRole; omits empty lists, as on the wire. */
export function rulesOf(role: KubeObject): readonly PolicyRule[] {
  return Array.isArray(role['rules']) ? role['rules'].map(parseRule) : [];
}

function parseRule(value: Json): PolicyRule {
  const source = isJsonObject(value) ? value : {};
  const lists = LISTS.map((name) => [name, textsOf(source[name])] as const);
  const filled = Object.fromEntries(lists.filter(([, texts]) => texts.length > 0));
  return { verbs: textsOf(source['verbs']), ...filled };
}

function textsOf(value: Json | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((entry): entry is string => typeof entry === 'string');
}

/**
 * Reports whether one rule allows a request. RBAC has no deny rules, so one rule is enough.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
 */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!matches(rule.verbs, attributes.verb)) return false;
  return attributes.isResource
    ? allowsResource(rule, attributes)
    : (rule.nonResourceURLs ?? []).some((url) => urlCovers(url, attributes.path));
}

/** Reports whether a rule's URL equals the path or, if the URL ends with a star, is its prefix. */
export function urlCovers(url: string, path: string): boolean {
  return url === path || (url.endsWith('*') && path.startsWith(trimEnd(url, '*')));
}

function allowsResource(rule: PolicyRule, attributes: Attributes): boolean {
  const { group, resource, subresource, name } = attributes;
  if (!matches(rule.apiGroups ?? [], group)) return false;
  if (!allowsKind(rule.resources ?? [], resource, subresource)) return false;
  return rule.resourceNames === undefined || rule.resourceNames.includes(name);
}

function allowsKind(allowed: readonly string[], resource: string, subresource: string): boolean {
  if (subresource === '') return matches(allowed, resource);
  return matches(allowed, `${resource}/${subresource}`) || allowed.includes(`*/${subresource}`);
}

function matches(allowed: readonly string[], asked: string): boolean {
  return allowed.includes('*') || allowed.includes(asked);
}
