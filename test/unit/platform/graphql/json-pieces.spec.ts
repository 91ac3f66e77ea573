import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { LoopTurns } from '../../../../src/core/loop-turns.js';
import { jsonPieces } from '../../../../src/platform/graphql/json-pieces.js';

async function piecesOf(value: object): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for await (const piece of jsonPieces(value, new LoopTurns())) pieces.push(piece);
  return pieces;
}

async function text(value: object): Promise<string> {
  return Buffer.concat(await piecesOf(value)).toString();
}

it('is what JSON.stringify makes of any result', async () => {
  await fc.assert(
    fc.asyncProperty(fc.object({ withNullPrototype: true }), async (data) => {
      expect(await text({ data })).toBe(JSON.stringify({ data }));
    }),
  );
});

it.each([
  ['control characters', '\u0001'.repeat(100_000)],
  ['surrogate pairs, wherever they are cut', `x${'😀'.repeat(50_000)}`],
  ['the same, shifted', '😀'.repeat(50_000)],
  ['halves of pairs', '\ud83d'.repeat(50_000)],
  ['quotes', '"\\'.repeat(50_000)],
])('cuts a long text of %s, and loses nothing', async (_what, long) => {
  const value = { data: { a: long, b: [long, null, 1] } };
  expect(await text(value)).toBe(JSON.stringify(value));
});

it('makes short pieces, and errors as they show themselves', async () => {
  const value = {
    errors: [new GraphQLError('no', { path: ['a', 0], extensions: { code: 'Forbidden' } })],
    data: { a: '\u0001'.repeat(1024 * 1024), left: undefined },
  };
  const pieces = await piecesOf(value);
  expect(Buffer.concat(pieces).toString()).toBe(JSON.stringify(value));
  expect(Math.max(...pieces.map(({ byteLength }) => byteLength))).toBeLessThan(256 * 1024);
});
