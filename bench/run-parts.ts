import { partsToRun } from './bench-options.js';
import { type Figures, merged } from './floors.js';

/** Runs the parts of a benchmark in order, or the one that an option names; returns all figures. */
export async function runParts(
  parts: Readonly<Record<string, () => Promise<Figures>>>,
  options: { readonly only?: string | undefined; readonly save: boolean },
): Promise<Figures> {
  const names = partsToRun(Object.keys(parts), options);
  const all: Figures[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (names.includes(name)) all.push(await part());
  }
  return merged(all);
}
