import type { ObjectReader } from '../model/object-reader.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { customResources } from './custom-resources.js';

const definitionsKey = 'customresourcedefinitions.apiextensions.k8s.io';

/** Every resource that is served: the built-in ones and those of CustomResourceDefinitions. */
export class ResourceRegistry {
  readonly #builtIn: readonly ResourceDefinition[];
  readonly #reader: ObjectReader;
  readonly #listeners: (() => void)[] = [];
  #all: readonly ResourceDefinition[] = [];
  #byName: ReadonlyMap<string, ResourceDefinition> = new Map();

  constructor(builtIn: readonly ResourceDefinition[], reader: ObjectReader) {
    this.#builtIn = builtIn;
    this.#reader = reader;
    this.#load();
    reader.onChange((change) => {
      if (change.resource !== definitionsKey) return;
      this.#load();
      for (const listener of this.#listeners) listener();
    });
  }

  /** `resource` in plural; undefined where nothing of that name is served. */
  find(group: string, version: string, resource: string): ResourceDefinition | undefined {
    return this.#byName.get(nameOfEntry({ group, version, resource }));
  }

  all(): readonly ResourceDefinition[] {
    return this.#all;
  }

  /** Called after what is served has changed. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #load(): void {
    const byName = new Map<string, ResourceDefinition>();
    const custom = this.#reader.all(definitionsKey).flatMap((it) => customResources(it));
    for (const definition of [...this.#builtIn, ...custom]) {
      const name = nameOfEntry(definition);
      // What is built in cannot be replaced.
      if (!byName.has(name)) byName.set(name, definition);
    }
    this.#byName = byName;
    this.#all = [...byName.values()];
  }
}

function nameOfEntry(entry: {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}): string {
  return `${entry.group}/${entry.version}/${entry.resource}`;
}
