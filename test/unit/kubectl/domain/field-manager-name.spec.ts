import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { fieldManagerOf } from '../../../../src/kubectl/domain/field-manager-name.js';

/** As Node.js reads a header field. */
const asHeader = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('the field manager of a client', () => {
  it.each([
    ['kubectl/v1.37.2 (linux/amd64) kubernetes/abc', 'kubectl'],
    ['OpenAPI-Generator/31.0.0/python', 'OpenAPI-Generator'],
    ['my controller', 'my controller'],
    ['Mozilla/5.0', 'Mozilla'],
    ['kubéctl/1', 'kubéctl'],
    ['日本/1', '日本'],
    ['\u{1f600}/1', '\u{1f600}'],
    ['a\tb\u0000c\u007f/1', 'abc'],
    ['a\u00a0b\u200bc\u00add/1', 'abcd'],
    [' ', ' '],
  ])('is the product of its user agent: %j', (userAgent, manager) => {
    expect(fieldManagerOf(asHeader(userAgent))).toBe(manager);
  });

  it.each([undefined, '', '/', '/kubectl', '\t/1', '\u0000'])(
    'is unknown where there is none: %j',
    (userAgent) => {
      expect(fieldManagerOf(userAgent)).toBe('unknown');
    },
  );

  it('has at most 128 bytes, and no half character', () => {
    expect(fieldManagerOf('a'.repeat(129))).toBe('a'.repeat(128));
    expect(fieldManagerOf(asHeader(`${'a'.repeat(127)}éb`))).toBe('a'.repeat(127));
    expect(fieldManagerOf(asHeader('é'.repeat(65)))).toBe('é'.repeat(64));
  });
});
