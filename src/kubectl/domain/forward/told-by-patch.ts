import { ALL_KEYS } from '../../../audit/domain/audit-event.js';
import type { ShownSecret } from './forwarded.js';

/**
 * What an answer shows to the sender of a patch that reads values: also the touched keys, whichever
 * form the answer has, since the patch may have put their values where the form shows them.
 */
export function toldByPatch(
  shown: readonly ShownSecret[],
  touched: readonly string[] = [],
): readonly ShownSecret[] {
  const read = touched.length > 0 ? touched : [ALL_KEYS];
  return shown.map((secret) => {
    const { keys } = secret;
    // An answer with values names them all.
    const unnamed = read.filter(
      (key) => !keys.includes(key) && (keys.length === 0 || key !== ALL_KEYS),
    );
    return { ...secret, keys: [...keys, ...unnamed].toSorted() };
  });
}
