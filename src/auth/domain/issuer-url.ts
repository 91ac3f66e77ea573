import { BlockList, isIP, isIPv6 } from 'node:net';

/** Of this network alone: where clouds tell their machines secrets. IPv4-mapped ones, too. */
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');

/** True for the host part of a URL that names this machine alone. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** What is wrong with an address that keys are fetched from; undefined where nothing is. */
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

/** What is wrong with an address of keys, which unlike an issuer may have a query. */
export function keysUrlProblem(text: string): string | undefined {
  const problem = issuerUrlProblem(text.split('?', 1)[0] ?? '');
  if (problem !== undefined) return problem;
  return isLinkLocal(new URL(text).hostname) ? 'host must not be link-local' : undefined;
}

/**
 * The same for the `jwks_uri` of a discovery document: one from elsewhere must not make us ask
 * what listens on this machine.
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

/** OpenID Connect Discovery 1.0, section 4. */
export function discoveryUrlOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}
