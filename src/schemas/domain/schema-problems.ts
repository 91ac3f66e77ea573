import type { FieldError } from '../../core/errors/sallyport-error.js';
import { SchemaProblem } from './schema-problem.js';

/** Mistakes of one spec that are reported: the search for each may compile a large pattern. */
export const PROBLEMS_MAX = 10;

/** Collects the mistakes of a spec, so that its author learns all of them at once. */
export class SchemaProblems {
  readonly #found: FieldError[] = [];

  /** Adds a mistake. Throws SchemaProblem at the bound, so that the search ends. */
  add(pointer: string, reason: string): void {
    this.#found.push({ pointer, reason });
    if (this.#found.length >= PROBLEMS_MAX) this.throwAny();
  }

  /** Runs a part of the search, and adds the mistakes that it throws; then returns undefined. */
  attempt<T>(part: () => T): T | undefined {
    try {
      return part();
    } catch (error) {
      if (!(error instanceof SchemaProblem)) throw error;
      for (const { pointer, reason } of error.all) this.add(pointer, reason);
      return undefined;
    }
  }

  /** Throws SchemaProblem if there is a mistake. */
  throwAny(): void {
    const [first, ...further] = this.#found;
    if (first !== undefined) throw new SchemaProblem(first.pointer, first.reason, further);
  }
}
