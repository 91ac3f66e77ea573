/** Path of the Kubernetes API. */
export const KUBERNETES_PATH = '/kubernetes';

/** Reports whether a request target is of that API; errors are worded as Kubernetes' there. */
export function isKubernetesPath(target: string): boolean {
  const [path = ''] = target.split('?', 1);
  return path === KUBERNETES_PATH || path.startsWith(`${KUBERNETES_PATH}/`);
}
