import { badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';

/** Returns `first` of a connection; 400 beyond its limit. */
export function pageSize(first: number): number {
  if (first >= 1 && first <= limits.listItemsMax) return first;
  throw badRequest(`first must be from 1 to ${limits.listItemsMax}`);
}
