import { deployment } from './manifests.js';
import type { KubectlScenario } from '../kubectl-scenario.js';

const objects = `
apiVersion: v1
kind: Secret
metadata: { name: db, labels: { app: web, tier: data }, annotations: { note: hello } }
stringData: { password: secret, user: me }
---
apiVersion: v1
kind: Secret
metadata: { name: robot-token, annotations: { kubernetes.io/service-account.name: robot } }
type: kubernetes.io/service-account-token
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { a: one, text: "two\\nlines\\n" }
binaryData: { bytes: AAEC }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: robot }
secrets: [{ name: robot-token }]
imagePullSecrets: [{ name: pull }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, labels: { app: web } }
rules:
  - { apiGroups: [''], resources: [secrets, configmaps], verbs: [get, list] }
  - { apiGroups: [''], resources: [secrets], resourceNames: [db], verbs: [update] }
  - { apiGroups: [apps], resources: [deployments/scale], verbs: ['*'] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects:
  - { kind: ServiceAccount, name: robot, namespace: default }
  - { apiGroup: rbac.authorization.k8s.io, kind: User, name: alice }
`;

const event = `
apiVersion: v1
kind: Event
metadata: { name: settings.1 }
involvedObject:
  { apiVersion: v1, kind: ConfigMap, name: settings, namespace: k-describe, uid: the-uid }
reason: Rotated
message: the value has changed
type: Normal
count: 3
firstTimestamp: "2026-01-01T00:00:00Z"
lastTimestamp: "2026-01-02T00:00:00Z"
source: { component: test }
`;

export const describeScenarios: readonly KubectlScenario[] = [
  {
    title: 'describe',
    async run(kubectl) {
      await kubectl.files({
        'objects.yaml': objects,
        'deployment.yaml': deployment,
        'event.yaml': event,
      });
      await kubectl.script`
        kubectl apply -f objects.yaml
        kubectl apply -f deployment.yaml
        kubectl describe secret db
        kubectl describe secrets
        kubectl describe secret robot-token --show-events=false
        kubectl describe configmap settings
        sed "s/the-uid/$(kubectl get configmap settings -o jsonpath={.metadata.uid})/" event.yaml \
          | kubectl create -f -
        kubectl describe configmap settings
        kubectl events
        kubectl events --for=configmap/settings --types=Normal
        kubectl events --types=Warning
        kubectl describe serviceaccount robot
        kubectl describe role reader
        kubectl describe rolebinding readers
        kubectl describe namespace k-describe
        kubectl describe deployment web
        kubectl describe -f deployment.yaml
        kubectl describe secret -l tier=data
        kubectl describe secret d
        kubectl describe clusterrole view
        kubectl describe clusterrolebinding cluster-admin
        kubectl get events
        kubectl get deployments -o wide
        ! kubectl describe secret none
        ! kubectl describe secret none db
        kubectl describe secrets -n none
      `;
    },
  },
];
