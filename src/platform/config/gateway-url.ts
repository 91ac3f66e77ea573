/** Path that kubeconfigs append to the URL of the gateway. */
const FACADE = '/kubernetes';

/**
 * Returns the problem of the URL by which clients connect to the gateway; undefined if there is
 * none. The URL must use https, because kubectl and client-go send no credentials over plain http.
 */
export function gatewayUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'expected a URL';
  const { protocol, pathname, username, password, search, hash } = new URL(text);
  if (protocol !== 'https:') return 'expected https: kubectl sends no token over plain http';
  if (username !== '' || password !== '') return 'a URL holds no user and no password here';
  if (search !== '' || hash !== '') return 'a URL has no query and no fragment here';
  if (pathname.replace(/\/+$/, '').endsWith(FACADE)) return `without ${FACADE}, which is added`;
  return undefined;
}
