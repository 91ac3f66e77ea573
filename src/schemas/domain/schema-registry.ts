import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';
import { ObjectRegistry } from '../../custom-resources/domain/object-registry.js';
import { hasRoomFor, knownSchema, type KnownSchema, parsedWithinLimits } from './known-schema.js';
import { type ParsedSchema, parseSchema, type SchemaRef } from './secret-schemas.js';

/** All schemas in memory: of the cluster, whose namespace is empty, and of all namespaces. */
export class SchemaRegistry {
  /** Receives the SecretSchemas. */
  readonly cluster = new ObjectRegistry<KnownSchema>(knownSchema);
  /** Receives the LocalSecretSchemas. */
  readonly local = new ObjectRegistry<KnownSchema>(knownSchema);
  #parsed: readonly ParsedSchema[] | undefined;

  constructor() {
    for (const registry of [this.cluster, this.local]) {
      registry.onChange(() => (this.#parsed = undefined));
    }
  }

  /** Returns all schemas, compiled if there is room for them; the same list until one changes. */
  get all(): readonly ParsedSchema[] {
    this.#parsed ??= parsedWithinLimits(this.#known);
    return this.#parsed;
  }

  /** Returns the schemas of a namespace; `''`: those of the cluster. */
  of(namespace: string): readonly ParsedSchema[] {
    return this.all.filter(({ object }) => object.namespace === namespace);
  }

  /** Reports whether a namespace may have one more schema. */
  hasRoomFor({ namespace }: Pick<SchemaRef, 'namespace'>): boolean {
    return hasRoomFor(namespace, this.#known);
  }

  /** Returns an object as it is checked; compiles it if its spec is not known yet. */
  parsed(object: CustomResource): ParsedSchema {
    const known = this.all.find(({ object: { uid } }) => uid === object.uid);
    const isSame = known?.object.generation === object.generation;
    return known !== undefined && isSame ? { ...known, object } : parseSchema(object);
  }

  put(object: CustomResource, namespaceUid: string): void {
    this.#registryOf(object).put(object, namespaceUid);
  }

  remove(object: CustomResource): void {
    this.#registryOf(object).remove(object);
  }

  get #known(): readonly KnownSchema[] {
    return [...this.cluster.all, ...this.local.all];
  }

  #registryOf({ namespace }: SchemaRef): ObjectRegistry<KnownSchema> {
    return namespace === '' ? this.cluster : this.local;
  }
}
