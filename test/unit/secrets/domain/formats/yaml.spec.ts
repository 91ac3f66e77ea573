import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderFormat } from '../../../../../src/secrets/domain/formats/render.js';
import { values } from '../secret.builder.js';
import { texts } from './texts.builder.js';

describe('yaml', () => {
  test.each(['1.1', '1.2'] as const)('parses back to the same strings as YAML %s', (version) => {
    fc.assert(
      fc.property(texts, (entries) => {
        const text = renderFormat(values(entries), { format: 'yaml' });
        expect(parse(text, { version })).toEqual({ ...entries });
      }),
    );
  });

  test.each(['null', 'true', 'no', '1', '0x1', '1e3', '.inf', '2026-01-01', '=', '<<', '~', 'y'])(
    'keeps %j a string, as key and as value',
    (word) => {
      const entries = { k: word, [/^[-._a-zA-Z0-9]+$/.test(word) ? word : 'x']: '' };
      const text = renderFormat(values(entries), { format: 'yaml' });
      expect(parse(text, { version: '1.1' })).toEqual(entries);
    },
  );

  test('escapes what is not printable, and every line break', () => {
    const text = renderFormat(values({ a: '\0\x7f\x85\u2028\ufeff\uffff\n\r' }), {
      format: 'yaml',
    });
    expect(text).toBe('"a": "\\u0000\\u007f\\u0085\\u2028\\ufeff\\uffff\\n\\r"\n');
  });
});
