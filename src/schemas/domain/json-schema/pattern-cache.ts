import type { RE2JS } from 're2js';
import { compilePattern } from '../../../core/patterns/compile-pattern.js';
import { schemaLimits } from '../../../core/schema-limits.js';

interface Compiled {
  readonly pattern: RE2JS;
  readonly size: number;
}

/** Compiled patterns, used last first: each instruction takes about 600 bytes of memory. */
const compiled = new Map<string, Compiled>();
let instructions = 0;

/**
 * Returns a pattern as RE2. Throws PatternProblem for a pattern that is too large, and what the
 * library throws for a text that is none.
 */
export function compiledPattern(source: string): RE2JS {
  const known = compiled.get(source);
  compiled.delete(source);
  const { pattern, size } = known ?? compile(source);
  compiled.set(source, { pattern, size });
  if (known === undefined) {
    instructions += size;
    evict();
  }
  return pattern;
}

/** Returns the number of instructions of the patterns in memory. */
export function compiledInstructions(): number {
  return instructions;
}

function compile(source: string): Compiled {
  const pattern = compilePattern(source, schemaLimits.patternSizeMax);
  return { pattern, size: pattern.programSize() };
}

function evict(): void {
  for (const [source, { size }] of compiled) {
    if (instructions <= schemaLimits.compiledInstructionsMax || compiled.size === 1) return;
    compiled.delete(source);
    instructions -= size;
  }
}
