/** The number that an option of the command line was given; throws where it is none above 0. */
export function count(option: string, given: string): number {
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${option} takes a number`);
  return number;
}
