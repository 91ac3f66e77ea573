import type { KubectlScenario } from '../kubectl-scenario.js';

const objects = `
apiVersion: v1
kind: Secret
metadata: { name: db }
stringData: { password: secret }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules:
  - { apiGroups: [''], resources: [secrets], resourceNames: [db], verbs: [get] }
  - { apiGroups: [''], resources: [configmaps], verbs: [get, list, create] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects:
  - { apiGroup: rbac.authorization.k8s.io, kind: User, name: alice }
  - { apiGroup: rbac.authorization.k8s.io, kind: Group, name: friends }
`;

export const accessScenarios: readonly KubectlScenario[] = [
  {
    title: 'auth',
    async run(kubectl) {
      await kubectl.files({ 'objects.yaml': objects });
      await kubectl.script`
        kubectl apply -f objects.yaml
        kubectl auth can-i get secrets
        kubectl auth can-i '*' '*' --all-namespaces
        kubectl auth can-i get secret/db --as=alice
        ! kubectl auth can-i get secrets --as=alice
        ! kubectl auth can-i delete secret/db --as=alice
        ! kubectl auth can-i list secrets --as=bob
        kubectl auth can-i list configmaps --as=bob --as-group=friends
        kubectl auth can-i create configmaps --as=alice -q
        ! kubectl auth can-i get /metrics --as=alice
        kubectl auth can-i get /version --as=alice
        ! kubectl auth can-i get pods --subresource=log --as=alice
        ! kubectl auth can-i get nonsense --as=alice
        kubectl auth can-i --list --as=alice
        kubectl auth can-i --list --as=bob --as-group=friends --no-headers
        kubectl auth can-i --list
        kubectl auth whoami
        kubectl auth whoami --as=alice --as-group=friends --as-uid=7 --as-user-extra=k=v -o yaml
        kubectl auth whoami --as=alice -o json
      `;
    },
  },
  {
    title: 'refused users',
    async run(kubectl) {
      await kubectl.files({
        'objects.yaml': objects,
        'new.yaml': objects.split('---')[0]?.replace('name: db', 'name: new') ?? '',
        'more.yaml': `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: more }
rules: [{ apiGroups: [''], resources: [secrets], verbs: ['*'] }]
`,
      });
      await kubectl.tokenKubeconfig('stranger', 'not-a-token');
      await kubectl.script`
        kubectl apply -f objects.yaml
        kubectl get secret db --as=alice
        ! kubectl get secrets --as=alice
        ! kubectl get secret other --as=alice
        ! kubectl get secret db --as=bob
        ! kubectl get secrets -A --as=bob
        ! kubectl get secrets -w --as=bob
        ! kubectl get namespaces --as=bob
        ! kubectl create -f new.yaml --as=alice
        ! kubectl apply -f objects.yaml --as=alice
        ! kubectl apply --server-side -f new.yaml --as=alice
        ! kubectl replace -f objects.yaml --as=alice
        ! kubectl patch secret db -p '{}' --as=alice
        ! kubectl label secret db a=b --as=alice
        ! kubectl edit secret db --as=bob
        ! kubectl delete secret db --as=alice
        ! kubectl delete secrets --all --as=alice
        ! kubectl describe secret db --as=bob
        ! kubectl create token default --as=bob
        ! kubectl create -f more.yaml --as=alice
        ! kubectl get --raw /metrics --as=bob
        ! kubectl get secrets --as=bob --as-group=system:nonsense
        ! kubectl get secrets --as-group=friends
        ! kubectl get secrets --kubeconfig=stranger.kubeconfig
        ! kubectl apply -f new.yaml --kubeconfig=stranger.kubeconfig
        ! kubectl auth whoami --kubeconfig=stranger.kubeconfig
        kubectl create clusterrole k-grant --verb=create,get,patch --resource=roles
        kubectl create rolebinding grants --clusterrole=k-grant --user=carol
        ! kubectl create -f more.yaml --as=carol
        ! kubectl create rolebinding mine --role=reader --user=carol --as=carol
        kubectl delete clusterrole k-grant
      `;
    },
  },
];
