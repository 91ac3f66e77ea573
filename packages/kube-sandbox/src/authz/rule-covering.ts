import type { PolicyRule } from '../model/identity.js';
import { goQuoteAll } from './go-quote.js';
import { urlCovers } from './policy-rule.js';

/** One verb on one resource (and one name) or on one URL: a rule covers all of it or nothing. */
type AtomicRule =
  | { readonly verb: string; readonly url: string }
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly name: string | undefined;
    };

/** Describes the rights in `wanted` that the rules in `held` do not allow, a line each, sorted. */
export function describeUncovered(
  held: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): readonly string[] {
  const missing = wanted
    .flatMap(breakDown)
    .filter((atom) => !held.some((rule) => covers(rule, atom)));
  return [...new Set(byResource(missing).map(describeRule))].toSorted();
}

function breakDown(rule: PolicyRule): readonly AtomicRule[] {
  const { verbs, apiGroups = [], resources = [], nonResourceURLs = [] } = rule;
  const names = rule.resourceNames ?? [undefined];
  const kinds = apiGroups.flatMap((group) => resources.map((resource) => ({ group, resource })));
  const onResources = kinds.flatMap((kind) =>
    verbs.flatMap((verb) => names.map((name) => ({ verb, ...kind, name }))),
  );
  const onUrls = nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ verb, url })));
  return [...onResources, ...onUrls];
}

function covers(rule: PolicyRule, atom: AtomicRule): boolean {
  if (!includes(rule.verbs, atom.verb)) return false;
  if ('url' in atom) {
    // In a rule with both, resource names restrict URLs too.
    if (rule.resourceNames !== undefined) return false;
    return (rule.nonResourceURLs ?? []).some((url) => urlCovers(url, atom.url));
  }
  if (!includes(rule.apiGroups ?? [], atom.group)) return false;
  if (!coversResource(rule.resources ?? [], atom.resource)) return false;
  if (rule.resourceNames === undefined) return true;
  return atom.name !== undefined && rule.resourceNames.includes(atom.name);
}

function coversResource(held: readonly string[], resource: string): boolean {
  if (includes(held, resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && held.includes(`*${resource.slice(slash)}`);
}

function includes(held: readonly string[], asked: string): boolean {
  return held.includes('*') || held.includes(asked);
}

/** Merges the verbs for one resource and name. */
function byResource(atoms: readonly AtomicRule[]): readonly PolicyRule[] {
  const grouped = new Map<string, PolicyRule>();
  for (const [index, atom] of atoms.entries()) {
    const isUrl = 'url' in atom;
    const key = isUrl ? `${index}` : JSON.stringify([atom.group, atom.resource, atom.name ?? null]);
    const verbs = [...(grouped.get(key)?.verbs ?? []), atom.verb];
    grouped.set(key, isUrl ? { verbs, nonResourceURLs: [atom.url] } : { ...ruleFor(atom), verbs });
  }
  return [...grouped.values()];
}

function ruleFor(atom: Exclude<AtomicRule, { url: string }>): Omit<PolicyRule, 'verbs'> {
  const { group, resource, name } = atom;
  const names = name === undefined ? {} : { resourceNames: [name] };
  return { apiGroups: [group], resources: [resource], ...names };
}

function describeRule(rule: PolicyRule): string {
  const parts = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ] as const;
  const shown = parts.map(([label, texts]) => texts && `${label}:${goQuoteAll(texts)}`);
  return `{${shown.filter((text) => text !== undefined).join(', ')}}`;
}
