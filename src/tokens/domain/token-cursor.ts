import { decodeCursor, encodeCursor } from '../../core/page.js';
import type { TokenView } from './token-view.js';

/** Place in a list of tokens that is newest first. */
export interface TokenPosition {
  readonly createdAtMs: number;
  readonly id: string;
}

/** Returns the cursor behind a token. */
export function cursorAfterToken({ createdAt, id }: Pick<TokenView, 'createdAt' | 'id'>): string {
  return encodeCursor({ at: String(Date.parse(createdAt)), id });
}

/** Returns the place that a list continues behind. Throws BadRequest. */
export function positionOfToken(cursor: string): TokenPosition {
  const { at, id = '' } = decodeCursor(cursor);
  return { createdAtMs: Number(at) || 0, id };
}
