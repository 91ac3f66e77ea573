import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../src/core/limits.js';
import { escapePointer, parseJson } from '../../../src/core/parse-json.js';
import { processorMs } from '../../support/processor-time.js';

const parse = (text: string) => parseJson(Buffer.from(text, 'utf8'));

function refusal(text: string | Buffer): SallyportError {
  try {
    parseJson(Buffer.from(text as string));
  } catch (error) {
    if (error instanceof SallyportError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const withoutProto = fc.json({ maxDepth: 6 }).filter((text) => !text.includes('__proto__'));

describe('parseJson', () => {
  it('reads whatever JSON.parse reads, to the same value', () => {
    fc.assert(
      fc.property(withoutProto, (text) => {
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['{"a":"x\\ud800"}', '/a'],
    ['{"a":["x",{"b":"\\uDC00z"}]}', '/a/1/b'],
    ['["\\udc00\\ud800"]', '/0'],
    ['{"\\ud800":1}', '/\ud800'],
  ])('refuses half of a surrogate pair, which databases store as another text: %s', (text, at) => {
    const reason = 'has half of a surrogate pair, which is no character';
    expect(refusal(text).errors).toEqual([{ pointer: at, reason }]);
  });

  it('reads a whole surrogate pair, and what only looks like half of one', () => {
    expect(parse('["\\ud83d\\ude00", "\\\\ud800"]')).toEqual(['😀', '\\ud800']);
  });

  it('reads the same with any white space between', () => {
    const spaces = fc.constantFrom('', ' ', '\n', '\t\r\n  ');
    fc.assert(
      fc.property(withoutProto, spaces, (text, space) => {
        const padded = space + JSON.stringify(JSON.parse(text), undefined, space || 2) + space;
        expect(parse(padded)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses whatever JSON.parse refuses, without quoting it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (isJson) return;
        expect(refusal(text)).toMatchObject({ code: 'BadRequest', status: 400, errors: [] });
        expect(refusal(text).message).toBe('the body is not valid JSON');
      }),
    );
  });

  it('finds any member given twice, however it is spelled', () => {
    const spelled = (name: string) =>
      fc.constantFrom(
        JSON.stringify(name),
        `"${name
          .split('')
          .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join('')}"`,
      );
    const name = fc.stringMatching(/^[a-z/~"\\]{1,8}$/);
    fc.assert(
      fc.property(
        name.chain((one) => fc.tuple(fc.constant(one), spelled(one), spelled(one))),
        ([one, first, second]) => {
          const error = refusal(`[{"z": {${first}: 1, "between": "x", ${second}: {}}}]`);
          expect(error.errors).toEqual([
            { pointer: `/0/z/${escapePointer(one)}`, reason: 'given twice' },
          ]);
        },
      ),
    );
  });

  it.each([
    '{"a":{"x":1},"b":{"x":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"\\"a\\":1,\\"a\\":2"}',
    '{"a\\\\":1,"a\\"":2,"a":3}',
    '{"A":1,"a":2}',
    '{"é":1,"e\u0301":2}',
    '{"constructor":1,"prototype":2,"toString":3,"hasOwnProperty":4}',
    '{"":1," ":2}',
    '"{\\"a\\":1,\\"a\\":2}"',
  ])('takes names that only look alike: %s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each(['{"__proto__":1}', '[{"a":{"__proto__":{}}}]', String.raw`{"__pr\u006fto__":1}`])(
    'refuses the name that parsers lose: %s',
    (text) => {
      expect(refusal(text)).toMatchObject({
        code: 'Invalid',
        status: 422,
        errors: [{ reason: 'name is not allowed' }],
      });
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  it('takes __proto__ as a value, and as part of a name', () => {
    expect(parse('{"a":"__proto__","x__proto__":1}')).toEqual({ a: '__proto__', x__proto__: 1 });
  });

  it(`takes ${limits.jsonDepthMax} levels and refuses one more`, () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const objects = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    expect(() => parse(nested(limits.jsonDepthMax))).not.toThrow();
    expect(() => parse(objects(limits.jsonDepthMax))).not.toThrow();
    for (const text of [nested(limits.jsonDepthMax + 1), objects(limits.jsonDepthMax + 1)]) {
      expect(refusal(text)).toMatchObject({ code: 'BadRequest' });
      expect(refusal(text).message).toContain(String(limits.jsonDepthMax));
    }
  });

  it.each([
    ['members', (count: number) => `{${Array.from({ length: count }, (_, i) => `"${i}":1`)}}`],
    ['list items', (count: number) => `[${Array.from({ length: count }, () => 1)}]`],
    ['lists', (count: number) => `[${'[],'.repeat(count - 2)}[]]`],
  ])(`takes ${limits.jsonMembersMax} %s and refuses one more before it is parsed`, (_what, of) => {
    const most = of(limits.jsonMembersMax - (_what === 'lists' ? limits.jsonMembersMax / 2 : 0));
    expect(() => parse(most)).not.toThrow();
    const more = of(limits.jsonMembersMax + 1);
    // Cut, so that a parser would have called it invalid.
    expect(refusal(more.slice(0, -1))).toMatchObject({ code: 'TooLarge', status: 413 });
  });

  it('answers 3 MiB of open brackets as what they are, without deep recursion', () => {
    const startedAtMs = processorMs();
    expect(refusal('['.repeat(3 * 1024 * 1024)).code).toBe('BadRequest');
    expect(processorMs() - startedAtMs).toBeLessThan(5_000);
  });

  it('takes a long run of backslashes in time that grows with its length alone', () => {
    const startedAtMs = processorMs();
    expect(parse(`{"a":"${'\\\\'.repeat(500_000)}"}`)).toEqual({ a: '\\'.repeat(500_000) });
    expect(processorMs() - startedAtMs).toBeLessThan(1_000);
  });

  it('takes many escaped quotes in time that grows with their number alone', () => {
    const startedAtMs = processorMs();
    expect(parse(`["${'\\"'.repeat(500_000)}"]`)).toEqual(['"'.repeat(500_000)]);
    expect(processorMs() - startedAtMs).toBeLessThan(1_000);
  });

  it('refuses invalid UTF-8, a byte order mark and nothing at all', () => {
    expect(refusal(Buffer.from([0x22, 0xff, 0x22])).message).toBe('the body is not valid UTF-8');
    expect(refusal(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])).code).toBe('BadRequest');
    expect(refusal('\ufeff{}').code).toBe('BadRequest');
    expect(refusal('').code).toBe('BadRequest');
  });

  it('names a member in a pointer of RFC 6901, cut to a sane length', () => {
    expect(escapePointer('a/b~c')).toBe('a~1b~0c');
    expect(escapePointer('x'.repeat(5_000))).toHaveLength(320);
    const [error] = refusal('{"a":[{"b/c":{"d":1,"d":2}}]}').errors;
    expect(error?.pointer).toBe('/a/0/b~1c/d');
  });
});
