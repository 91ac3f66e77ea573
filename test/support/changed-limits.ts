import { afterAll, beforeAll } from 'vitest';

/**
 * Gives constants other values for the tests of a file, or of a `describe`. Code that reads a
 * constant once, when it is loaded, or in another process, keeps the true one.
 *
 * `holders`: all objects that hold a constant of that name; at least one must.
 */
export function changeLimits(
  holders: readonly Readonly<Record<string, unknown>>[],
  values: Readonly<Record<string, number>>,
): void {
  const undo: (() => void)[] = [];
  beforeAll(() => {
    for (const [name, value] of Object.entries(values)) {
      const having = holders.filter((holder) => name in holder);
      if (having.length === 0) throw new Error(`nothing has the constant ${name}`);
      for (const holder of having) {
        const before = holder[name];
        Object.assign(holder, { [name]: value });
        undo.push(() => Object.assign(holder, { [name]: before }));
      }
    }
  });
  afterAll(() => {
    for (const step of undo.toReversed()) step();
  });
}
