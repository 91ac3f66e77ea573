/** Reason that a schema cannot be used, for its author. */
export class SchemaProblem extends Error {
  override readonly name = 'SchemaProblem';
  /** JSON Pointer into the spec. */
  readonly pointer: string;

  constructor(pointer: string, reason: string) {
    super(reason);
    this.pointer = pointer;
  }
}
