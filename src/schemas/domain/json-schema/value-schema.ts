import { format, type Schema, Validator } from '@cfworker/json-schema';
import { schemaLimits } from '../../../core/schema-limits.js';
import type { PatternBudget } from '../pattern-budget.js';
import { formats } from './keywords.js';
import { compiledPattern } from './pattern-cache.js';
import { formatPrefix, patternPrefix, prepareSchema } from './prepare-schema.js';
import { reasonsOf } from './schema-reasons.js';

/** Compiled JSON Schema of one key. */
export interface ValueSchema {
  /** Returns what is wrong with a text, or with the document that a text of JSON is. */
  reasons(instance: unknown): readonly string[];
}

/** Compiles a schema. Throws SchemaProblem with a pointer under `pointer`. */
export function compileValueSchema(
  source: unknown,
  pointer: string,
  budget?: PatternBudget,
): ValueSchema {
  const { schema, patterns, nodes, isComparing } = prepareSchema(source, pointer, budget);
  const validator = new Validator(schema as Schema | boolean as Schema, '2020-12', false);
  return {
    reasons: (instance) => {
      const membersMax = isComparing
        ? Math.min(schemaLimits.comparedMembersMax, schemaLimits.evaluationsMax / nodes)
        : schemaLimits.evaluationsMax / nodes;
      const { values, characters } = measure(instance, membersMax);
      if (values > membersMax) return ['has more members than its schema can check'];
      if (characters * nodes > schemaLimits.charactersReadMax) {
        return ['is longer than its schema can check'];
      }
      return bounded(patterns, () => reasonsOf(schema, validator.validate(instance).errors));
    },
  };
}

/** A value takes longer to match than its bound. */
class TooMuchMatching extends Error {}

/**
 * Runs a validation with the patterns as formats. The library has one table of formats; the
 * validation is synchronous, so that no other sees these.
 */
function bounded(
  patterns: ReadonlyMap<string, number>,
  validate: () => readonly string[],
): readonly string[] {
  let steps: number = schemaLimits.patternStepsMax;
  for (const [name, size] of patterns) {
    format[name] = (text) => {
      steps -= size * text.length;
      if (steps < 0) throw new TooMuchMatching();
      return compiledPattern(name.slice(patternPrefix.length)).matcher(text).find();
    };
  }
  try {
    return validate();
  } catch (error) {
    if (error instanceof TooMuchMatching) return ['takes too long to match its patterns'];
    // An error of the library may quote the document.
    return ['cannot be checked by its schema'];
  } finally {
    for (const name of patterns.keys()) delete format[name];
  }
}

for (const name of formats) {
  const matches = format[name];
  format[formatPrefix + name] = (text) => {
    return text.length <= schemaLimits.formatCharactersMax && matches?.(text) === true;
  };
}

/** Counts the values and the characters of a document, as far as the bound. */
function measure(instance: unknown, max: number) {
  let count = 0;
  let characters = 0;
  const open: unknown[] = [instance];
  while (open.length > 0 && count <= max) {
    const next = open.pop();
    count += 1;
    if (typeof next === 'string') characters += next.length;
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next)) characters += Object.keys(next).join('').length;
    for (const value of Object.values(next).slice(0, max + 1)) open.push(value);
  }
  return { values: count, characters };
}
