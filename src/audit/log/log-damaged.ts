/** The stored log is not what was signed; the message is a sentence for operators. */
export class LogDamaged extends Error {
  override readonly name: string = 'LogDamaged';
}

/** A part of what was signed is missing or replaced: nothing may be added to it. */
export class LogRolledBack extends LogDamaged {
  override readonly name = 'LogRolledBack';
}
