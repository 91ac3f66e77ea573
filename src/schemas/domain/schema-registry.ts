import { LoopTurns } from '../../core/loop-turns.js';
import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';
import { ObjectRegistry } from '../../custom-resources/domain/object-registry.js';
import {
  hasRoomFor,
  knownSchema,
  type KnownSchema,
  type MeasuredCompile,
  parsedWithinLimits,
  uncompiled,
} from './known-schema.js';
import type { ParsedSchema, SchemaRef } from './secret-schemas.js';

/** All schemas in memory: of the cluster, whose namespace is empty, and of all namespaces. */
export class SchemaRegistry {
  /** Receives the SecretSchemas. */
  readonly cluster: ObjectRegistry<KnownSchema>;
  /** Receives the LocalSecretSchemas. */
  readonly local: ObjectRegistry<KnownSchema>;
  readonly #turns = new LoopTurns();
  #parsed: readonly ParsedSchema[] | undefined;
  /** Whether a schema may have come that is not compiled. */
  #isNew = false;
  #pass: Promise<void> | undefined;

  constructor(measured: MeasuredCompile = (_namespace, compile) => compile()) {
    const known = (object: CustomResource, uid: string) => knownSchema(object, uid, measured);
    this.cluster = new ObjectRegistry(known);
    this.local = new ObjectRegistry(known);
    for (const registry of [this.cluster, this.local]) {
      registry.onChange(() => {
        this.#parsed = undefined;
        this.#isNew = true;
        void this.#compileNew();
      });
    }
  }

  /**
   * Resolves when all schemas are compiled that are known at the call: one in a turn of the event
   * loop, because a schema can take long.
   */
  async ready(): Promise<void> {
    // A pass may have begun before the last change.
    await this.#pass;
    await this.#compileNew();
  }

  /**
   * Returns all schemas, compiled if there is room for them; the same list until one changes.
   * Compiles here what came after the last `ready`, so that no schema is left out.
   */
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

  /** Returns an object as it is checked; undefined if its spec is not known yet. */
  parsed(object: CustomResource): ParsedSchema | undefined {
    const known = this.all.find(({ object: { uid } }) => uid === object.uid);
    return known?.object.generation === object.generation ? { ...known, object } : undefined;
  }

  put(object: CustomResource, namespaceUid: string): void {
    this.#registryOf(object).put(object, namespaceUid);
  }

  remove(object: CustomResource): void {
    this.#registryOf(object).remove(object);
  }

  async #compileNew(): Promise<void> {
    if (this.#isNew) this.#pass ??= this.#compilePass();
    await this.#pass;
  }

  async #compilePass(): Promise<void> {
    await this.#turns.next();
    this.#isNew = false;
    for (const schema of uncompiled(this.#known)) {
      schema.compiled();
      await this.#turns.next();
    }
    this.#pass = undefined;
    void this.#compileNew();
  }

  get #known(): readonly KnownSchema[] {
    return [...this.cluster.all, ...this.local.all];
  }

  #registryOf({ namespace }: SchemaRef): ObjectRegistry<KnownSchema> {
    return namespace === '' ? this.cluster : this.local;
  }
}
