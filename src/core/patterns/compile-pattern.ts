import { RE2JS } from 're2js';
import { limits } from '../limits.js';
import { parseCost } from './parse-cost.js';
import { writtenSize } from './written-size.js';

const TOO_LARGE = 'is too large when its repetitions are written out';
const TOO_COSTLY = 'has too many classes of Unicode, or too wide ranges without case';
const SIMPLIFIED_AT_MOST = 4;

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
  const writtenMax = Math.min(limits.patternSizeMax, sizeMax * SIMPLIFIED_AT_MOST);
  if (writtenSize(source) > writtenMax) throw new PatternProblem(TOO_LARGE);
  if (parseCost(source) > sizeMax) throw new PatternProblem(TOO_COSTLY);
  const pattern = RE2JS.compile(source);
  if (pattern.programSize() > sizeMax) throw new PatternProblem(TOO_LARGE);
  return pattern;
}
