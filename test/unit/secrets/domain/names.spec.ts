import { describe, expect, test } from 'vitest';
import {
  annotationKeyReason,
  annotationsSizeReason,
  dataKeyReason,
  labelKeyReason,
  labelValueReason,
  namespaceReason,
  secretNameReason,
} from '../../../../src/secrets/domain/names.js';

const long = (count: number) => 'a'.repeat(count);
// Cases of apimachinery's own tests.
const rules = [
  {
    rule: secretNameReason,
    good: ['a', '1a', 'a--1', 'a.b-c.d', long(253)],
    bad: ['', 'A', '-a', 'a-', 'a..b', '.a', 'a_b', 'a\n', 'é', long(254)],
  },
  {
    rule: namespaceReason,
    good: ['a', '0', 'a-1', long(63)],
    bad: ['', 'A', 'a.b', 'a-', 'a b', long(64)],
  },
  {
    rule: dataKeyReason,
    good: [
      'a',
      '.a',
      '-',
      '_',
      'constructor',
      '__proto__',
      'tls.crt',
      '...'.slice(2) + 'x',
      long(253),
    ],
    bad: ['', '.', '..', '..a', 'a/b', 'a b', 'é', 'a\n', long(254)],
  },
  {
    rule: labelKeyReason,
    good: ['simple', '1234/5678', 'example.com/Uppercase_Is_OK_123', `${long(253)}/${long(63)}`],
    bad: ['', 'a-', 'only/one/slash', 'Example.com/abc', 'example.com/', '/simple', long(64)],
  },
  {
    rule: labelValueReason,
    good: ['', 'simple', '1234', 'A_b.c', long(63)],
    bad: ['-a', 'a-', 'rā', 'a\\b', long(64)],
  },
  { rule: annotationKeyReason, good: ['Example.com/Abc'], bad: ['a b', '/a'] },
];

describe.each(rules)('$rule.name', ({ rule, good, bad }) => {
  test.each(good)('takes %j, as Kubernetes does', (name) => {
    expect(rule(name)).toBeUndefined();
  });
  test.each(bad)('refuses %j with a reason, as Kubernetes does', (name) => {
    expect(rule(name)).toMatch(/must|valid/);
  });
});

test("uses Kubernetes' words", () => {
  expect(secretNameReason('A')).toBe(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or " +
      "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for " +
      "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  );
  expect(namespaceReason('a.b')).toBe('must not contain dots');
  expect(dataKeyReason('..')).toBe("must not be '..'");
  expect(dataKeyReason('..a')).toBe("must not start with '..'");
  expect(labelKeyReason('/a')).toBe('prefix part must be non-empty');
});

test('annotations may be 256 KiB in sum, counted in bytes, and no more', () => {
  expect(annotationsSizeReason({ ab: 'x'.repeat(256 * 1024 - 2) })).toBeUndefined();
  expect(annotationsSizeReason({ ab: 'é'.repeat(128 * 1024) })).toContain('262144 bytes');
});
