import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderFormat } from '../../../../../src/secrets/domain/formats/render.js';
import { values } from '../secret.builder.js';
import { texts } from './texts.builder.js';

describe('json', () => {
  test('parses back to the same texts', () => {
    fc.assert(
      fc.property(texts, (entries) => {
        const text = renderFormat(values(entries), { format: 'json' });
        expect(JSON.parse(text)).toEqual({ ...entries });
      }),
    );
  });

  test('keeps the order of keys that look like numbers, and a key __proto__', () => {
    const data = new Map([
      ...values({ '9': 'a', '-': 'b' }),
      ['__proto__', [...values({ a: '' }).values()][0]!],
    ]);
    expect(renderFormat(data, { format: 'json' })).toBe('{"-":"b","9":"a","__proto__":""}\n');
  });
});
