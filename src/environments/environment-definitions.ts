import { requireInScope } from '../access/domain/scope-refusal.js';
import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { invalid } from '../core/errors/sallyport-error.js';
import { specTag } from '../custom-resources/domain/custom-resource.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { EnvironmentDependencies } from './environment.dependencies.js';
import { type EnvironmentPlan, planEnvironment } from './domain/environment-plan.js';
import { type EnvironmentSpec, environmentSpecSchema } from './domain/environment-spec.js';
import { environmentView } from './domain/environment-view.js';
import { mergeEnvironments } from './domain/merge-environments.js';

/** Definitions of a read: what it needs, and their validators in the order of their use. */
export interface Definitions {
  readonly plan: EnvironmentPlan;
  readonly tags: readonly string[];
}

/** Caller of a read, and the values that the read is about: one, or all. */
export interface DefinitionsCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
  readonly only?: string | undefined;
}

/** Definitions of environments, loaded as the caller. */
export class EnvironmentDefinitions {
  readonly #parts: EnvironmentDependencies;

  constructor(parts: EnvironmentDependencies) {
    this.#parts = parts;
  }

  /**
   * Loads a definition and all that it imports, and plans the read. Each import counts as a request
   * before its load, also if a later one ends the read. Throws Forbidden, NotFound and Invalid.
   */
  async load(call: DefinitionsCall, { namespace, name }: SecretRef): Promise<Definitions> {
    const tags: string[] = [];
    const values = await mergeEnvironments(name, {
      environment: async (one) => {
        if (one !== name) call.ctx.charge?.(1);
        const { spec, tag } = await this.#environment(call, { namespace, name: one });
        tags.push(tag);
        return spec;
      },
      importedKeys: (one) => this.#importedKeys(call, { namespace, name: one }),
    });
    return { plan: planEnvironment(values, call.only), tags };
  }

  async #environment(
    { ctx, trace, only }: DefinitionsCall,
    ref: SecretRef,
  ): Promise<{ readonly spec: EnvironmentSpec; readonly tag: string }> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'environments.reveal', namespace, secret } as const;
    requireInScope(ctx, { ...facts, ...reachOf(only) });
    const object = await this.#parts.environments.get({ ctx, as: 'caller', trace }, ref);
    const { data: spec } = environmentSpecSchema.safeParse(object.spec);
    if (spec !== undefined) return { spec, tag: specTag(object) };
    throw invalid(environmentView(object).problems, `environment "${secret}" breaks a rule`);
  }

  #importedKeys({ ctx, trace, only }: DefinitionsCall, ref: SecretRef): Promise<readonly string[]> {
    ctx.charge?.(1);
    const { namespace, name: secret } = ref;
    const facts = { action: 'imports.reveal', namespace, secret } as const;
    requireInScope(ctx, { ...facts, ...reachOf(only) });
    return this.#parts.shares.lookups.keyNames(ctx, trace, ref);
  }
}

/** Returns what a read is about: one value, or all. */
export function reachOf(only: string | undefined) {
  return only === undefined ? {} : ({ keys: [only], keysOnly: true } as const);
}
