const PROBLEMS: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown issuer',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is of an unknown issuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an unknown issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown issuer',
};

/**
 * Explains why TLS with a server failed, by the code of Node's error: its message quotes the
 * certificate.
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
export function tlsProblem(code: string | undefined): string {
  return (code !== undefined && PROBLEMS[code]) || 'it does not agree on TLS';
}

/** Reports whether an error's code is about TLS itself, whenever it occurs. */
export function isTlsCode(code: string | undefined): boolean {
  return (
    code !== undefined &&
    (code === 'EPROTO' || /^ERR_(SSL|TLS)_/.test(code) || Object.hasOwn(PROBLEMS, code))
  );
}
