import { describe, expect, it } from 'vitest';
import { warningHeaders } from '../../src/http/warnings.js';

describe('warningHeaders', () => {
  it('quotes each text once', () => {
    expect(warningHeaders(['unknown field "a"', 'unknown field "a"', 'x\\y'])).toEqual([
      '299 - "unknown field \\"a\\""',
      '299 - "x\\\\y"',
    ]);
  });

  it('lets no line end or byte through that a header cannot hold', () => {
    expect(warningHeaders(['a\r\nSet-Cookie: é'])).toEqual(['299 - "a  Set-Cookie:  "']);
  });
});
