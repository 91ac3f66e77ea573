import { expect, test } from 'vitest';
import { parsePem } from '../../../../src/secrets/domain/pem.js';

const block = (label: string, body: string) =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;

test('finds blocks in order, among other text, with CRLF and legacy headers', () => {
  const legacy = block('B', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nQUJD');
  const text = `x\n${block('A', 'QUJD\nREVG')}\ny\n${legacy}\n`;
  const found = [text, text.replaceAll('\n', '\r\n')].map((form) => parsePem(form));
  for (const blocks of found) {
    expect(blocks?.map(({ label, base64 }) => [label, base64])).toEqual([
      ['A', 'QUJDREVG'],
      ['B', 'QUJD'],
    ]);
  }
});

test.each([
  ['an open block', '-----BEGIN A-----\nQUJD'],
  ['an end alone', '-----END A-----'],
  ['labels that differ', '-----BEGIN A-----\nQUJD\n-----END B-----'],
  ['a block in a block', '-----BEGIN A-----\n-----BEGIN A-----\nQUJD\n-----END A-----'],
  ['an empty block', block('A', '')],
  ['what is not base64', block('A', 'QU*D')],
  ['cut base64', block('A', 'QUJ')],
])('refuses %s', (_title, text) => {
  expect(parsePem(text)).toBeUndefined();
});

test('text without blocks has none', () => {
  expect(parsePem('x')).toEqual([]);
});
