/** The stored log is not what was signed; the message is a sentence for operators. */
export class LogDamaged extends Error {
  override readonly name: string = 'LogDamaged';
}

/** Of what was signed a part is gone, or others are in its place: nothing is to be added to it. */
export class LogRolledBack extends LogDamaged {
  override readonly name = 'LogRolledBack';
}
