/** Names of the checks; all of them pass as long as this process responds. */
const checks: readonly string[] = ['ping', 'log', 'etcd'];
const PATH = /^\/(healthz|livez|readyz)(?:\/([a-z-]+))?$/;

/**
 * Returns the text of a health endpoint, or undefined for other paths.
 * https://kubernetes.io/docs/reference/using-api/health-checks/
 */
export function healthText(path: string, query: URLSearchParams): string | undefined {
  const [, endpoint, check] = PATH.exec(path) ?? [];
  if (endpoint === undefined) return undefined;
  if (check !== undefined) return checks.includes(check) ? 'ok' : undefined;
  if (!query.has('verbose')) return 'ok';
  return `${checks.map((name) => `[+]${name} ok\n`).join('')}${endpoint} check passed\n`;
}
