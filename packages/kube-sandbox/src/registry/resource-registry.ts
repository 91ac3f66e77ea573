import type { AdmissionPlugin } from '../admission/admission-plugin.js';
import type { ObjectReader } from '../model/object-reader.js';
import { type ResourceDefinition, storageKey } from '../model/resource-definition.js';
import { customResources } from './custom-resources.js';
import { withReservedNames } from './reserved-names.js';

const definitionsKey = 'customresourcedefinitions.apiextensions.k8s.io';

/** All served resources: built-in resources and resources of CustomResourceDefinitions. */
export class ResourceRegistry {
  readonly #builtIn: readonly ResourceDefinition[];
  readonly #builtInKeys: ReadonlySet<string>;
  readonly #reader: ObjectReader;
  readonly #plugins: readonly AdmissionPlugin[];
  readonly #listeners: (() => void)[] = [];
  #all: readonly ResourceDefinition[] = [];
  #byName: ReadonlyMap<string, ResourceDefinition> = new Map();

  constructor(
    builtIn: readonly ResourceDefinition[],
    reader: ObjectReader,
    plugins: readonly AdmissionPlugin[] = [],
  ) {
    this.#builtIn = withReservedNames(builtIn, definitionsKey);
    this.#builtInKeys = new Set(builtIn.map(storageKey));
    this.#reader = reader;
    this.#plugins = plugins;
    this.#load();
    reader.onChange((change) => {
      if (change.resource !== definitionsKey) return;
      this.#load();
      for (const listener of this.#listeners) listener();
    });
  }

  /** Finds a resource by its plural name; returns undefined if it is not served. */
  find(group: string, version: string, resource: string): ResourceDefinition | undefined {
    return this.#byName.get(nameOfEntry({ group, version, resource }));
  }

  all(): readonly ResourceDefinition[] {
    return this.#all;
  }

  /** Reports whether a built-in resource has that `storageKey`. */
  isBuiltIn(key: string): boolean {
    return this.#builtInKeys.has(key);
  }

  /** Calls the listener after each change of the served resources. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #load(): void {
    const defined = this.#reader
      .all(definitionsKey)
      .flatMap((it) => customResources(it, this.#plugins));
    // A definition cannot replace a built-in resource, nor serve it under another version.
    const custom = defined.filter((definition) => !this.isBuiltIn(storageKey(definition)));
    const all = [...this.#builtIn, ...custom];
    this.#byName = new Map(all.map((definition) => [nameOfEntry(definition), definition]));
    this.#all = all;
  }
}

function nameOfEntry(entry: {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}): string {
  return `${entry.group}/${entry.version}/${entry.resource}`;
}
