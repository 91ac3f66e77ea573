import { badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { decodeCursor, encodeCursor, notACursor } from '../../core/page.js';
import type { AuditEventView } from './audit-view.js';

export interface AuditPageRequest {
  readonly limit?: number;
  /** `continue` of the previous page. */
  readonly cursor?: string;
}

export interface AuditPage {
  readonly items: readonly AuditEventView[];
  /** Absent on the last page. */
  readonly continue?: string;
}

const LEAF_INDEX = /^(0|[1-9]\d{0,14})$/;

/** Returns the position after an event in a list that is newest first. */
export function cursorAfter(leafIndex: number): string {
  return encodeCursor({ leaf: String(leafIndex) });
}

/** Returns the leaf index of a cursor. Throws BadRequest for a cursor of another list. */
export function leafIndexOf(cursor: string): number {
  const { leaf = '' } = decodeCursor(cursor);
  if (!LEAF_INDEX.test(leaf)) throw notACursor();
  return Number(leaf);
}

/** Returns the maximum number of events in a page. */
export function checkedLimit(limit: number = limits.listItemsMax): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.listItemsMax) {
    throw badRequest(`limit must be from 1 to ${limits.listItemsMax}`);
  }
  return limit;
}
