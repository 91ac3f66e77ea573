import type { LoopTurns } from '../../core/loop-turns.js';

/** Characters of a string that are escaped at a time. */
const SLICE_CHARACTERS = 16 * 1024;
/** Characters of text that one turn of the event loop renders. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * Renders a GraphQL result like `JSON.stringify`, as UTF-8 in pieces. Each piece takes a turn of
 * the event loop, and is rendered once the client has read the previous piece.
 */
export async function* jsonPieces(value: object, turns: LoopTurns): AsyncGenerator<Buffer> {
  let piece = '';
  for (const text of textsOf(value)) {
    piece += text;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield Buffer.from(piece);
    piece = '';
    await turns.next();
  }
  if (piece !== '') yield Buffer.from(piece);
}

function* textsOf(given: unknown): Generator<string> {
  const value = hasToJson(given) ? given.toJSON() : given;
  if (typeof value === 'string' && value.length > SLICE_CHARACTERS) yield* slicesOf(value);
  else if (Array.isArray(value)) yield* itemsOf(value);
  else if (typeof value === 'object' && value !== null) yield* membersOf(value);
  else yield JSON.stringify(value) ?? 'null';
}

function* itemsOf(items: readonly unknown[]): Generator<string> {
  yield '[';
  for (const [index, item] of items.entries()) {
    if (index > 0) yield ',';
    yield* textsOf(item);
  }
  yield ']';
}

function* membersOf(object: object): Generator<string> {
  yield '{';
  let isFirst = true;
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    yield `${isFirst ? '' : ','}${JSON.stringify(name)}:`;
    isFirst = false;
    yield* textsOf(value);
  }
  yield '}';
}

function* slicesOf(text: string): Generator<string> {
  yield '"';
  for (let start = 0; start < text.length;) {
    const end = afterCharacter(text, start + SLICE_CHARACTERS);
    yield JSON.stringify(text.slice(start, end)).slice(1, -1);
    start = end;
  }
  yield '"';
}

/** Returns `end`, or one more if it would split a surrogate pair. */
function afterCharacter(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code < 0xdc00 ? end + 1 : end;
}

function hasToJson(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value;
}
