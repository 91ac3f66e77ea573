/** Where the API of Kubernetes is served. */
export const KUBERNETES_PATH = '/kubernetes';

/** Whether a request target is one of that API; errors are answered in its words there. */
export function isKubernetesPath(target: string): boolean {
  const [path = ''] = target.split('?', 1);
  return path === KUBERNETES_PATH || path.startsWith(`${KUBERNETES_PATH}/`);
}
