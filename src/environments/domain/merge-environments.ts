import { environmentLimits } from '../../core/environment-limits.js';
import { invalidAt, SallyportError, withErrors } from '../../core/errors/sallyport-error.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import { environmentImportOf } from './environment-import.js';
import { type EnvironmentSpec, isValueName, type ValueSource } from './environment-spec.js';

/** Sources of values by name. */
export type DefinedValues = ReadonlyMap<string, ValueSource>;

/** Sources of a merge; each throws if the object does not exist or may not be read. */
export interface EnvironmentSources {
  /** Returns the spec of an environment. */
  readonly environment: (name: string) => Promise<EnvironmentSpec>;
  /** Returns the names of the keys that a SecretImport gives. */
  readonly importedKeys: (name: string) => Promise<readonly string[]>;
  /** Receives the failures of imports, which are then left out; without it, the first is thrown. */
  readonly failed?: (error: unknown) => void;
}

/**
 * Merges an environment with all that it imports: later imports win over earlier ones, and own
 * values over imported ones. Throws Invalid for a circle, too many environments or values, with the
 * path of names; and what the sources throw.
 */
export async function mergeEnvironments(
  name: string,
  sources: EnvironmentSources,
): Promise<DefinedValues> {
  const merged = await new Merging(sources).environment(name, []);
  if (merged.size > environmentLimits.resolvedValuesMax) {
    const reason = `has more than ${environmentLimits.resolvedValuesMax} values after its imports`;
    throw invalidAt('/imports', reason);
  }
  return merged;
}

const nothing: DefinedValues = new Map();

class Merging {
  readonly #sources: EnvironmentSources;
  /** Each is merged once, however many import it. */
  readonly #done = new Map<string, DefinedValues>();
  #loads = 0;

  constructor(sources: EnvironmentSources) {
    this.#sources = sources;
  }

  async environment(name: string, path: readonly string[]): Promise<DefinedValues> {
    const within = [...path, name];
    if (path.includes(name)) throw invalidAt('/imports', `imports itself: ${within.join(' → ')}`);
    if (within.length > environmentLimits.depthMax) {
      const reason = `is deeper than ${environmentLimits.depthMax} environments`;
      throw invalidAt('/imports', `${reason}: ${within.join(' → ')}`);
    }
    const known = this.#done.get(name);
    if (known !== undefined) return known;
    this.#countLoad();
    const { imports, values } = await loaded(within, () => this.#sources.environment(name));
    const merged = new Map<string, ValueSource>();
    for (const imported of imports) {
      for (const [key, source] of await this.#orNothing(imported, within)) merged.set(key, source);
    }
    for (const [key, source] of Object.entries(values)) merged.set(key, source);
    this.#done.set(name, merged);
    return merged;
  }

  async #orNothing(text: string, path: readonly string[]): Promise<DefinedValues> {
    try {
      return await this.#imported(text, path);
    } catch (error) {
      if (this.#sources.failed === undefined) throw error;
      this.#sources.failed(error);
      return nothing;
    }
  }

  async #imported(text: string, path: readonly string[]): Promise<DefinedValues> {
    const { kind, name } = environmentImportOf(text);
    if (kind === 'SecretEnvironment') return this.environment(name, path);
    const known = this.#done.get(text);
    if (known !== undefined) return known;
    this.#countLoad();
    const keys = await loaded([...path, text], () => this.#sources.importedKeys(name));
    const merged = new Map(
      keys.map((key) => [valueNameOf(text, key), { import: { name, key } }] as const),
    );
    this.#done.set(text, merged);
    return merged;
  }

  /** Counts before the read begins: nobody would await its failure. */
  #countLoad(): void {
    if (this.#loads >= environmentLimits.environmentsMax) {
      const reason = `uses more than ${environmentLimits.environmentsMax} environments and imports`;
      throw invalidAt('/imports', reason);
    }
    this.#loads += 1;
  }
}

const ofImport: ReadonlySet<string> = new Set(['Forbidden', 'NotFound']);

/** Loads an import; a failure about the import has the path of names that leads to it. */
async function loaded<T>(path: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const isKnown = path.length > 1 && error instanceof SallyportError && ofImport.has(error.code);
    if (!isKnown || error.errors.length > 0) throw error;
    const reason = `${path.join(' → ')}: ${error.message}`;
    throw withErrors(error, error.message, [{ pointer: '/imports', reason }]);
  }
}

/** Returns the name of the value that a key of an import becomes. Throws Invalid if it cannot. */
function valueNameOf(text: string, key: string): string {
  if (isValueName(key)) return key;
  const reason = `the key "${key}" of ${text} cannot be the name of a value: rename it with "as"`;
  throw invalidAt('/imports', reason);
}

/** Returns a pointer to a value in the definition of its environment. */
export function pointerToValue(name: string, part: keyof ValueSource): string {
  return pointerTo('values', name, part);
}
