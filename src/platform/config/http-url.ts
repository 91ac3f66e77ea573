const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

/**
 * What is wrong with a URL that requests are sent to; undefined if nothing. `tls`: plain HTTP goes
 * no further than loopback.
 */
export function httpUrlProblem(text: string, kind: 'tls' | 'any'): string | undefined {
  if (!URL.canParse(text)) return 'expected a URL';
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return 'expected a URL of https or http';
  if (kind === 'tls' && protocol === 'http:' && !LOOPBACK.test(hostname)) {
    return 'expected https; plain http goes to loopback only';
  }
  // It is shown to operators, and in the log.
  if (username !== '' || password !== '') return 'a URL holds no user and no password here';
  return hash === '' ? undefined : 'a URL to send to has no fragment';
}
