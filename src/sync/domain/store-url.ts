import { z } from 'zod';
import { syncLimits } from '../../core/sync-limits.js';

const PRINTABLE = /^[!-~]+$/;
/** No user, no query, no fragment, and no escape, which a parser would resolve. */
const STORE_URL = /^https:\/\/[^/?#@%\\]+(?:\/[^?#%\\]*)?$/;

/** Text for a header or an audience. */
export const printable = z
  .string()
  .min(1)
  .max(syncLimits.nameCharactersMax)
  .regex(PRINTABLE, 'must have printable ASCII characters, and no space');

/** Base of all requests to a store, which may have a path. */
export const storeUrl = z
  .string()
  .max(syncLimits.urlCharactersMax)
  .refine(isStoreUrl, 'must be an https:// URL without user, query and fragment');

/** Reports whether a text is an https URL without user, query, fragment and escapes. */
export function isStoreUrl(text: string): boolean {
  return PRINTABLE.test(text) && STORE_URL.test(text) && URL.canParse(text);
}
