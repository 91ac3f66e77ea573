import type { KubectlScenario } from '../../../conformance/kubectl/kubectl-scenario.js';

const raw = '/api/v1/namespaces/k-paths-of-secrets/secrets';

export const serverScenarios: readonly KubectlScenario[] = [
  {
    title: 'what Secrets are made of',
    async run(kubectl) {
      await kubectl.script`
        kubectl explain secret
        kubectl explain secret.data
        ! kubectl explain secret --api-version=none/v1
        kubectl api-resources
        kubectl api-resources --api-group= --namespaced -o wide
        kubectl api-resources --api-group= --verbs=list,watch -o name
        kubectl api-versions
      `;
    },
  },
  {
    title: 'paths of Secrets',
    async run(kubectl) {
      await kubectl.prepare('kubectl create secret generic db --from-literal=a=b');
      const withoutVersion = `sed 's/{"resourceVersion":"[0-9]*"}/{}/'`;
      await kubectl.run(`kubectl get --raw ${raw} | ${withoutVersion}`);
      await kubectl.run(`kubectl get --raw ${raw}/db`);
      await kubectl.run(
        `kubectl get --raw '${raw}?limit=1&labelSelector=none' | ${withoutVersion}`,
      );
      await kubectl.run(`! kubectl get --raw '${raw}?limit=many'`);
      await kubectl.run(`! kubectl get --raw '${raw}?resourceVersion=x'`);
      await kubectl.run(`! kubectl get --raw ${raw}/none`);
      await kubectl.run(`! kubectl get --raw ${raw}/Not_Valid`);
      await kubectl.script`
        kubectl get --raw /api
        kubectl get --raw /version
        kubectl config view
        kubectl config current-context
        ! kubectl get secrets --context=none
        ! kubectl get secrets --server=https://127.0.0.1:1
      `;
    },
  },
  {
    title: 'who may use Secrets',
    async run(kubectl) {
      await kubectl.tokenKubeconfig('garbage', 'not-a-token');
      await kubectl.script`
        kubectl auth can-i get secrets
        kubectl auth can-i get secret/db
        kubectl auth can-i delete secrets --quiet
        ! kubectl auth can-i get pods
        ! kubectl auth can-i create serviceaccounts --subresource=token
        ! kubectl auth can-i '*' '*'
        kubectl auth can-i get /version
        ! kubectl auth can-i get /metrics
        kubectl auth can-i --list
        kubectl auth whoami
        kubectl auth whoami -o yaml
        ! kubectl get secrets --kubeconfig=garbage.kubeconfig
      `;
    },
  },
  {
    title: 'who may not use Secrets',
    async run(kubectl) {
      await kubectl.files({
        'db.yaml': `
apiVersion: v1
kind: Secret
metadata: { name: db }
stringData: { a: b }
`,
      });
      await kubectl.prepare('cp $HOME/stranger.kubeconfig .');
      await kubectl.prepare(
        'kubectl config set-context --current --namespace=k-who-may-not-use-secrets ' +
          '--kubeconfig=stranger.kubeconfig',
      );
      await kubectl.script`
        kubectl create -f db.yaml
        ! kubectl get secret db --kubeconfig=stranger.kubeconfig
        ! kubectl get secrets --kubeconfig=stranger.kubeconfig
        ! kubectl get secrets -w --kubeconfig=stranger.kubeconfig
        ! kubectl create -f db.yaml --kubeconfig=stranger.kubeconfig
        ! kubectl apply -f db.yaml --kubeconfig=stranger.kubeconfig
        ! kubectl patch secret db -p '{}' --kubeconfig=stranger.kubeconfig
        ! kubectl delete secret db --kubeconfig=stranger.kubeconfig
        ! kubectl delete --raw /api/v1/namespaces/k-who-may-not-use-secrets/secrets \
          --kubeconfig=stranger.kubeconfig
        ! kubectl get namespaces --kubeconfig=stranger.kubeconfig
        ! kubectl auth can-i get secrets --kubeconfig=stranger.kubeconfig
        kubectl auth whoami --kubeconfig=stranger.kubeconfig
      `;
    },
  },
];
