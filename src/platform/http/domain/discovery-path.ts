import { KUBERNETES_PATH } from './kubernetes-path.js';

const DISCOVERY = /^\/(version|api(\/v1)?|apis(\/[^/]+){0,2}|openapi\/(v2|v3(\/[^/]+){0,4}))$/;

/**
 * Reports whether Kubernetes describes itself at a request target, equally to all users:
 * impersonation makes no difference there.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/
 */
export function isDiscoveryPath(target: string): boolean {
  const [path = ''] = target.split('?', 1);
  return path.startsWith(KUBERNETES_PATH) && DISCOVERY.test(path.slice(KUBERNETES_PATH.length));
}
