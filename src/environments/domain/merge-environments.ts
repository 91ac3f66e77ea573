import { environmentLimits } from '../../core/environment-limits.js';
import { invalidAt } from '../../core/errors/sallyport-error.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import type { EnvironmentSpec, ValueSource } from './environment-spec.js';

/** Source of a value, and the environment that defines it. */
export interface DefinedValue {
  readonly source: ValueSource;
  readonly environment: string;
}

/** Returns the spec of an environment; throws if it does not exist or may not be read. */
export type LoadEnvironment = (name: string) => Promise<EnvironmentSpec>;

/**
 * Merges an environment with all that it imports: later imports win over earlier ones, and own
 * values over imported ones. Throws Invalid for a circle, too many environments or values, with the
 * path of names; and what `load` throws.
 */
export async function mergeEnvironments(
  name: string,
  load: LoadEnvironment,
): Promise<ReadonlyMap<string, DefinedValue>> {
  let loads = 0;
  const specOf = async (one: string): Promise<EnvironmentSpec> => {
    // Before the read begins: nobody would await its failure.
    if (loads >= environmentLimits.environmentsMax) {
      const reason = `uses more than ${environmentLimits.environmentsMax} environments`;
      throw invalidAt('/imports', reason);
    }
    loads += 1;
    return load(one);
  };
  const merged = await mergedOf(name, [], specOf, new Map());
  if (merged.size > environmentLimits.resolvedValuesMax) {
    const reason = `has more than ${environmentLimits.resolvedValuesMax} values after its imports`;
    throw invalidAt('/imports', reason);
  }
  return merged;
}

type Merged = ReadonlyMap<string, DefinedValue>;

async function mergedOf(
  name: string,
  path: readonly string[],
  specOf: LoadEnvironment,
  done: Map<string, Merged>,
): Promise<Merged> {
  const within = [...path, name];
  if (path.includes(name)) throw invalidAt('/imports', `imports itself: ${within.join(' → ')}`);
  if (within.length > environmentLimits.depthMax) {
    const reason = `is deeper than ${environmentLimits.depthMax} environments`;
    throw invalidAt('/imports', `${reason}: ${within.join(' → ')}`);
  }
  // Each is merged once, however many import it.
  const known = done.get(name);
  if (known !== undefined) return known;
  const { imports, values } = await specOf(name);
  const merged = new Map<string, DefinedValue>();
  for (const imported of imports) {
    for (const [key, value] of await mergedOf(imported, within, specOf, done))
      merged.set(key, value);
  }
  for (const [key, source] of Object.entries(values))
    merged.set(key, { source, environment: name });
  done.set(name, merged);
  return merged;
}

/** Returns a pointer to a value in the definition of its environment. */
export function pointerToValue(name: string, part: keyof ValueSource): string {
  return pointerTo('values', name, part);
}
