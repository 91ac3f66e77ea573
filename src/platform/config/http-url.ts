const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

/**
 * Returns the problem of a URL for outgoing requests; undefined if there is none. `tls`: plain HTTP
 * is allowed only to loopback.
 */
export function httpUrlProblem(text: string, kind: 'tls' | 'any'): string | undefined {
  if (!URL.canParse(text)) return 'expected a URL';
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return 'expected a URL of https or http';
  if (kind === 'tls' && protocol === 'http:' && !LOOPBACK.test(hostname)) {
    return 'expected https; plain http goes to loopback only';
  }
  // The URL is shown to operators and logged.
  if (username !== '' || password !== '') return 'a URL holds no user and no password here';
  return hash === '' ? undefined : 'a URL to send to has no fragment';
}
