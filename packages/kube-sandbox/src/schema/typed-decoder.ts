import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';
import type { SchemaNode, SchemaSource } from '../model/schema-node.js';
import {
  cannotUnmarshal,
  childPath,
  GoDecodeError,
  type DecodeProblems,
  type GoPlace,
} from './decode-problems.js';
import { goElementType, goFieldType, goKindOf, type GoKind } from './go-type.js';
import { kindOf, memberOf, RawObject, setMember, toJson, type RawValue } from './raw-value.js';
import { decodeScalar } from './scalar-decoding.js';
import { kubernetesSchemas } from './schema-source.js';

/** Target of decoding a value. */
export interface Target {
  readonly node: SchemaNode;
  /** Go type without pointers, for messages. */
  readonly type: string;
  readonly place: GoPlace;
  /** Path with indices and map keys, for strict problems. */
  readonly path: string;
}

/** Go's values for `null` in a list or a map. */
const zeros: Readonly<Record<GoKind, () => Json>> = {
  struct: () => ({}),
  map: () => ({}),
  list: () => [],
  bytes: () => '',
  string: () => '',
  integer: () => 0,
  number: () => 0,
  boolean: () => false,
  time: () => null,
  quantity: () => '0',
  intOrString: () => 0,
  any: () => null,
};
/** Kinds whose errors end decoding immediately, before any earlier type error is reported. */
const withOwnDecoder: ReadonlySet<GoKind> = new Set(['time', 'quantity', 'intOrString']);

/** Decoder of a document to the members of a schema, like Go's strict decoder. */
export class TypedDecoder {
  readonly #schemas: SchemaSource;
  readonly #problems: DecodeProblems;

  constructor(schemas: SchemaSource, problems: DecodeProblems) {
    this.#schemas = schemas;
    this.#problems = problems;
  }

  /**
   * Returns undefined for null and for a wrong type, which it adds to the problems. Throws
   * GoDecodeError for errors that end decoding immediately.
   */
  decode(value: RawValue, target: Target): Json | undefined {
    if (value === null) return undefined;
    const node = this.#schemas.resolve(target.node);
    const kind = goKindOf(node);
    switch (kind) {
      case 'struct':
        return this.#struct(value, { ...target, node });
      case 'map':
        return this.#map(value, { ...target, node });
      case 'list':
        return this.#list(value, { ...target, node });
      case 'any':
        return toJson(value);
      default:
        return this.#scalar(value, { ...target, node });
    }
  }

  #struct(value: RawValue, target: Target): JsonObject | undefined {
    if (!(value instanceof RawObject)) return this.#wrong(value, target);
    const { node, path } = target;
    const properties = node.properties ?? {};
    const struct = kubernetesSchemas().goStruct(node);
    const result: JsonObject = {};
    const seen = new Set<string>();
    for (const [name, member] of value.entries) {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const memberPath = childPath(path, name);
      if (property === undefined) {
        this.#problems.unknownField(memberPath);
        continue;
      }
      if (seen.has(name)) this.#problems.duplicateField(memberPath);
      seen.add(name);
      const { type, embedded } = goFieldType(struct, name, this.#schemas.resolve(property));
      const fields = [...target.place.fields, ...embedded, name];
      const decoded = this.decode(member, {
        node: property,
        type,
        place: { struct: struct?.name ?? '', fields },
        path: memberPath,
      });
      if (decoded !== undefined) result[name] = mergedValue(result[name], decoded);
    }
    return result;
  }

  #map(value: RawValue, target: Target): JsonObject | undefined {
    if (!(value instanceof RawObject)) return this.#wrong(value, target);
    const element = this.#elementNode(target.node.additionalProperties);
    const result: JsonObject = {};
    const type = goElementType(target.type, element);
    const seen = new Set<string>();
    for (const [name, member] of value.entries) {
      const path = childPath(target.path, name);
      if (seen.has(name)) this.#problems.duplicateField(path);
      seen.add(name);
      const decoded = this.decode(member, { ...target, node: element, type, path });
      setMember(result, name, decoded ?? zeros[goKindOf(element)]());
    }
    return result;
  }

  #list(value: RawValue, target: Target): Json[] | undefined {
    if (!Array.isArray(value)) return this.#wrong(value, target);
    const element = this.#elementNode(target.node.items);
    const type = goElementType(target.type, element);
    return value.map((item, index) => {
      const path = `${target.path}[${index}]`;
      const decoded = this.decode(item, { ...target, node: element, type, path });
      return decoded ?? zeros[goKindOf(element)]();
    });
  }

  #elementNode(node: SchemaNode | boolean | undefined): SchemaNode {
    return typeof node === 'object' ? this.#schemas.resolve(node) : {};
  }

  #scalar(value: RawValue, { node, type, place }: Target): Json | undefined {
    const kind = goKindOf(node);
    try {
      return decodeScalar(value, { kind, type, place });
    } catch (error) {
      if (!(error instanceof GoDecodeError) || withOwnDecoder.has(kind)) throw error;
      this.#problems.wrongType(error, kind);
      return undefined;
    }
  }

  #wrong(value: RawValue, { node, place, type }: Target): undefined {
    this.#problems.wrongType(cannotUnmarshal(kindOf(value), place, type), goKindOf(node));
    return undefined;
  }
}

/** Go decodes a duplicate member into the value of the first one. */
function mergedValue(first: Json | undefined, second: Json): Json {
  if (!isJsonObject(first) || !isJsonObject(second)) return second;
  // Merges in place, because copies for many duplicates would take quadratic time.
  for (const [name, value] of Object.entries(second)) {
    if (value !== undefined) setMember(first, name, mergedValue(memberOf(first, name), value));
  }
  return first;
}
