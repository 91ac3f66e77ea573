import { requireInScope } from '../access/domain/scope-refusal.js';
import type { CallTrace } from '../calls/domain/call-trace.js';
import { bodyLimits } from '../core/body-limits.js';
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
import { type EnvironmentPlan, isDefinedBy, planEnvironment } from './domain/environment-plan.js';
import {
  type EnvironmentSpec,
  environmentSpecSchema,
  isValueName,
} from './domain/environment-spec.js';
import { environmentView } from './domain/environment-view.js';
import { mergeEnvironments, pointerToValue } from './domain/merge-environments.js';

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
   * Loads a definition and all that it imports, and plans the read; for one value that imports
   * cannot change, the definition alone. Each import counts as a request before its load, also if a
   * later one ends the read. Throws Forbidden, NotFound and Invalid.
   */
  async load(call: DefinitionsCall, ref: SecretRef): Promise<Definitions> {
    const { only } = call;
    const { spec, tag } = await this.#environment(call, ref);
    const own = new Map(Object.entries(spec.values));
    if (only !== undefined && isDefinedBy(own, only)) {
      return { plan: planEnvironment(own, only), tags: [tag], loadCount: 1 };
    }
    const { values, tags, loadCount } = await this.#merged(call, ref, spec);
    return { plan: planEnvironment(values, only), tags: [tag, ...tags], loadCount: loadCount + 1 };
  }

  /**
   * Returns why no read of a definition can succeed now: circles, names that are not defined,
   * environments, imports and keys of imports that are not there. What the caller may not see is no
   * problem. Loads what the definition imports, and no value. Never throws: a definition may be
   * stored.
   */
  async problems(
    call: Omit<DefinitionsCall, 'only'>,
    ref: SecretRef,
    spec: EnvironmentSpec,
  ): Promise<readonly FieldError[]> {
    const looking = { ...call, definitionsOnly: true } as const;
    const problems: FieldError[] = [];
    let isWhole = true;
    const failed = (error: unknown) => {
      isWhole = false;
      if (!(error instanceof SallyportError)) this.#parts.logger.fault(error);
      const room = bodyLimits.errorsReportedMax - problems.length;
      problems.push(...problemsOf(toSallyportError(error)).slice(0, Math.max(room, 0)));
    };
    try {
      const { values } = await this.#merged(looking, ref, spec, failed);
      // What is not defined may be of an import that failed, or that the caller may not see.
      if (isWhole) {
        problems.push(...(await this.#missingKeys(looking, ref, planEnvironment(values))));
      }
    } catch (error) {
      failed(error);
    }
    return problems.slice(0, bodyLimits.errorsReportedMax);
  }

  /** Returns a problem for each value whose key no import gives. */
  async #missingKeys(
    call: DefinitionsCall,
    { namespace }: SecretRef,
    { imports }: EnvironmentPlan,
  ): Promise<readonly FieldError[]> {
    const problems: FieldError[] = [];
    for (const [imported, values] of Map.groupBy(imports, ([, { name }]) => name)) {
      const ref = { namespace, name: imported };
      const given = await this.#importedKeys(call, ref).catch((error: unknown) => {
        const [problem] = problemsOf(toSallyportError(error));
        return problem?.reason;
      });
      if (given === undefined) continue;
      const reasonOf = (key: string): string | undefined => {
        if (typeof given === 'string') return given;
        return given.includes(key) ? undefined : `the import has no key "${key}"`;
      };
      for (const [name, { key }] of values) {
        const reason = reasonOf(key);
        if (reason !== undefined)
          problems.push({ pointer: pointerToValue(name, 'import'), reason });
      }
    }
    return problems;
  }

  /** Merges a definition with all that it imports. */
  async #merged(
    call: DefinitionsCall,
    { namespace, name }: SecretRef,
    known: EnvironmentSpec,
    failed?: (error: unknown) => void,
  ) {
    const tags: string[] = [];
    let importCount = 0;
    const values = await mergeEnvironments(name, {
      ...(failed && { failed }),
      environment: async (one) => {
        if (one === name) return known;
        call.ctx.charge?.(1);
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
