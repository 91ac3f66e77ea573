import { describe, expect, test } from 'vitest';
import { formatNames, renderFormat } from '../../../../../src/secrets/domain/formats/render.js';
import { marker, pointers, refusal, values } from '../secret.builder.js';

describe('every format', () => {
  test.each(formatNames)('%s sorts keys by code point and ends every line by LF', (format) => {
    const text = renderFormat(values({ b: '1', _a: '2', A: '3', a: 'x y' }), { format });
    expect(text.endsWith('\n')).toBe(true);
    const order = ['A', '_a', 'a', 'b'].map((name) => text.search(new RegExp(`\\b${name}\\b`)));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test.each(formatNames)(
    '%s names the keys that are not text, unless asked for base64',
    (format) => {
      const data = values({
        ok: marker,
        bad: new Uint8Array([255]),
        worse: new Uint8Array([0xc0]),
      });
      expect(pointers(() => renderFormat(data, { format }))).toEqual(['/data/bad', '/data/worse']);
      const text = renderFormat(data, { format, encoding: 'base64' });
      expect(text).toMatch(format === 'properties' ? '/w\\=\\=' : '/w==');
      expect(text).not.toContain(marker);
    },
  );

  test('names has no meaning but for variables', () => {
    const act = () => renderFormat(new Map(), { format: 'json', names: 'upper' });
    expect(refusal(act).code).toBe('BadRequest');
  });

  test('an empty Secret is an empty map', () => {
    const rendered = formatNames.map((format) => renderFormat(new Map(), { format }));
    expect(rendered).toEqual(['{}\n', '', '', '', '{}\n', '']);
  });
});
