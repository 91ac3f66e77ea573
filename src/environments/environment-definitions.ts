import { requireInScope } from '../access/domain/scope-refusal.js';
import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import {
  type FieldError,
  invalid,
  SallyportError,
  toSallyportError,
} from '../core/errors/sallyport-error.js';
import { specTag } from '../custom-resources/domain/custom-resource.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { EnvironmentDependencies } from './environment.dependencies.js';
import { type EnvironmentPlan, planEnvironment } from './domain/environment-plan.js';
import {
  type EnvironmentSpec,
  environmentSpecSchema,
  isValueName,
} from './domain/environment-spec.js';
import { environmentView } from './domain/environment-view.js';
import { mergeEnvironments } from './domain/merge-environments.js';

/** Definitions of a read: what it needs, and their validators in the order of their use. */
export interface Definitions {
  readonly plan: EnvironmentPlan;
  readonly tags: readonly string[];
  /** How many environments and whole imports were looked up. */
  readonly loadCount: number;
}

/** Caller of a read, and the values that the read is about: one, or all. */
export interface DefinitionsCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
  /** Whether the definitions alone are read, and no values. */
  readonly definitionsOnly?: true;
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
  async load(call: DefinitionsCall, ref: SecretRef): Promise<Definitions> {
    const { values, tags, loadCount } = await this.#merged(call, ref);
    return { plan: planEnvironment(values, call.only), tags, loadCount };
  }

  /**
   * Returns why no read of a definition can succeed now: a circle, a name that is not defined, an
   * environment or an import that is not there. What the caller may not see is no problem of it.
   * Loads what the definition imports, and no value. Never throws: a definition may be stored.
   */
  async problems(
    call: Omit<DefinitionsCall, 'only'>,
    ref: SecretRef,
    spec: EnvironmentSpec,
  ): Promise<readonly FieldError[]> {
    try {
      const { values } = await this.#merged({ ...call, definitionsOnly: true }, ref, spec);
      planEnvironment(values);
      return [];
    } catch (error) {
      if (!(error instanceof SallyportError)) this.#parts.logger.fault(error);
      return problemsOf(toSallyportError(error));
    }
  }

  /** Merges a definition with all that it imports; loads it as well, unless its spec is known. */
  async #merged(call: DefinitionsCall, { namespace, name }: SecretRef, known?: EnvironmentSpec) {
    const tags: string[] = [];
    let importCount = 0;
    const values = await mergeEnvironments(name, {
      environment: async (one) => {
        if (one === name && known !== undefined) return known;
        if (one !== name) call.ctx.charge?.(1);
        const { spec, tag } = await this.#environment(call, { namespace, name: one });
        tags.push(tag);
        return spec;
      },
      importedKeys: (one) => {
        importCount += 1;
        return this.#importedKeys(call, { namespace, name: one });
      },
    });
    return { values, tags, loadCount: tags.length + importCount };
  }

  async #environment(
    { ctx, trace, only, definitionsOnly }: DefinitionsCall,
    ref: SecretRef,
  ): Promise<{ readonly spec: EnvironmentSpec; readonly tag: string }> {
    const { namespace, name: secret } = ref;
    const action = definitionsOnly ? 'environments.get' : 'environments.reveal';
    requireInScope(ctx, { action, namespace, secret, ...reachOf(only) });
    const object = await this.#parts.environments.get({ ctx, as: 'caller', trace }, ref);
    const { data: spec } = environmentSpecSchema.safeParse(object.spec);
    if (spec !== undefined) return { spec, tag: specTag(object) };
    throw invalid(environmentView(object).problems, `environment "${secret}" breaks a rule`);
  }

  async #importedKeys(
    { ctx, trace, only, definitionsOnly }: DefinitionsCall,
    ref: SecretRef,
  ): Promise<readonly string[]> {
    ctx.charge?.(1);
    const { namespace, name: secret } = ref;
    const action = definitionsOnly ? 'imports.get' : 'imports.reveal';
    requireInScope(ctx, { action, namespace, secret, ...reachOf(only) });
    const keys = await this.#parts.shares.lookups.keyNames(ctx, trace, ref);
    // An error would name another key to a caller who may read one alone.
    return only === undefined ? keys : keys.filter(isValueName);
  }
}

/** Returns what an error says about a definition; nothing if it is about the caller. */
function problemsOf({ code, errors, message }: SallyportError): readonly FieldError[] {
  if (code === 'Forbidden') return [];
  if (errors.length > 0) return errors;
  const isKnown = code === 'Invalid' || code === 'NotFound';
  return [{ pointer: '/imports', reason: isKnown ? message : 'cannot be checked now' }];
}

/** Returns what a read is about: one value, or all. */
export function reachOf(only: string | undefined) {
  return only === undefined ? {} : ({ keys: [only], keysOnly: true } as const);
}
