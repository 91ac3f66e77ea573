import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { schemaRight, secretRight } from '../access/domain/secret-rights.js';
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
import { builtInSchemas } from './domain/built-in-schemas.js';
import { checkSecret } from './domain/check-secret.js';
import { requireUsable } from './domain/compiled-spec.js';
import { expiryMs } from './domain/expiry.js';
import type { SchemaSpec } from './domain/schema-spec.js';
import { builtInViews, type SchemaView, viewOf } from './domain/schema-view.js';
import { SecretContents } from './domain/secret-contents.js';
import {
  parseSchema,
  SchemaFeed,
  SchemaRegistry,
  schemaKind,
  SecretSchemas,
} from './domain/secret-schemas.js';
import { refuseLongTexts } from './domain/validation-size.js';

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

/** Service of schemas of Secrets: reads and writes them, and checks values by one of them. */
@Injectable()
export class SchemasService {
  readonly #calls: CallRunner;
  readonly #access: AccessService;
  readonly #schemas: SecretSchemas;
  readonly #registry: SchemaRegistry;
  readonly #feed: SchemaFeed;
  readonly #clock: Clock;

  constructor(
    calls: CallRunner,
    access: AccessService,
    schemas: SecretSchemas,
    registry: SchemaRegistry,
    feed: SchemaFeed,
    clock: Clock,
  ) {
    this.#calls = calls;
    this.#access = access;
    this.#schemas = schemas;
    this.#registry = registry;
    this.#feed = feed;
    this.#clock = clock;
  }

  /** Lists schemas by name, built-in ones among them. */
  list(
    ctx: CallContext,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<SchemaView>> {
    return this.#calls.read(ctx, factsOf('schemas.get', 'list', ''), async (trace) => {
      await this.#require(ctx, trace, 'list', '');
      await this.#feed.loaded();
      const after = cursor === undefined ? '' : (decodeCursor(cursor)['after'] ?? '');
      const own = this.#registry.all.map(viewOf);
      const all = [...builtInViews.values(), ...own].filter(({ name }) => name > after);
      const items = all.toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit);
      const last = items.at(-1)?.name ?? '';
      return items.length < all.length
        ? { items, continue: encodeCursor({ after: last }) }
        : { items };
    });
  }

  /** Returns a schema. Throws NotFound. */
  get(ctx: CallContext, name: string): Promise<SchemaView> {
    return this.#calls.read(ctx, factsOf('schemas.get', 'get', name), async (trace) => {
      await this.#require(ctx, trace, 'get', name);
      return builtInViews.get(name) ?? viewOf(parseSchema(await this.#stored(ctx, trace, name)));
    });
  }

  /**
   * Creates or replaces a schema as the caller, who needs the right to list all Secrets: a schema
   * learns something about each value. Throws Forbidden, Invalid, Conflict; 412.
   */
  put(
    ctx: CallContext,
    name: string,
    spec: SchemaSpec,
    options: SpecWriteOptions,
  ): Promise<WrittenSchema> {
    const facts = {
      ...factsOf('schemas.update', 'update', name),
      ...(options.dryRun && { dryRun: true }),
    };
    return this.#calls.write(ctx, facts, async (trace) => {
      const access = this.#access.tracedBy(trace.upstreamIds);
      await access.require(ctx, schemaRight('update', name), schemaRight('create', name));
      await access.require(ctx, secretRight('list', { namespace: '', name: '' }));
      refuseBuiltIn(name);
      requireUsable(name, spec);
      const written = await untilUndisturbed(() => this.#put(ctx, trace, name, { spec, options }));
      return new CallOutcome(written, { success: written.created ? 'created' : 'ok' });
    });
  }

  /** Deletes a schema. Throws NotFound; 412 if a condition failed. */
  delete(ctx: CallContext, name: string, options: SpecWriteOptions): Promise<void> {
    const facts = {
      ...factsOf('schemas.update', 'delete', name),
      ...(options.dryRun && { dryRun: true }),
    };
    return this.#calls.write(ctx, facts, async (trace) => {
      await this.#require(ctx, trace, 'delete', name);
      refuseBuiltIn(name);
      await untilUndisturbed(async () => {
        const before = await this.#stored(ctx, trace, name);
        refuseFailed(name, before, options);
        if (options.dryRun) return;
        await this.#schemas.delete({ ctx, as: 'caller', trace }, before);
        this.#registry.remove(before);
      });
      return new CallOutcome(undefined, { success: 'noContent' });
    });
  }

  /** Checks values by a schema, without storing them. Throws NotFound, Invalid, TooLarge. */
  validate(ctx: CallContext, name: string, input: ValidationInput): Promise<Validation> {
    return this.#calls.read(ctx, factsOf('schemas.validate', 'get', name), async (trace) => {
      await this.#require(ctx, trace, 'get', name);
      ctx.charge?.(schemaLimits.validationRequestsCounted);
      refuseLongTexts(input.annotations, input.stringData, input.data);
      const data = parseValueMap({ ...input });
      const annotations = input.annotations ?? {};
      const { rules, spec } = await this.#usable(ctx, trace, name);
      const findings = checkSecret(rules, { data, annotations }, { nowMs: this.#clock.nowMs() });
      const errors = findings.map(({ error }) => error);
      const facts = { contents: new SecretContents(data), annotations };
      const endMs = spec?.expires && expiryMs(spec.expires, facts);
      const isKnown = endMs !== undefined && !Number.isNaN(endMs);
      const expiresAt = isKnown ? new Date(endMs).toISOString() : null;
      return { valid: errors.length === 0, errors, expiresAt };
    });
  }

  async #put(
    ctx: CallContext,
    trace: CallTrace,
    name: string,
    { spec, options }: { readonly spec: SchemaSpec; readonly options: SpecWriteOptions },
  ): Promise<WrittenSchema> {
    const before = await foundOrUndefined(() => this.#stored(ctx, trace, name));
    refuseFailed(name, before, options);
    const created = before === undefined;
    const verb = created ? 'create' : 'update';
    await this.#require(ctx, trace, verb, name);
    const call = { ctx, as: 'caller', trace } as const;
    const { dryRun } = options;
    const object = await (before === undefined
      ? this.#schemas.create(call, { namespace: '', name }, spec, { dryRun })
      : this.#schemas.replace(call, before, spec, { dryRun }));
    // What this replica checks from now on follows the write, not the watch.
    if (!dryRun) this.#registry.put(object, '');
    return { view: viewOf(parseSchema(object)), created };
  }

  async #usable(ctx: CallContext, trace: CallTrace, name: string) {
    const builtIn = builtInSchemas.get(name);
    if (builtIn !== undefined) return { rules: builtIn, spec: undefined };
    const { rules, spec, problems } = parseSchema(await this.#stored(ctx, trace, name));
    if (rules === undefined) throw invalid(problems, 'the schema cannot be used');
    return { rules, spec };
  }

  #stored(ctx: CallContext, trace: CallTrace, name: string): Promise<CustomResource> {
    return this.#schemas.get({ ctx, as: 'broker', trace }, { namespace: '', name });
  }

  async #require(ctx: CallContext, trace: CallTrace, verb: string, name: string): Promise<void> {
    const access = this.#access.tracedBy(trace.upstreamIds);
    const { reason } = await access.require(ctx, schemaRight(verb, name));
    trace.decisionReason = reason;
  }
}

function factsOf(
  action: 'schemas.get' | 'schemas.update' | 'schemas.validate',
  verb: string,
  name: string,
) {
  const { resource } = schemaKind;
  const object = { verb, group: 'sallyport.dev', version: 'v1alpha1', resource, name };
  return { action, object } satisfies AuditFacts;
}

function refuseBuiltIn(name: string): void {
  if (!builtInSchemas.has(name)) return;
  throw new SallyportError('Conflict', `schema "${name}" is part of the gateway`, { status: 409 });
}

function refuseFailed(
  name: string,
  before: CustomResource | undefined,
  options: SpecWriteOptions,
): void {
  refuseFailedConditions(before, options, `${schemaKind.kind} "${name}" already exists`);
}
