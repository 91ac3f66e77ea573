import type { KubectlScenario } from '../../../conformance/kubectl/kubectl-scenario.js';

const named = (name: string) => `
apiVersion: v1
kind: Secret
metadata: { name: ${name}, labels: { name: ${name} } }
stringData: { a: ${name} }
`;

const held = named('held').replace('labels:', 'finalizers: [example.com/hold], labels:');

export const deletingScenarios: readonly KubectlScenario[] = [
  {
    title: 'deletion of Secrets',
    async run(kubectl) {
      await kubectl.files({
        'all.yaml': ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(named).join('---'),
        'held.yaml': held,
        'a.yaml': named('a'),
      });
      await kubectl.script`
        kubectl create -f all.yaml
        kubectl delete -f a.yaml --dry-run=server
        kubectl delete -f a.yaml --dry-run=client
        kubectl delete -f a.yaml
        kubectl delete secret b --wait
        kubectl delete secrets -l name=d --wait=false
        kubectl delete secret f --cascade=background --wait=false
        kubectl delete secret g --now
        kubectl delete secrets --field-selector metadata.name=h
        kubectl create -f held.yaml
        kubectl delete secret held --wait=false
        kubectl get secret held -o yaml
        ! kubectl delete secret held --timeout=1s
        kubectl patch secret held --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'
        kubectl create -f a.yaml
        kubectl delete --raw /api/v1/namespaces/k-deletion-of-secrets/secrets/a
        ! kubectl delete --raw /api/v1/namespaces/k-deletion-of-secrets/secrets/a
        kubectl apply -f all.yaml -o name
        kubectl delete --raw \
          '/api/v1/namespaces/k-deletion-of-secrets/secrets?labelSelector=name%20in%20(a,b)'
        kubectl get secrets -o name
        kubectl delete secrets --all
      `;
    },
  },
];
