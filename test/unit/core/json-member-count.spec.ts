import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonMemberCount } from '../../../src/core/json-member-count.js';
import { bodyBounds, jsonTokens } from '../../../src/core/json-tokens.js';

/** Whether a text is refused that arrives in such chunks. */
function isRefused(text: string, membersMax: number, cuts: readonly number[]): boolean {
  const count = new JsonMemberCount({ membersMax });
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  try {
    let from = 0;
    for (const end of ends) {
      count.add(bytes.subarray(from, end));
      from = end;
    }
    return false;
  } catch {
    return true;
  }
}

it.each([
  [' \n{"a":"', true],
  ['[', true],
  ['"text"', false],
  ['k8s', false],
  [' ', false],
  ['', false],
])('knows by its beginning whether a body is JSON: %j', (text, isJson) => {
  const count = new JsonMemberCount({ membersMax: 10 });
  for (const byte of Buffer.from(text)) count.add(Buffer.of(byte));
  expect(count.isJson).toBe(isJson);
});

describe('members of a body that arrives', () => {
  it('are those that are counted once it is there, wherever it is cut', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\\', '"', '\\"', '\\\\'));
    const document = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(text, fc.jsonValue()));
    fc.assert(
      fc.property(
        document,
        fc.array(fc.nat()),
        fc.constantFrom('', ' \n'),
        (value, cuts, space) => {
          const json = space + JSON.stringify(value);
          const { members } = jsonTokens(Buffer.from(json), { ...bodyBounds, levelsMax: 1_000 });
          expect(isRefused(json, members, cuts)).toBe(false);
          expect(isRefused(json, members - 1, cuts)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['text', `"${'a,'.repeat(100)}"`],
    ['a value of protobuf', `k8s\u0000${'[,'.repeat(100)}`],
    ['nothing', ''],
    ['white space', ' \t\r\n'],
  ])('are none of %s', (_what, text) => {
    expect(isRefused(text, 0, [1, 3])).toBe(false);
  });
});
