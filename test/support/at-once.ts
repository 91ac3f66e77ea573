import { describe } from 'vitest';

/**
 * The same suite for each case, all at once: each waits most of its time, and has a cluster of its
 * own. The tests of one run one after the other. `expect.poll` does not know then whose it is, so
 * they take `expect` from their context for that, or wait with `vi.waitFor`.
 */
export function describeAtOnce<T>(
  cases: readonly (readonly [title: string, value: T])[],
  name: string,
  suite: (title: string, value: T) => void,
): void {
  describe.concurrent.each(cases)(name, (title, value) => {
    describe('one after the other', { concurrent: false }, () => {
      suite(title, value);
    });
  });
}
