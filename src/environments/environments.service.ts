import { Injectable } from '@nestjs/common';
import { CallOutcome, type CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { foundOrUndefined } from '../core/errors/not-found.js';
import type { Page } from '../core/page.js';
import type { CustomResource } from '../custom-resources/domain/custom-resource.js';
import { untilUndisturbed } from '../custom-resources/domain/until-undisturbed.js';
import {
  refuseFailedConditions,
  type SpecWriteOptions,
} from '../custom-resources/domain/write-conditions.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { EnvironmentDependencies } from './environment.dependencies.js';
import { EnvironmentDefinitions } from './environment-definitions.js';
import { EnvironmentReads } from './environment-reads.js';
import { refuseBrokenTemplates } from './domain/environment-plan.js';
import {
  environmentKind,
  type EnvironmentSpec,
  environmentSpecSchema,
} from './domain/environment-spec.js';
import { type EnvironmentView, environmentView } from './domain/environment-view.js';

export interface WrittenEnvironment {
  readonly view: EnvironmentView;
  readonly created: boolean;
}

/** Service of environments: their definitions, as the caller, and their values. */
@Injectable()
export class EnvironmentsService {
  readonly reads: EnvironmentReads;
  readonly #parts: EnvironmentDependencies;
  readonly #definitions: EnvironmentDefinitions;

  constructor(parts: EnvironmentDependencies) {
    this.#parts = parts;
    this.#definitions = new EnvironmentDefinitions(parts);
    this.reads = new EnvironmentReads(parts, this.#definitions);
  }

  /** Lists the definitions of a namespace. */
  list(
    ctx: CallContext,
    namespace: string,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<EnvironmentView>> {
    const { calls, served, environments } = this.#parts;
    return calls.read(ctx, { action: 'environments.get', namespace }, async (trace) => {
      served.requireReachable(namespace);
      const call = { ctx, as: 'caller', trace } as const;
      const page = await environments.list(call, namespace, { limit, continue: cursor });
      const { items, ...rest } = page;
      return { items: items.map(environmentView), ...rest };
    });
  }

  /** Returns a definition, never a value of a key. Throws NotFound. */
  get(ctx: CallContext, ref: SecretRef): Promise<EnvironmentView> {
    const { namespace, name: secret } = ref;
    const { calls, served } = this.#parts;
    return calls.read(ctx, { action: 'environments.get', namespace, secret }, async (trace) => {
      served.requireReachable(namespace);
      return this.#checked(ctx, trace, ref, await this.#stored(ctx, trace, ref));
    });
  }

  /** Creates or replaces a definition as the caller. Throws Forbidden, Invalid, Conflict; 412. */
  put(
    ctx: CallContext,
    ref: SecretRef,
    spec: EnvironmentSpec,
    options: SpecWriteOptions,
  ): Promise<WrittenEnvironment> {
    const { namespace, name: secret } = ref;
    const facts = {
      action: 'environments.update',
      namespace,
      secret,
      ...(options.dryRun && { dryRun: true }),
    } as const;
    return this.#parts.calls.write(ctx, facts, async (trace) => {
      this.#parts.served.requireReachable(namespace);
      refuseBrokenTemplates(new Map(Object.entries(spec.values)));
      const written = await untilUndisturbed(() => this.#put(ctx, trace, ref, { spec, options }));
      return new CallOutcome(written, { success: written.created ? 'created' : 'ok' });
    });
  }

  /** Deletes a definition. Throws NotFound; 412 if a condition failed. */
  delete(ctx: CallContext, ref: SecretRef, options: SpecWriteOptions): Promise<void> {
    const { namespace, name: secret } = ref;
    const { dryRun } = options;
    const place = { action: 'environments.update', namespace, secret, deletesOnly: true } as const;
    return this.#parts.calls.write(ctx, { ...place, ...(dryRun && { dryRun }) }, async (trace) => {
      this.#parts.served.requireReachable(namespace);
      await untilUndisturbed(async () => {
        const before = await this.#stored(ctx, trace, ref);
        refuseFailed(ref, before, options);
        if (!dryRun) await this.#parts.environments.delete({ ctx, as: 'caller', trace }, before);
      });
      return new CallOutcome(undefined, { success: 'noContent' });
    });
  }

  async #put(
    ctx: CallContext,
    trace: CallTrace,
    ref: SecretRef,
    { spec, options }: { readonly spec: EnvironmentSpec; readonly options: SpecWriteOptions },
  ): Promise<WrittenEnvironment> {
    const before = await foundOrUndefined(() => this.#stored(ctx, trace, ref));
    refuseFailed(ref, before, options);
    const call = { ctx, as: 'caller', trace } as const;
    const { environments } = this.#parts;
    const { dryRun } = options;
    const object = await (before === undefined
      ? environments.create(call, ref, spec, { dryRun })
      : environments.replace(call, before, spec, { dryRun }));
    const view = await this.#checked(ctx, trace, ref, object);
    return { view, created: before === undefined };
  }

  /** Returns the view of a definition with the problems that a read would meet. */
  async #checked(
    ctx: CallContext,
    trace: CallTrace,
    ref: SecretRef,
    object: CustomResource,
  ): Promise<EnvironmentView> {
    const view = environmentView(object);
    const { data: spec } = environmentSpecSchema.safeParse(object.spec);
    if (spec === undefined) return view;
    return { ...view, problems: await this.#definitions.problems({ ctx, trace }, ref, spec) };
  }

  #stored(ctx: CallContext, trace: CallTrace, ref: SecretRef): Promise<CustomResource> {
    return this.#parts.environments.get({ ctx, as: 'caller', trace }, ref);
  }
}

function refuseFailed(
  { name }: SecretRef,
  before: CustomResource | undefined,
  options: SpecWriteOptions,
): void {
  refuseFailedConditions(before, options, `${environmentKind.kind} "${name}" already exists`);
}
