import type { KubectlScenario } from '../kubectl-scenario.js';

const configMaps = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  .map(
    (name) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, labels: { name: ${name}, all: yes } }
`,
  )
  .join('---');

const held = `
apiVersion: v1
kind: ConfigMap
metadata: { name: held, finalizers: [example.com/hold] }
`;

export const deleteScenarios: readonly KubectlScenario[] = [
  {
    title: 'delete',
    async run(kubectl) {
      await kubectl.files({
        'all.yaml': configMaps.replaceAll('all: yes', 'all: "yes"'),
        'held.yaml': held,
        'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }',
      });
      await kubectl.script`
        kubectl apply -f all.yaml
        kubectl delete -f a.yaml --dry-run=server
        kubectl delete -f a.yaml --dry-run=client
        kubectl delete -f a.yaml
        ! kubectl delete -f a.yaml
        kubectl delete -f a.yaml --ignore-not-found
        kubectl delete configmap b
        kubectl delete configmap/c -o name
        kubectl delete configmaps -l name=d --wait
        kubectl delete configmaps -l name=d
        ! kubectl delete configmap d
        ! kubectl delete configmap d e
        kubectl delete configmap d --ignore-not-found
        kubectl delete configmap f --cascade=orphan --wait=false
        kubectl delete configmap g --cascade=foreground --wait=false
        kubectl delete configmap h --now
        kubectl delete configmaps --field-selector metadata.name=h
        kubectl apply -f held.yaml
        kubectl delete configmap held --wait=false
        kubectl get configmap held -o yaml
        ! kubectl delete configmap held --timeout=1s
        kubectl patch configmap held --type=json \
          -p '[{"op":"remove","path":"/metadata/finalizers"}]'
        ! kubectl get configmap held
        kubectl create -f a.yaml
        kubectl delete --raw /api/v1/namespaces/k-delete/configmaps/a
        ! kubectl delete --raw /api/v1/namespaces/k-delete/configmaps/a
        kubectl delete secrets --all
        ! kubectl delete configmap
        ! kubectl delete configmap a --all
      `;
    },
  },
];
