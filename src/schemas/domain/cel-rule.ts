import { compileExpression, ExpressionProblem } from '../../core/cel/cel-expression.js';
import type { CelPatterns } from '../../core/cel/cel-patterns.js';
import { CelWork } from '../../core/cel/cel-work.js';
import type { FieldError } from '../../core/errors/sallyport-error.js';
import { SchemaProblem } from './schema-problem.js';
import type { SchemaSpec } from './schema-spec.js';
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
      // The error may quote values.
      return { pointer: '/data', reason: `${reason} (the rule has no result for these keys)` };
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
    if (error instanceof ExpressionProblem) throw new SchemaProblem(pointer, error.message);
    throw error;
  }
}

function outcome(evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch {
    return undefined;
  }
}
