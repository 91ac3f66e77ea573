import { RE2JS } from 're2js';
import { limits } from '../limits.js';
import { writtenSize } from './written-size.js';

const TOO_LARGE = 'is too large when its repetitions are written out';

/** Reason that a pattern cannot be used, for its author. */
export class PatternProblem extends Error {
  override readonly name = 'PatternProblem';
}

/**
 * Compiles a pattern as RE2. Throws PatternProblem for a pattern that is too large, which is never
 * compiled, and what the library throws for a text that is no pattern.
 */
export function compilePattern(source: string, sizeMax: number = limits.patternSizeMax): RE2JS {
  // Patterns that can be simplified become smaller than they are written.
  if (writtenSize(source) > limits.patternSizeMax) throw new PatternProblem(TOO_LARGE);
  const pattern = RE2JS.compile(source);
  if (pattern.programSize() > sizeMax) throw new PatternProblem(TOO_LARGE);
  return pattern;
}
