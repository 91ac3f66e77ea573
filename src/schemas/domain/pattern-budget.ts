import type { RE2JS } from 're2js';
import type { CelPatterns } from '../../core/cel/cel-patterns.js';
import { PatternProblem } from '../../core/patterns/compile-pattern.js';
import { parseCost } from '../../core/patterns/parse-cost.js';
import { schemaLimits } from '../../core/schema-limits.js';
import { compiledPattern } from './json-schema/pattern-cache.js';

const NO_PATTERN = 'is no pattern of RE2, which has no look-around and no back-references';
const TOO_LARGE_TOGETHER = 'makes the patterns of the schema too large together';

/**
 * Instructions that the patterns of one SecretSchema may still take, in JSON Schemas and in rules:
 * the compiler stops before the first that exceeds them. The cache of patterns retains them.
 */
export class PatternBudget implements CelPatterns {
  #left: number = schemaLimits.schemaPatternSizeMax;

  /** Takes a pattern of a rule. Throws PatternProblem. */
  add(source: string): void {
    this.sizeOf(source);
  }

  get(source: string): RE2JS {
    return compiledPattern(source);
  }

  /**
   * Takes a pattern, and returns the number of its instructions. Throws PatternProblem, but only
   * once that the patterns are too large together: the others are not compiled.
   */
  sizeOf(source: string): number {
    if (this.#left < 0) return 0;
    const { patternCharactersMax } = schemaLimits;
    if (source.length > patternCharactersMax) {
      throw new PatternProblem(`is longer than ${patternCharactersMax} characters`);
    }
    const size = compiled(source).programSize();
    this.#left -= size + parseCost(source);
    if (this.#left < 0) throw new PatternProblem(TOO_LARGE_TOGETHER);
    return size;
  }
}

function compiled(source: string): RE2JS {
  try {
    return compiledPattern(source);
  } catch (error) {
    if (error instanceof PatternProblem) throw error;
    const cause = (error as Error).message.replace(/^error parsing regexp: /, '');
    throw new PatternProblem(`${NO_PATTERN}: ${cause}`);
  }
}
