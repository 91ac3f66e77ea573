import type { SpecWriteOptions } from '../custom-resources/domain/write-conditions.js';
import { importRight } from '../access/domain/secret-rights.js';
import { CallOutcome } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { invalidAt } from '../core/errors/sallyport-error.js';
import type { Page } from '../core/page.js';
import { specTag } from '../custom-resources/domain/custom-resource.js';
import { isClusterCredentialType } from '../secrets/domain/secret-types.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import {
  importKind,
  type ImportSpec,
  type ParsedImport,
  parseImport,
} from './domain/import-spec.js';
import { copyViewOf, type ImportView } from './domain/share-view.js';
import { rightsToTarget } from './domain/target-rights.js';
import { ImportStates } from './import-states.js';
import type { Written } from './share-policies.js';
import type { ShareDependencies } from './shares.dependencies.js';
import {
  type NamePageRequest,
  type SpecCall,
  SpecWrites,
} from '../custom-resources/domain/spec-writes.js';

/** Imports: the side of the consumer. */
export class ImportPolicies {
  readonly #parts: ShareDependencies;
  readonly #states: ImportStates;
  readonly #writes: SpecWrites<ParsedImport>;

  constructor(parts: ShareDependencies) {
    this.#parts = parts;
    this.#states = new ImportStates(parts);
    this.#writes = new SpecWrites(parts, {
      kind: importKind,
      actions: { get: 'imports.get', update: 'imports.update' },
      feed: parts.importFeed,
      objects: parts.imports,
      registry: parts.knownImports,
      parse: parseImport,
      // The record of a copy, until the copy has ended.
      keepsRecord: () => true,
      rightOf: importRight,
    });
  }

  /** Lists the imports of a namespace by name. */
  list(ctx: CallContext, namespace: string, request: NamePageRequest): Promise<Page<ImportView>> {
    return this.#writes.list(ctx, namespace, request, (one) => this.#view(ctx, one));
  }

  /** Returns an import and whether the caller gets values of it. Throws NotFound. */
  get(ctx: CallContext, ref: SecretRef): Promise<ImportView> {
    return this.#writes.get(ctx, ref, (one) => this.#view(ctx, one));
  }

  /**
   * Creates or replaces an import as the caller, who becomes its author. Throws Forbidden, Invalid,
   * Conflict; 412 if a condition failed.
   */
  put(
    ctx: CallContext,
    ref: SecretRef,
    spec: ImportSpec,
    options: SpecWriteOptions,
  ): Promise<Written<ImportView>> {
    const { namespace, name: secret } = ref;
    const { dryRun } = options;
    const facts = { action: 'imports.update', namespace, secret } as const;
    return this.#parts.calls.write(ctx, { ...facts, ...(dryRun && { dryRun }) }, async (trace) => {
      const call = { ctx, trace, ref };
      await this.#writes.authorise(call, importRight('update', ref), importRight('create', ref));
      refuseUseless(namespace, spec);
      await this.#requireTarget(call, spec);
      const { parsed, created } = await this.#writes.put(call, spec, options);
      const view = await this.#view(ctx, parsed, dryRun ? ctx.principal.username : undefined);
      return new CallOutcome({ view, created }, { success: created ? 'created' : 'ok' });
    });
  }

  /** Deletes an import. Throws NotFound; 412 if a condition failed. */
  delete(ctx: CallContext, ref: SecretRef, options: SpecWriteOptions): Promise<void> {
    return this.#writes.delete(ctx, ref, options);
  }

  /** Requires the rights that the gateway then uses for the author. */
  async #requireTarget({ ctx, trace, ref }: SpecCall, spec: ImportSpec): Promise<void> {
    const access = this.#parts.access.tracedBy(trace.upstreamIds);
    const { namespace } = ref;
    for (const right of rightsToTarget(spec)) await access.require(ctx, { ...right, namespace });
  }

  async #view(ctx: CallContext, imported: ParsedImport, author?: string): Promise<ImportView> {
    const { records, authors } = this.#parts;
    const { object, specHash } = imported;
    const recorded = await records.get(object.uid);
    const authored = { object, specHash, recorded };
    const found = author ?? (await authors.of(importKind.resource, authored))?.username;
    return {
      name: object.name,
      spec: object.spec,
      readOnly: {
        author: found ?? null,
        state: (await this.#states.isReady(ctx, imported)) ? 'Ready' : 'NotGranted',
        copy: copyViewOf(imported),
      },
      etag: specTag(object),
    };
  }
}

/** Throws Invalid for an import that never gets a value. */
function refuseUseless(namespace: string, { from, target }: ImportSpec): void {
  if (from.namespace === namespace) {
    throw invalidAt('/from/namespace', 'names the namespace of the import itself');
  }
  if (target === undefined || !isClusterCredentialType(target.type)) return;
  throw invalidAt('/target/type', 'is a type of credentials of the cluster, which are not copied');
}
