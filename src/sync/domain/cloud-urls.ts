/** Returns the URL of a text: https, with a host, and nothing that a store has no use for. */
export function plainHttpsUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:') return undefined;
  const rest = url.username + url.password + url.search + url.hash;
  return rest === '' && url.pathname === '/' ? url : undefined;
}

/**
 * Reports whether a host belongs to a domain. A token of a cloud is good for each store of the
 * cloud: a host of somebody else must never get one.
 */
export function isInDomain({ hostname }: URL, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}
