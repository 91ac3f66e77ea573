import type { ConfigurationProblem, JwtAuthenticator } from './authentication-configuration.js';
import {
  type CelExpression,
  compileExpression,
  ExpressionProblem,
} from '../../core/cel/cel-expression.js';

/** Entry of the configuration with its expressions compiled. */
export interface CompiledAuthenticator {
  readonly spec: JwtAuthenticator;
  readonly username: CelExpression | undefined;
  readonly groups: CelExpression | undefined;
  readonly uid: CelExpression | undefined;
  readonly extra: readonly { readonly key: string; readonly value: CelExpression }[];
  readonly claimRules: readonly CompiledRule[];
  readonly userRules: readonly CompiledRule[];
}

export interface CompiledRule {
  readonly condition: CelExpression;
  readonly message: string;
}

const TEXT_TYPES = ['string', 'dyn'];
const LIST_TYPES = ['list', 'list<string>', 'list<dyn>', 'list<T>'];
const TEXTS_TYPES = [...TEXT_TYPES, ...LIST_TYPES, 'null', 'null_type'];

/** Compiles the expressions of entry `index`; adds their faults to `problems`. */
export function compileAuthenticator(
  spec: JwtAuthenticator,
  index: number,
  problems: ConfigurationProblem[],
): CompiledAuthenticator {
  const compiler = new Compiler(`jwt[${index}].`, problems);
  const { username, groups, uid, extra } = spec.claimMappings;
  const compiled = {
    spec,
    claimRules: compiler.rules('claimValidationRules', spec.claimValidationRules, 'claims'),
    username: compiler.mapping('username.expression', username.expression, TEXT_TYPES),
    groups: compiler.mapping('groups.expression', groups?.expression, TEXTS_TYPES),
    uid: compiler.mapping('uid.expression', uid?.expression, TEXT_TYPES),
    extra: extra.flatMap(({ key, valueExpression }, place) => {
      const path = `extra[${place}].valueExpression`;
      const value = compiler.mapping(path, valueExpression, TEXTS_TYPES);
      return value === undefined ? [] : [{ key, value }];
    }),
    userRules: compiler.rules('userValidationRules', spec.userValidationRules, 'user'),
  };
  if (!asksWhetherEmailIsVerified(compiled)) {
    problems.push({
      path: `jwt[${index}].claimMappings.username.expression`,
      reason:
        'claims.email_verified must be used in claimMappings.username.expression, ' +
        'claimMappings.extra[*].valueExpression or claimValidationRules[*].expression ' +
        'when claims.email is used in claimMappings.username.expression',
    });
  }
  return compiled;
}

class Compiler {
  readonly #prefix: string;
  readonly #problems: ConfigurationProblem[];

  constructor(prefix: string, problems: ConfigurationProblem[]) {
    this.#prefix = prefix;
    this.#problems = problems;
  }

  mapping(path: string, source: string | undefined, types: readonly string[]) {
    if (source === undefined) return undefined;
    return this.#compile(`claimMappings.${path}`, source, { variable: 'claims', types });
  }

  rules(
    path: string,
    rules: readonly {
      readonly expression?: string | undefined;
      readonly message?: string | undefined;
    }[],
    variable: 'claims' | 'user',
  ): readonly CompiledRule[] {
    return rules.flatMap(({ expression, message = '' }, place) => {
      if (expression === undefined) return [];
      const at = `${path}[${place}].expression`;
      const condition = this.#compile(at, expression, { variable, types: ['bool'] });
      return condition === undefined ? [] : [{ condition, message }];
    });
  }

  #compile(
    path: string,
    source: string,
    expected: { readonly variable: 'claims' | 'user'; readonly types: readonly string[] },
  ): CelExpression | undefined {
    try {
      const compiled = compileExpression(source, expected.variable);
      if (expected.types.includes(compiled.type)) return compiled;
      this.#say(path, `must evaluate to ${expected.types[0]}, not ${compiled.type}`);
    } catch (error) {
      if (!(error instanceof ExpressionProblem)) throw error;
      this.#say(path, error.message);
    }
    return undefined;
  }

  #say(path: string, reason: string): void {
    this.#problems.push({ path: this.#prefix + path, reason });
  }
}

/** Reports whether the email is verified: an unverified one can name anyone its owner chooses. */
function asksWhetherEmailIsVerified(compiled: CompiledAuthenticator): boolean {
  if (!compiled.username?.selects('email')) return true;
  const places = [
    compiled.username,
    ...compiled.extra.map(({ value }) => value),
    ...compiled.claimRules.map(({ condition }) => condition),
  ];
  return places.some((expression) => expression.selects('email_verified'));
}
