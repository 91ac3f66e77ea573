/**
 * Converts a text to a form for both databases: well-formed, without NUL. A batch of the audit log
 * fails as a whole if one statement has an unsuitable text.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}');
}

/** Converts a count or a time to a form for both databases. Throws RangeError if invalid. */
export function wholeNumber(value: number): number {
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole)) throw new RangeError(`${value} is no whole number`);
  return whole;
}
