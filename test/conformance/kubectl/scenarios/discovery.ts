import type { KubectlScenario } from '../kubectl-scenario.js';

export const discoveryScenarios: readonly KubectlScenario[] = [
  {
    title: 'discovery',
    async run(kubectl) {
      await kubectl.script`
        kubectl api-resources
        kubectl api-resources -o wide
        kubectl api-resources -o name --sort-by=name
        kubectl api-resources --api-group=rbac.authorization.k8s.io
        kubectl api-resources --api-group=rbac.authorization.k8s.io --namespaced=false -o wide
        kubectl api-resources --api-group= --namespaced -o name
        kubectl api-resources --api-group=apps --verbs=list,get --no-headers
        kubectl api-resources --api-group=none
        kubectl api-resources --categories=all -o name
        kubectl api-versions
        kubectl explain secret
        kubectl explain secret --recursive
        kubectl explain secret.metadata.ownerReferences
        kubectl explain configmap.data
        kubectl explain role.rules --recursive
        kubectl explain rolebindings --recursive
        kubectl explain serviceaccount --recursive
        kubectl explain deployment.spec --recursive
        kubectl explain deployments --api-version=apps/v1
        kubectl explain crd.spec.versions
        kubectl explain secret --output=plaintext-openapiv2 || true
        ! kubectl explain secret.none
        ! kubectl explain nonsense
        ! kubectl explain secret --api-version=none/v1
      `;
    },
  },
  {
    title: 'the server itself',
    async run(kubectl) {
      await kubectl.script`
        kubectl version
        kubectl version -o yaml
        kubectl cluster-info || true
        kubectl config view
        kubectl config current-context
        kubectl get --raw /version
        kubectl get --raw /healthz
        kubectl get --raw /livez
        kubectl get --raw /readyz
        kubectl get --raw '/readyz?verbose' | tail -1
        kubectl get --raw /api
        kubectl get --raw /openid/v1/jwks
        kubectl get --raw /.well-known/openid-configuration
        kubectl get --raw /api/v1/namespaces/none/secrets
        ! kubectl get --raw /nonsense
        ! kubectl get --raw /api/v1/nonsense
        ! kubectl get --raw /api/v1/namespaces/none/secrets/none
        ! kubectl get --raw /apis/none.example.com/v1
        ! kubectl get secrets --server=https://127.0.0.1:1
        ! kubectl get secrets --context=none
      `;
    },
  },
];
