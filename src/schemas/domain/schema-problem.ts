import type { FieldError } from '../../core/errors/sallyport-error.js';

/** Reasons that a schema cannot be used, for its author. */
export class SchemaProblem extends Error {
  override readonly name = 'SchemaProblem';
  /** JSON Pointer into the spec, of the first mistake. */
  readonly pointer: string;
  /** All mistakes that were found, the first one included. */
  readonly all: readonly FieldError[];

  constructor(pointer: string, reason: string, further: readonly FieldError[] = []) {
    super(reason);
    this.pointer = pointer;
    this.all = [{ pointer, reason }, ...further];
  }
}
