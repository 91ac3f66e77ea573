import { compileExpression, ExpressionProblem } from '../../core/cel/cel-expression.js';
import type { CelPatterns } from '../../core/cel/cel-patterns.js';
import { CelWork } from '../../core/cel/cel-work.js';
import type { FieldError } from '../../core/errors/sallyport-error.js';
import { clearCause } from './cel-cause.js';
import { SchemaProblem } from './schema-problem.js';
import type { SchemaSpec } from './schema-spec.js';
import type { SecretContents } from './secret-contents.js';
import type { CrossRule } from './secret-rules.js';

/** Compiles a rule over several keys. Throws SchemaProblem at `pointer`. */
export function celRule(
  { rule, message }: SchemaSpec['rules'][number],
  pointer: string,
  patterns: CelPatterns,
): CrossRule {
  const expression = compiled(rule, pointer, patterns);
  const reason = message ?? `breaks the rule ${rule}`;
  const keys = expression.members === undefined ? undefined : [...expression.members];
  return {
    keys,
    violation: ({ contents }): FieldError | undefined => {
      // To the rule, a value that is no text would be absent.
      const holds = contents.areTexts(keys)
        ? outcome(() => expression.evaluate(contents.texts(), new CelWork()))
        : undefined;
      if (holds === true) return undefined;
      if (holds === false) return { pointer: '/data', reason };
      return { pointer: '/data', reason: `${reason} (${noResult({ rule, keys, contents })})` };
    },
  };
}

function compiled(
  rule: string,
  pointer: string,
  patterns: CelPatterns,
): ReturnType<typeof compileExpression> {
  try {
    const expression = compileExpression(rule, 'secret', patterns);
    if (expression.type === 'bool') return expression;
    throw new SchemaProblem(pointer, `must be true or false, not ${expression.type}`);
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) throw error;
    throw new SchemaProblem(pointer, clearCause(error.message, rule));
  }
}

function outcome(evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch {
    return undefined;
  }
}

/**
 * Returns why a rule may have no result: keys that it reads and that are absent. The error itself
 * may quote values, and the key at which the evaluation ended can depend on a value.
 */
function noResult({
  rule,
  keys = [],
  contents,
}: {
  readonly rule: string;
  readonly keys: readonly string[] | undefined;
  readonly contents: SecretContents;
}): string {
  const text = rule.replaceAll(/\s/g, '');
  const absent = keys.filter((key) => !contents.has(key) && !isGuarded(key, text));
  const [first] = absent;
  if (first === undefined) return 'the rule has no result for these keys';
  const guard = isName(first) ? `has(secret.${first})` : `${JSON.stringify(first)} in secret`;
  return `the rule reads ${absent.join(', ')}, which the Secret lacks; guard it with ${guard}`;
}

/** Reports whether a rule allows that a key is absent, in one of the usual forms. */
function isGuarded(key: string, text: string): boolean {
  return [`has(secret.${key})`, `secret.?${key}`, `secret[?"${key}"`].some((form) => {
    return text.includes(form);
  });
}

function isName(key: string): boolean {
  return /^[A-Za-z_]\w*$/.test(key);
}
