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
import { SchemaProblems } from './schema-problems.js';
import type { KeySpec, SchemaSpec } from './schema-spec.js';
import type { KeyRules, SecretRules } from './secret-rules.js';

/** Compiles a spec. Throws SchemaProblem with pointers into the spec. */
export function compileSchema(name: string, spec: SchemaSpec): SecretRules {
  const { mode, checkUnchanged, additionalKeys, keys, oneOf, rules, expires } = spec;
  const search: Search = { budget: new PatternBudget(), problems: new SchemaProblems() };
  const { budget, problems } = search;
  requireFewGenerated(keys, problems);
  const compiled: SecretRules = {
    name,
    isEnforced: mode === 'enforce',
    isOfEachWrite: checkUnchanged,
    keys: new Map(Object.entries(keys).map(([key, one]) => [key, keyRules(key, one, search)])),
    allowsOtherKeys: additionalKeys,
    oneAtLeast: [],
    alternatives: oneOf.map(({ required }) => required),
    crossRules: [
      ...rules.flatMap((rule, index) => {
        const pointer = `/rules/${index}/rule`;
        return problems.attempt(() => celRule(rule, pointer, budget)) ?? [];
      }),
      ...(expires === undefined ? [] : [expiryRule(expires)]),
    ],
  };
  problems.throwAny();
  return compiled;
}

interface Search {
  readonly budget: PatternBudget;
  readonly problems: SchemaProblems;
}

function keyRules(key: string, spec: KeySpec, { budget, problems }: Search): KeyRules {
  const { required, kind, passwordKey, format, schema } = spec;
  const isKeyStore = kind === 'pkcs12' || kind === 'jks';
  if (passwordKey !== undefined && !isKeyStore) {
    const reason = 'is only for the kinds pkcs12 and jks';
    problems.add(pointerTo('keys', key, 'passwordKey'), reason);
  }
  const pointer = pointerTo('keys', key, 'schema');
  return {
    isRequired: required,
    kind: kind === undefined ? undefined : kinds.get(kind),
    passwordKey,
    isJson: format === 'json',
    schema:
      schema === undefined
        ? undefined
        : problems.attempt(() => compileValueSchema(schema, pointer, budget)),
    generator: generatorOf(key, spec, problems),
  };
}

function requireFewGenerated(keys: SchemaSpec['keys'], problems: SchemaProblems): void {
  const { generatedKeysMax } = schemaLimits;
  const generated = Object.values(keys).filter(({ generate }) => generate !== undefined);
  if (generated.length <= generatedKeysMax) return;
  problems.add('/keys', `must generate at most ${generatedKeysMax} keys`);
}

/** Returns the generator of a key. One that makes no value, or easy ones, is a mistake. */
function generatorOf(
  key: string,
  { generate }: KeySpec,
  problems: SchemaProblems,
): SingleValueGenerator | undefined {
  const generator = generate && singleValueGenerator(generate);
  if (generator === undefined) return undefined;
  const pointer = pointerTo('keys', key, 'generate');
  for (const problem of singleValueProblems(generator)) {
    problems.add(pointer + problem.pointer, problem.reason);
  }
  return generator;
}
