import { Buffer } from 'node:buffer';
import { limits } from '../../core/limits.js';
import { badRequest } from '../../core/errors/sallyport-error.js';
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

const CURSOR = /^a1:(0|[1-9][0-9]{0,14})$/;

/** Returns the position after an event in a list that is newest first. */
export function encodeCursor(leafIndex: number): string {
  return Buffer.from(`a1:${leafIndex}`, 'latin1').toString('base64url');
}

/** Returns the leaf index of a cursor; a cursor that we did not create is BadRequest. */
export function decodeCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const index = CURSOR.exec(text)?.[1];
  if (index === undefined || encodeCursor(Number(index)) !== cursor) {
    throw badRequest('continue is not a cursor of this list');
  }
  return Number(index);
}

/** Returns the maximum number of events in a page. */
export function checkedLimit(limit: number = limits.listItemsMax): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.listItemsMax) {
    throw badRequest(`limit must be from 1 to ${limits.listItemsMax}`);
  }
  return limit;
}
