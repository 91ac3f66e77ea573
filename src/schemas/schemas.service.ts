import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { schemaRight, secretRight } from '../access/domain/secret-rights.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import type { AuditFacts } from '../audit/domain/audit-event.js';
import { CallRunner } from '../calls/call-runner.service.js';
import { CallOutcome, type CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { Clock } from '../core/clock.js';
import { foundOrUndefined } from '../core/errors/not-found.js';
import { type FieldError, invalid, SallyportError } from '../core/errors/sallyport-error.js';
import { decodeCursor, encodeCursor, type Page } from '../core/page.js';
import { schemaLimits } from '../core/schema-limits.js';
import type { CustomResource } from '../custom-resources/domain/custom-resource.js';
import { untilUndisturbed } from '../custom-resources/domain/until-undisturbed.js';
import {
  refuseFailedConditions,
  type SpecWriteOptions,
} from '../custom-resources/domain/write-conditions.js';
import { parseValueMap } from '../secrets/domain/value-map.js';
import { CheckPace } from './check-pace.js';
import { builtInSchemas } from './domain/built-in-schemas.js';
import { checkSecret } from './domain/check-secret.js';
import { requireUsable } from './domain/compiled-spec.js';
import { endTime, expiryMs } from './domain/expiry.js';
import { SchemaRegistry } from './domain/schema-registry.js';
import type { SchemaSpec } from './domain/schema-spec.js';
import { builtInViews, listedViews, type SchemaView, viewOf } from './domain/schema-view.js';
import { SecretContents } from './domain/secret-contents.js';
import {
  type ParsedSchema,
  parseSchema,
  SchemaFeed,
  schemaKindOf,
  schemaName,
  type SchemaRef,
} from './domain/secret-schemas.js';
import { refuseLongTexts } from './domain/validation-size.js';
import { StoredSchemas } from './stored-schemas.js';

export interface WrittenSchema {
  readonly view: SchemaView;
  readonly created: boolean;
}

/** Values that a schema judges. */
export interface ValidationInput {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly stringData?: Readonly<Record<string, string>> | undefined;
  readonly data?: Readonly<Record<string, string>> | undefined;
}

export interface Validation {
  readonly valid: boolean;
  readonly errors: readonly FieldError[];
  readonly expiresAt: string | null;
}

/**
 * Service of schemas of Secrets: reads and writes them, and checks values by one of them. The empty
 * namespace stands for the schemas of the cluster, and another for its own.
 */
@Injectable()
export class SchemasService {
  readonly #calls: CallRunner;
  readonly #access: AccessService;
  readonly #served: ServedNamespaces;
  readonly #schemas: StoredSchemas;
  readonly #registry: SchemaRegistry;
  readonly #feed: SchemaFeed;
  readonly #clock: Clock;
  readonly #pace: CheckPace;

  constructor(
    calls: CallRunner,
    access: AccessService,
    served: ServedNamespaces,
    schemas: StoredSchemas,
    registry: SchemaRegistry,
    feed: SchemaFeed,
    clock: Clock,
    pace: CheckPace,
  ) {
    this.#calls = calls;
    this.#access = access;
    this.#served = served;
    this.#schemas = schemas;
    this.#registry = registry;
    this.#feed = feed;
    this.#clock = clock;
    this.#pace = pace;
  }

  /** Lists schemas by name; those of the cluster with the built-in ones among them. */
  list(
    ctx: CallContext,
    namespace: string,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<SchemaView>> {
    const all = { namespace, name: '' };
    return this.#calls.read(ctx, factsOf('schemas.get', 'list', all), async (trace) => {
      await this.#require(ctx, trace, 'list', all);
      await this.#feed.loaded();
      const after = cursor === undefined ? '' : (decodeCursor(cursor)['after'] ?? '');
      await this.#registry.ready();
      const views = listedViews(this.#registry.of(namespace), { builtIn: namespace === '' });
      const left = views.filter(({ name }) => name > after);
      const items = left.slice(0, limit);
      const last = items.at(-1)?.name ?? '';
      return items.length < left.length
        ? { items, continue: encodeCursor({ after: last }) }
        : { items };
    });
  }

  /** Returns a schema. Throws NotFound; TooManyRequests as `validate`. */
  get(ctx: CallContext, ref: SchemaRef): Promise<SchemaView> {
    return this.#calls.read(ctx, factsOf('schemas.get', 'get', ref), async (trace) => {
      await this.#require(ctx, trace, 'get', ref);
      const builtIn = builtInViews.get(schemaName(ref));
      return builtIn ?? viewOf(await this.#parsed(ctx, await this.#stored(ctx, trace, ref)));
    });
  }

  /**
   * Creates or replaces a schema as the caller, who needs the right to list all Secrets that it is
   * for: a schema learns something about each value. Throws Forbidden, Invalid, Conflict; 412;
   * TooManyRequests as `validate`.
   */
  put(
    ctx: CallContext,
    ref: SchemaRef,
    spec: SchemaSpec,
    options: SpecWriteOptions,
  ): Promise<WrittenSchema> {
    const facts = {
      ...factsOf('schemas.update', 'update', ref),
      ...(options.dryRun && { dryRun: true }),
    };
    return this.#calls.write(ctx, facts, async (trace) => {
      this.#requireReachable(ref);
      const access = this.#access.tracedBy(trace.upstreamIds);
      await access.require(ctx, schemaRight('update', ref), schemaRight('create', ref));
      await access.require(ctx, secretRight('list', { ...ref, name: '' }));
      refuseBuiltIn(ref);
      await this.#pace.run(ctx, () => requireUsable(schemaName(ref), spec));
      const written = await untilUndisturbed(() => this.#put(ctx, trace, ref, { spec, options }));
      return new CallOutcome(written, { success: written.created ? 'created' : 'ok' });
    });
  }

  /** Deletes a schema. Throws NotFound; 412 if a condition failed. */
  delete(ctx: CallContext, ref: SchemaRef, options: SpecWriteOptions): Promise<void> {
    const facts = {
      ...factsOf('schemas.update', 'delete', ref),
      ...(options.dryRun && { dryRun: true }),
    };
    return this.#calls.write(ctx, facts, async (trace) => {
      await this.#require(ctx, trace, 'delete', ref);
      refuseBuiltIn(ref);
      await untilUndisturbed(async () => {
        const before = await this.#stored(ctx, trace, ref);
        refuseFailed(ref, before, options);
        if (options.dryRun) return;
        await this.#schemas.of(ref).delete({ ctx, as: 'caller', trace }, before);
        this.#registry.remove(before);
      });
      return new CallOutcome(undefined, { success: 'noContent' });
    });
  }

  /**
   * Checks values by a schema, without storing them. Throws NotFound, Invalid, TooLarge, and
   * TooManyRequests if too many checks of the caller wait.
   */
  validate(ctx: CallContext, ref: SchemaRef, input: ValidationInput): Promise<Validation> {
    return this.#calls.read(ctx, factsOf('schemas.validate', 'get', ref), async (trace) => {
      await this.#require(ctx, trace, 'get', ref);
      ctx.charge?.(schemaLimits.validationRequestsCounted);
      refuseLongTexts(input.annotations, input.stringData, input.data);
      const data = parseValueMap({ ...input });
      const annotations = input.annotations ?? {};
      const usable = await this.#usable(ctx, trace, ref);
      return this.#pace.run(ctx, () => {
        const { rules, spec } = usable();
        const findings = checkSecret(rules, { data, annotations }, { nowMs: this.#clock.nowMs() });
        const errors = findings.map(({ error }) => error);
        const facts = { contents: new SecretContents(data), annotations };
        const endMs = spec?.expires && expiryMs(spec.expires, facts);
        return { valid: errors.length === 0, errors, expiresAt: endTime(endMs) };
      });
    });
  }

  async #put(
    ctx: CallContext,
    trace: CallTrace,
    ref: SchemaRef,
    { spec, options }: { readonly spec: SchemaSpec; readonly options: SpecWriteOptions },
  ): Promise<WrittenSchema> {
    const before = await foundOrUndefined(() => this.#stored(ctx, trace, ref));
    refuseFailed(ref, before, options);
    const created = before === undefined;
    const verb = created ? 'create' : 'update';
    await this.#require(ctx, trace, verb, ref);
    if (created) await this.#requireRoom(ref);
    const call = { ctx, as: 'caller', trace } as const;
    const { dryRun } = options;
    const schemas = this.#schemas.of(ref);
    const object = await (before === undefined
      ? schemas.create(call, ref, spec, { dryRun })
      : schemas.replace(call, before, spec, { dryRun }));
    // What this replica checks from now on follows the write, not the watch.
    if (!dryRun) this.#registry.put(object, '');
    const parsed = dryRun
      ? this.#pace.run(ctx, () => parseSchema(object))
      : this.#parsed(ctx, object);
    return { view: viewOf(await parsed), created };
  }

  /** Returns a schema as it is checked; compiles it in the caller's time if it is not known. */
  async #parsed(ctx: CallContext, object: CustomResource): Promise<ParsedSchema> {
    await this.#registry.ready();
    const known = this.#registry.parsed(object);
    return known ?? this.#pace.run(ctx, () => parseSchema(object));
  }

  /** Returns a function that compiles a schema, which takes long. It throws Invalid. */
  async #usable(ctx: CallContext, trace: CallTrace, ref: SchemaRef) {
    const builtIn = builtInSchemas.get(schemaName(ref));
    if (builtIn !== undefined) return () => ({ rules: builtIn, spec: undefined });
    const object = await this.#stored(ctx, trace, ref);
    return () => {
      const { rules, spec, problems } = parseSchema(object);
      if (rules === undefined) throw invalid(problems, 'the schema cannot be used');
      return { rules, spec };
    };
  }

  #stored(ctx: CallContext, trace: CallTrace, ref: SchemaRef): Promise<CustomResource> {
    return this.#schemas.of(ref).get({ ctx, as: 'broker', trace }, ref);
  }

  async #requireRoom(ref: SchemaRef): Promise<void> {
    await this.#feed.loaded();
    if (this.#registry.hasRoomFor(ref)) return;
    const where = ref.namespace === '' ? 'the cluster' : `namespace ${ref.namespace}`;
    throw invalid([], `no further schema of ${where} can be checked: delete one first`);
  }

  async #require(ctx: CallContext, trace: CallTrace, verb: string, ref: SchemaRef): Promise<void> {
    this.#requireReachable(ref);
    const access = this.#access.tracedBy(trace.upstreamIds);
    const { reason } = await access.require(ctx, schemaRight(verb, ref));
    trace.decisionReason = reason;
  }

  /** Schemas of the cluster are in no namespace, so that each gateway serves them. */
  #requireReachable({ namespace }: SchemaRef): void {
    if (namespace !== '') this.#served.requireReachable(namespace);
  }
}

function factsOf(
  action: 'schemas.get' | 'schemas.update' | 'schemas.validate',
  verb: string,
  { namespace, name }: SchemaRef,
) {
  const { resource } = schemaKindOf({ namespace });
  const object = { verb, group: 'sallyport.dev', version: 'v1alpha1', resource, name };
  return { action, ...(namespace !== '' && { namespace }), object } satisfies AuditFacts;
}

/** Only names of schemas of the cluster can be those of built-in schemas. */
function refuseBuiltIn(ref: SchemaRef): void {
  const name = schemaName(ref);
  if (!builtInSchemas.has(name)) return;
  throw new SallyportError('Conflict', `schema "${name}" is part of the gateway`, { status: 409 });
}

function refuseFailed(
  ref: SchemaRef,
  before: CustomResource | undefined,
  options: SpecWriteOptions,
): void {
  refuseFailedConditions(before, options, `${schemaKindOf(ref).kind} "${ref.name}" already exists`);
}
