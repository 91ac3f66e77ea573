import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseTemplate,
  percentEncoded,
} from '../../../../../src/rotation/domain/generated/template.js';

describe('a template', () => {
  test('has places with names and filters, and everything else as it is', () => {
    const text = '{"a":{"b":"{{a.b-c_D | urlencode|base64 }}"}}{{ x }}';
    expect(parseTemplate(text)).toEqual({
      parts: [
        { literal: '{"a":{"b":"' },
        { name: 'a.b-c_D', filters: ['urlencode', 'base64'] },
        { literal: '"}}' },
        { name: 'x', filters: [] },
        { literal: '' },
      ],
    });
  });

  test.each(['', ' } {', 'a }} b', '{ { a }}'])('may be %j, without a place', (text) => {
    expect(parseTemplate(text)).toEqual({ parts: [{ literal: text }] });
  });

  test.each([
    ['{{ a', 'must close each {{ with }}'],
    ['{{ a }} {{', 'must close each {{ with }}'],
    ['{{ {{ a }} }}', 'must close each {{ with }}'],
    ['{{}}', 'must have a name between {{ and }}'],
    ['{{ a b }}', 'must have a name between {{ and }}'],
    ['{{ | base64 }}', 'must have a name between {{ and }}'],
    [`{{ ${'a'.repeat(254)} }}`, 'must have a name between {{ and }}'],
    ['{{ a | upper }}', 'must have no filters but urlencode and base64'],
    ['{{ a | }}', 'must have no filters but urlencode and base64'],
    ['{{ a | toString }}', 'must have no filters but urlencode and base64'],
  ])('is refused where it is %j', (text, problem) => {
    expect(parseTemplate(text)).toEqual({ problem });
  });
});

describe('percent-encoding', () => {
  test("leaves nothing but RFC 3986's unreserved characters as it is", () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('');
    const left = percentEncoded(ascii).replaceAll(/%[0-9A-F]{2}/g, '');
    expect(left).toBe('-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~');
    expect(percentEncoded("é!'()*")).toBe('%C3%A9%21%27%28%29%2A');
  });

  test('gives any text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeURIComponent(percentEncoded(text))).toBe(text);
      }),
    );
  });
});
