import { schemaLimits } from '../../core/schema-limits.js';
import { singleValueProblems } from '../../rotation/domain/generated/single-value-problems.js';
import { singleValueGenerator } from '../../rotation/domain/generated/single-value-schema.js';
import type { SingleValueGenerator } from '../../rotation/domain/rotation-spec.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import { celRule } from './cel-rule.js';
import { expiryRule } from './expiry.js';
import { compileValueSchema } from './json-schema/value-schema.js';
import { kinds } from './kinds/kinds.js';
import { PatternBudget } from './pattern-budget.js';
import { SchemaProblem } from './schema-problem.js';
import type { KeySpec, SchemaSpec } from './schema-spec.js';
import type { KeyRules, SecretRules } from './secret-rules.js';

/** Compiles a spec. Throws SchemaProblem with a pointer into the spec. */
export function compileSchema(name: string, spec: SchemaSpec): SecretRules {
  const { mode, checkUnchanged, additionalKeys, keys, oneOf, rules, expires } = spec;
  const budget = new PatternBudget();
  requireFewGenerated(keys);
  return {
    name,
    isEnforced: mode === 'enforce',
    isOfEachWrite: checkUnchanged,
    keys: new Map(Object.entries(keys).map(([key, one]) => [key, keyRules(key, one, budget)])),
    allowsOtherKeys: additionalKeys,
    oneAtLeast: [],
    alternatives: oneOf.map(({ required }) => required),
    crossRules: [
      ...rules.map((rule, index) => celRule(rule, `/rules/${index}/rule`, budget)),
      ...(expires === undefined ? [] : [expiryRule(expires)]),
    ],
  };
}

function keyRules(key: string, spec: KeySpec, budget: PatternBudget): KeyRules {
  const { required, kind, passwordKey, format, schema } = spec;
  const isKeyStore = kind === 'pkcs12' || kind === 'jks';
  if (passwordKey !== undefined && !isKeyStore) {
    const reason = 'is only for the kinds pkcs12 and jks';
    throw new SchemaProblem(pointerTo('keys', key, 'passwordKey'), reason);
  }
  const pointer = pointerTo('keys', key, 'schema');
  return {
    isRequired: required,
    kind: kind === undefined ? undefined : kinds.get(kind),
    passwordKey,
    isJson: format === 'json',
    schema: schema === undefined ? undefined : compileValueSchema(schema, pointer, budget),
    generator: generatorOf(key, spec),
  };
}

function requireFewGenerated(keys: SchemaSpec['keys']): void {
  const { generatedKeysMax } = schemaLimits;
  const generated = Object.values(keys).filter(({ generate }) => generate !== undefined);
  if (generated.length <= generatedKeysMax) return;
  throw new SchemaProblem('/keys', `must generate at most ${generatedKeysMax} keys`);
}

/** Throws SchemaProblem if the generator can make no value, or one that is easy to guess. */
function generatorOf(key: string, { generate }: KeySpec): SingleValueGenerator | undefined {
  const generator = generate && singleValueGenerator(generate);
  const [problem] = generator === undefined ? [] : singleValueProblems(generator);
  if (problem === undefined) return generator;
  throw new SchemaProblem(pointerTo('keys', key, 'generate') + problem.pointer, problem.reason);
}
