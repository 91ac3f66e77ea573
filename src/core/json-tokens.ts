import { SallyportError, badRequest } from './errors/sallyport-error.js';
import { bodyLimits } from './body-limits.js';
import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  jsonStringEnd,
} from './json-bytes.js';

export interface JsonBounds {
  readonly levelsMax: number;
  /** Members of objects and items of lists, all together. */
  readonly membersMax: number;
}

/** Structure of a text, found without parsing it. */
export interface JsonTokens {
  /** Positions of brackets, commas and opening quotes, in order; `ends` has each string's end. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Members of objects and items of lists, at most. */
  readonly members: number;
}

/**
 * Scans bytes that may be JSON and counts what a parser would create, to refuse it in advance.
 * Throws BadRequest beyond the levels, TooLarge beyond the members. The parser refuses invalid
 * JSON.
 */
export function jsonTokens(bytes: Buffer, { levelsMax, membersMax }: JsonBounds): JsonTokens {
  const starts: number[] = [];
  const ends: number[] = [];
  let depth = 0;
  let members = 0;
  for (let position = 0; position < bytes.length; position += 1) {
    const byte = bytes[position];
    if (byte === QUOTE) {
      const end = stringEnd(bytes, position);
      if (end < 0) break;
      starts.push(position);
      ends.push(end);
      // A member is a name and a value; only invalid JSON has more strings.
      if (ends.length > 2 * membersMax + 1) throw tooManyMembers(membersMax);
      position = end;
      continue;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
    else if (byte !== COMMA) continue;
    starts.push(position);
    if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) continue;
    members += 1;
    if (depth > levelsMax) throw badRequest(`the body is nested deeper than ${levelsMax} levels`);
    if (members > membersMax) throw tooManyMembers(membersMax);
  }
  return { starts, ends, members };
}

/** Returns the closing quote of the string that opens at `start`; -1 if there is none. */
function stringEnd(bytes: Buffer, start: number): number {
  const first = bytes.indexOf(QUOTE, start + 1);
  if (first < 0 || bytes[first - 1] !== BACKSLASH) return first;
  // Byte by byte: to search from each of many escaped quotes takes longer.
  return jsonStringEnd(bytes, start);
}

/** Returns a 413 for a body with too many members and list items. */
export function tooManyMembers(membersMax: number): SallyportError {
  const detail = `the body may have at most ${membersMax} members and list items`;
  return new SallyportError('TooLarge', detail);
}

/** Limits on a body's JSON, for every transport. */
export const bodyBounds: JsonBounds = {
  levelsMax: bodyLimits.jsonDepthMax,
  membersMax: bodyLimits.jsonMembersMax,
};
