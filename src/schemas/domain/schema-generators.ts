import type { SingleValueGenerator } from '../../rotation/domain/rotation-spec.js';
import type { SecretRules } from './secret-rules.js';

/**
 * Returns generators by key. If two schemas have one for a key, a schema of the cluster wins over
 * one of the namespace, and then the schema of lower name.
 */
export function schemaGenerators(
  schemas: readonly SecretRules[],
): ReadonlyMap<string, SingleValueGenerator> {
  const generators = new Map<string, SingleValueGenerator>();
  for (const { keys } of schemas.toSorted(byPrecedence)) {
    for (const [key, { generator }] of keys) {
      if (generator !== undefined && !generators.has(key)) generators.set(key, generator);
    }
  }
  return generators;
}

function byPrecedence({ name: one }: SecretRules, { name: other }: SecretRules): number {
  const order = Number(isLocal(one)) - Number(isLocal(other));
  if (order !== 0) return order;
  return one < other ? -1 : 1;
}

/** Reports whether a name is `NAMESPACE/NAME`. */
function isLocal(name: string): boolean {
  return name.includes('/');
}
