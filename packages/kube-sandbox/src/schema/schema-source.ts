import data from '../data/kubernetes-schemas.json' with { type: 'json' };
import type { SchemaNode, SchemaSource } from '../model/schema-node.js';

type Definitions = Readonly<Record<string, SchemaNode>>;
/** Go types by JSON name, followed by `!` (no `omitempty`) or `?` (`omitzero`). */
export type GoFields = Readonly<Record<string, string>>;

/** Go struct of a definition, for error texts and for what an encoder omits. */
export interface GoStruct {
  /** Short name, e.g. `ObjectMeta`. */
  readonly name: string;
  readonly fields: GoFields;
}

interface SchemaData {
  readonly definitions: Definitions;
  readonly kinds: Readonly<Record<string, string>>;
  readonly goFields: Readonly<Record<string, GoFields>>;
}

const refPrefix = '#/components/schemas/';

/** API server schemas in the generated data. */
export class KubernetesSchemas implements SchemaSource {
  readonly #data: SchemaData;
  readonly #resolved = new WeakMap<SchemaNode, SchemaNode>();
  readonly #structs = new WeakMap<SchemaNode, GoStruct>();

  constructor(from: SchemaData) {
    this.#data = from;
    for (const [name, definition] of Object.entries(from.definitions)) {
      const fields = from.goFields[name];
      const shortName = name.slice(name.lastIndexOf('.') + 1);
      if (fields) this.#structs.set(definition, { name: shortName, fields });
    }
  }

  /** Returns a node without references; keywords next to a reference apply too. */
  resolve(node: SchemaNode): SchemaNode {
    const known = this.#resolved.get(node);
    if (known !== undefined) return known;
    const target = this.#targetOf(node);
    if (target === undefined) return node;
    const resolved = merged(node, target);
    const struct = this.#structs.get(target);
    if (struct) this.#structs.set(resolved, struct);
    this.#resolved.set(node, resolved);
    return resolved;
  }

  forKind(group: string, version: string, kind: string): SchemaNode | undefined {
    const name = this.definitionName(group, version, kind);
    return name === undefined ? undefined : this.#data.definitions[name];
  }

  definitionName(group: string, version: string, kind: string): string | undefined {
    const key = `${group}/${version}/${kind}`;
    return Object.hasOwn(this.#data.kinds, key) ? this.#data.kinds[key] : undefined;
  }

  definitions(): Definitions {
    return this.#data.definitions;
  }

  /** Returns undefined for a node that is not a struct or not from this source. */
  goStruct(resolved: SchemaNode): GoStruct | undefined {
    return this.#structs.get(resolved);
  }

  #targetOf(node: SchemaNode): SchemaNode | undefined {
    const reference = node.$ref;
    if (reference !== undefined) {
      const definition = this.#data.definitions[reference.slice(refPrefix.length)];
      return definition === undefined ? undefined : this.resolve(definition);
    }
    const [only, ...more] = node.allOf ?? [];
    return only === undefined || more.length > 0 ? undefined : this.resolve(only);
  }
}

function merged(node: SchemaNode, target: SchemaNode): SchemaNode {
  const { $ref, allOf, ...beside } = node;
  return Object.keys(beside).length === 0 ? target : { ...target, ...beside };
}

let shared: KubernetesSchemas | undefined;

/** Returns the source that the process shares; creates it at first use. */
export function kubernetesSchemas(): KubernetesSchemas {
  shared ??= new KubernetesSchemas(data as unknown as SchemaData);
  return shared;
}
