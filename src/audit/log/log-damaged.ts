/** The stored log is not what was signed; the message is a sentence for operators. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
}
