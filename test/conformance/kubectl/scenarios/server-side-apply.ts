import type { KubectlScenario } from '../kubectl-scenario.js';

const configMap = (data: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: shared, labels: { app: web } }
data: { ${data} }
`;

export const serverSideApplyScenarios: readonly KubectlScenario[] = [
  {
    title: 'apply on the side of the server',
    async run(kubectl) {
      await kubectl.files({
        'ours.yaml': configMap('a: one, b: two'),
        'theirs.yaml': configMap('a: other, c: three'),
        'less.yaml': configMap('b: two'),
      });
      await kubectl.script`
        kubectl apply --server-side -f ours.yaml --dry-run=server
        kubectl apply --server-side -f ours.yaml
        kubectl apply --server-side -f ours.yaml
        kubectl get configmap shared -o yaml --show-managed-fields
        kubectl get configmap shared -o json --show-managed-fields=false
        ! kubectl apply --server-side -f theirs.yaml --field-manager=they
        kubectl apply --server-side -f theirs.yaml --field-manager=they --force-conflicts
        kubectl get configmap shared -o yaml --show-managed-fields
        ! kubectl apply --server-side -f ours.yaml -o yaml
        kubectl apply --server-side -f less.yaml
        kubectl get configmap shared -o jsonpath='{.data}{"\n"}'
        kubectl apply --server-side -f less.yaml -o json
      `;
    },
  },
  {
    title: 'from client side to server side',
    async run(kubectl) {
      await kubectl.files({
        'old.yaml': configMap('a: one, b: two'),
        'new.yaml': configMap('a: two'),
        'wrong.yaml': `${configMap('a: two')}surplus: 1\n`,
      });
      await kubectl.script`
        kubectl apply -f old.yaml
        kubectl apply --server-side -f new.yaml
        kubectl get configmap shared -o yaml --show-managed-fields
        ! kubectl apply --server-side -f wrong.yaml
        ! kubectl apply --server-side -f wrong.yaml --validate=false
        kubectl apply -f old.yaml
        kubectl get configmap shared -o yaml --show-managed-fields
      `;
    },
  },
];
