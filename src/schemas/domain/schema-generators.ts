import type { SingleValueGenerator } from '../../rotation/domain/rotation-spec.js';
import type { SecretRules } from './secret-rules.js';

/** Returns generators by key. If two schemas have one for a key, the schema of lower name wins. */
export function schemaGenerators(
  schemas: readonly SecretRules[],
): ReadonlyMap<string, SingleValueGenerator> {
  const generators = new Map<string, SingleValueGenerator>();
  for (const { keys } of schemas.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const [key, { generator }] of keys) {
      if (generator !== undefined && !generators.has(key)) generators.set(key, generator);
    }
  }
  return generators;
}
