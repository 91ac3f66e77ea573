import type { RE2JS } from 're2js';
import { compilePattern } from '../patterns/compile-pattern.js';

/** Patterns of expressions as RE2, like in Kubernetes: a match takes linear time. */
export interface CelPatterns {
  /** Takes a pattern of an expression that compiles. Throws an error for its author. */
  add(source: string): void;
  /** Returns a pattern that was added. */
  get(source: string): RE2JS;
}

/** Patterns that stay in memory as long as their expression. */
export class OwnPatterns implements CelPatterns {
  readonly #compiled = new Map<string, RE2JS>();

  add(source: string): void {
    if (!this.#compiled.has(source)) this.#compiled.set(source, compilePattern(source));
  }

  get(source: string): RE2JS {
    const pattern = this.#compiled.get(source);
    if (pattern === undefined) throw new Error('no such pattern');
    return pattern;
  }
}
