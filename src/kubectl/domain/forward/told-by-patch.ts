import { ALL_KEYS } from '../../../audit/domain/audit-event.js';
import type { ShownSecret } from './forwarded.js';

/**
 * Returns what a response reveals to the sender of a patch that reads values. It includes the
 * touched keys in any form of response, since the patch may have moved their values to visible
 * fields.
 */
export function toldByPatch(
  shown: readonly ShownSecret[],
  touched: readonly string[] = [],
): readonly ShownSecret[] {
  const read = touched.length > 0 ? touched : [ALL_KEYS];
  return shown.map((secret) => {
    const { keys } = secret;
    // An answer with values names all of them.
    const unnamed = read.filter(
      (key) => !keys.includes(key) && (keys.length === 0 || key !== ALL_KEYS),
    );
    return { ...secret, keys: [...keys, ...unnamed].toSorted() };
  });
}
