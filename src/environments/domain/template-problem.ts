/** Reason that a template cannot be used or rendered; it contains no value. */
export class TemplateProblem extends Error {
  override readonly name = 'TemplateProblem';
}
