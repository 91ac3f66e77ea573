import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderFormat } from '../../../../../src/secrets/domain/formats/render.js';
import { values } from '../secret.builder.js';
import { texts } from './texts.builder.js';

type Texts = Record<string, string>;

describe('properties', () => {
  test('escapes as java.util.Properties.store does', () => {
    const data = values({ a: '  x = #!:\\\t\n\r\f', b: 'é😀\x7f', '#k': 'v' });
    expect(renderFormat(data, { format: 'properties' })).toBe(
      '\\#k=v\na=\\  x \\= \\#\\!\\:\\\\\\t\\n\\r\\f\nb=\\u00E9\\uD83D\\uDE00\\u007F\n',
    );
  });

  test('is ASCII without raw breaks, and loads back by the rules of Properties.load', () => {
    fc.assert(
      fc.property(texts, (entries) => {
        const text = renderFormat(values(entries), { format: 'properties' });
        expect(text).toMatch(/^[\n -~]*$/);
        expect(load(text)).toEqual({ ...entries });
      }),
    );
  });
});

/** The part of `Properties.load` that one-line entries need. */
function load(text: string): Texts {
  const lines = text.split('\n').slice(0, -1);
  const pairs = lines.map((line) => {
    const match = /^((?:\\.|[^\\=: ])*)=[ ]*(.*)$/.exec(line);
    return [unescaped(match?.[1] ?? ''), unescaped(match?.[2] ?? '')] as const;
  });
  return Object.fromEntries(pairs);
}

function unescaped(text: string): string {
  const named: Texts = { t: '\t', n: '\n', r: '\r', f: '\f' };
  return text.replaceAll(/\\(?:u([0-9A-F]{4})|(.))/g, (_all, code?: string, one?: string) =>
    code === undefined ? (named[one ?? ''] ?? one ?? '') : String.fromCharCode(parseInt(code, 16)),
  );
}
