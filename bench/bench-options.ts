/** `--save`: the results replace the committed ones of the benchmark. */
export const saveOption = { save: { type: 'boolean', default: false } } as const;

/** The number that an option of the command line was given; throws where it is none above 0. */
export function count(option: string, given: string): number {
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${option} takes a number`);
  return number;
}

/**
 * The parts of a benchmark that run: the one that an option names, else all. Throws if there is no
 * such part, and if a part alone is to be saved, because a committed file holds a complete run.
 */
export function partsToRun<Part extends string>(
  known: readonly Part[],
  { only, save }: { readonly only?: string | undefined; readonly save: boolean },
  option = 'only',
): readonly Part[] {
  if (only === undefined) return known;
  const part = known.find((one) => one === only);
  if (part === undefined) throw new Error(`--${option} takes ${known.join(', ')}`);
  if (save) throw new Error(`--save takes a complete run: leave out --${option}`);
  return [part];
}
