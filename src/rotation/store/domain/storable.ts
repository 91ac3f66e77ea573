/**
 * A text as both databases take it: well-formed, without NUL. What one statement of a batch of the
 * audit log cannot take would fail all others in it.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}');
}

/** A count or a time as both take it. Throws RangeError for what is none. */
export function wholeNumber(value: number): number {
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole)) throw new RangeError(`${value} is no whole number`);
  return whole;
}
