import { type FieldError, invalid } from '../../core/errors/sallyport-error.js';
import { bodyErrors } from '../../core/parse-with.js';
import { schemaLimits } from '../../core/schema-limits.js';
import { builtInSchemas } from './built-in-schemas.js';
import { compileSchema } from './compile-schema.js';
import { requireSatisfiable } from './satisfiable-spec.js';
import { SchemaProblem } from './schema-problem.js';
import { PROBLEMS_MAX } from './schema-problems.js';
import { type SchemaSpec, schemaSpecSchema } from './schema-spec.js';
import type { SecretRules } from './secret-rules.js';
import { specSize } from './spec-size.js';

const BUILT_IN = 'is the name of a built-in schema';

/** Spec with its rules, or what is wrong with the spec. */
export interface CompiledSpec {
  readonly spec: SchemaSpec | undefined;
  readonly rules: SecretRules | undefined;
  readonly problems: readonly FieldError[];
}

/** Compiles a spec as its author wrote it. Never throws: mistakes are a member of the result. */
export function compiledSpec(name: string, source: unknown): CompiledSpec {
  const none = { spec: undefined, rules: undefined };
  if (builtInSchemas.has(name)) {
    return { ...none, problems: [{ pointer: '/metadata/name', reason: BUILT_IN }] };
  }
  const { specBytesMax, specDepthMax } = schemaLimits;
  const size = specSize(source);
  if (size > specBytesMax) {
    const reason = Number.isFinite(size)
      ? `must have at most ${specBytesMax} bytes`
      : `must have at most ${specDepthMax} levels of lists and maps`;
    return { ...none, problems: [{ pointer: '', reason }] };
  }
  const { data: spec, error } = schemaSpecSchema.safeParse(source);
  if (spec === undefined) {
    return { ...none, problems: bodyErrors(error.issues, source).slice(0, PROBLEMS_MAX) };
  }
  const label = spec.appliesTo.label ?? '';
  if (builtInSchemas.has(label)) {
    return { ...none, spec, problems: [{ pointer: '/appliesTo/label', reason: BUILT_IN }] };
  }
  try {
    return { spec, rules: compileSchema(name, spec), problems: [] };
  } catch (cause) {
    const { all: problems } =
      cause instanceof SchemaProblem ? cause : new SchemaProblem('', 'cannot be compiled');
    return { ...none, spec, problems };
  }
}

/** Throws Invalid if a spec cannot be used, or obviously allows no value. */
export function requireUsable(name: string, source: unknown): void {
  const { spec, rules, problems } = compiledSpec(name, source);
  if (problems.length > 0) throw invalid(problems);
  try {
    if (spec !== undefined) requireSatisfiable(spec, rules?.crossRules ?? []);
  } catch (error) {
    throw error instanceof SchemaProblem ? invalid(error.all) : error;
  }
}
