/** Octets not allowed in a path in any spelling: controls, `/`, `\`. */
// oxlint-disable-next-line no-control-regex
const REFUSED_OCTET = /[\u0000-\u001f\u007f/\\]/;
const UNRESERVED = /[A-Za-z0-9._~-]/;
const ESCAPE = /%([0-9A-Fa-f]{2})/g;
/** `pchar` of RFC 3986 and the slash; all other characters must be escaped. */
const PLAIN = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*$/;

/**
 * Returns the problem of a request target, or undefined. If a path has several spellings, all but
 * one are refused, because routers, proxies and the audit trail would interpret them differently.
 * Nothing is corrected.
 */
export function problemOfTarget(target: string | undefined): string | undefined {
  if (!target?.startsWith('/') || target.includes('#')) {
    return 'the request target must be a path, without a fragment';
  }
  const path = target.split('?', 1)[0] ?? '';
  if (!PLAIN.test(path)) return 'the path has characters that must be percent-encoded';
  return problemOfEscapes(path) ?? problemOfSegments(path);
}

function problemOfEscapes(path: string): string | undefined {
  if (!path.includes('%')) return undefined;
  if (path.replaceAll(ESCAPE, '').includes('%')) return 'the path has a malformed percent-encoding';
  for (const [, digits = ''] of path.matchAll(ESCAPE)) {
    const octet = String.fromCharCode(Number.parseInt(digits, 16));
    if (REFUSED_OCTET.test(octet)) return 'the path has an encoded slash or control character';
    if (UNRESERVED.test(octet)) return 'the path encodes a character that stands for itself';
  }
  try {
    decodeURIComponent(path);
    return undefined;
  } catch {
    return 'the path is not UTF-8';
  }
}

function problemOfSegments(path: string): string | undefined {
  if (path.includes('//')) return 'the path has an empty segment';
  const hasDots = path.split('/').some((segment) => segment === '.' || segment === '..');
  return hasDots ? 'the path has a dot segment' : undefined;
}
