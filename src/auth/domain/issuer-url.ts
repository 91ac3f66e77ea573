import { BlockList, isIP, isIPv6 } from 'node:net';

/** Link-local addresses, where clouds publish secrets to machines; IPv4-mapped ones included. */
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');

/** Reports whether the host part of a URL names this machine alone. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Returns what is wrong with an address of keys; undefined if it is valid. */
export function issuerUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return 'URL scheme must be https';
  }
  if (url.username !== '' || url.password !== '') {
    return 'URL must not contain a username or password';
  }
  if (text.includes('?')) return 'URL must not contain a query';
  if (text.includes('#')) return 'URL must not contain a fragment';
  return undefined;
}

/** Returns what is wrong with a keys URL, which unlike an issuer may have a query. */
export function keysUrlProblem(text: string): string | undefined {
  const problem = issuerUrlProblem(text.split('?', 1)[0] ?? '');
  if (problem !== undefined) return problem;
  return isLinkLocal(new URL(text).hostname) ? 'host must not be link-local' : undefined;
}

/**
 * Returns what is wrong with a discovery document's `jwks_uri`: an external document must not make
 * the gateway query services of this machine.
 */
export function discoveredKeysUrlProblem(text: string, discoveryUrl: string): string | undefined {
  const problem = keysUrlProblem(text);
  if (problem !== undefined) return problem;
  const isPlain = new URL(text).protocol === 'http:';
  return isPlain && !isLoopback(new URL(discoveryUrl).hostname)
    ? 'URL scheme must be https'
    : undefined;
}

function isLinkLocal(hostname: string): boolean {
  const address = hostname.replaceAll(/^\[|\]$/g, '');
  return isIP(address) !== 0 && linkLocal.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Returns the URL by OpenID Connect Discovery 1.0, section 4. */
export function discoveryUrlOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}
