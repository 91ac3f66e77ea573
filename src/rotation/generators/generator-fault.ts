/** Failure to generate a key: names the key and the rule, never a value. */
export class GeneratorFault extends Error {
  override readonly name = 'GeneratorFault';
  /** Key of the Secret. */
  readonly key: string;

  constructor(key: string, rule: string) {
    super(`the key ${key} cannot be generated: ${rule}`);
    this.key = key;
  }
}
