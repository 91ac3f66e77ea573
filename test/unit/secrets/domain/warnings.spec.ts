import { expect, test } from 'vitest';
import { lineEndWarnings } from '../../../../src/secrets/domain/warnings.js';
import { marker, values } from './secret.builder.js';

test('warns of one line that ends in LF, naming the key and nothing of the value', () => {
  const warnings = lineEndWarnings(values({ b: `${marker}\n`, a: `${marker}\r\n`, c: '\n' }));
  expect(warnings.map((text) => /value of (\w)/.exec(text)?.[1])).toEqual(['a', 'b', 'c']);
  expect(warnings.join()).not.toContain(marker);
});

test('is silent about several lines, lines without end, PEM, and nothing at all', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const data = values({
    a: 'x\ny\n',
    b: 'x',
    c: pem,
    d: '',
    e: '-----BEGIN X-----AA-----END X-----\n',
  });
  expect(lineEndWarnings(data)).toEqual([]);
});

test('fits into a quoted header value', () => {
  for (const text of lineEndWarnings(values({ 'a.b-c_d': 'x\n' }))) {
    expect(text).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  }
});
