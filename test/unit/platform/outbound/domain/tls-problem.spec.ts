import { describe, expect, it } from 'vitest';
import { isTlsCode, tlsProblem } from '../../../../../src/platform/outbound/domain/tls-problem.js';

describe('why TLS came to nothing', () => {
  it.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name'],
    ['CERT_HAS_EXPIRED', 'expired'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown issuer'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'signed by itself'],
    ['EPROTO', 'does not agree on TLS'],
    [undefined, 'does not agree on TLS'],
  ])('says it for the code %s', (code, words) => {
    expect(tlsProblem(code)).toContain(words);
  });

  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', true],
    ['EPROTO', true],
    ['CERT_HAS_EXPIRED', true],
    ['ECONNRESET', false],
    ['constructor', false],
    [undefined, false],
  ])('tells the code %s from those of the network', (code, isOne) => {
    expect(isTlsCode(code)).toBe(isOne);
  });
});
