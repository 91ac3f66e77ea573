import type { KubectlScenario } from '../kubectl-scenario.js';

export const createScenarios: readonly KubectlScenario[] = [
  {
    title: 'create secret',
    async run(kubectl) {
      await kubectl.files({ 'a.txt': 'one', 'dir/b.txt': 'two\n', 'env.txt': 'X=1\nY=2\n' });
      await kubectl.prepare(
        'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test ' +
          '-keyout tls.key -out tls.crt -days 1',
      );
      await kubectl.script`
        kubectl create secret generic literals --from-literal=a=one --from-literal=b='two words'
        ! kubectl create secret generic literals --from-literal=a=one
        kubectl get secret literals -o yaml --show-managed-fields
        kubectl create secret generic files --from-file=a.txt --from-file=key=dir/b.txt \
          --from-file=dir
        kubectl get secret files -o jsonpath='{.data}'
        kubectl create secret generic env --from-env-file=env.txt --type=example.com/env -o yaml
        kubectl create secret tls pair --cert=tls.crt --key=tls.key
        kubectl get secret pair -o custom-columns=TYPE:.type,NAME:.metadata.name
        kubectl create secret docker-registry pull --docker-server=registry.example.com \
          --docker-username=me --docker-password=secret --docker-email=me@example.com
        kubectl get secret pull -o go-template='{{index .data ".dockerconfigjson" | base64decode}}'
        kubectl create secret generic empty
        kubectl create secret generic dry --from-literal=a=b --dry-run=server -o yaml
        kubectl create secret generic dry --from-literal=a=b --dry-run=client -o yaml
        kubectl create secret generic dry --from-literal=a=b --dry-run=server
        ! kubectl create secret generic Upper --from-literal=a=b
        ! kubectl create secret generic bad --from-literal='a b=c'
        ! kubectl create secret generic elsewhere --from-literal=a=b -n none
        ! kubectl create secret tls pair2 --cert=tls.key --key=tls.key
        ! kubectl create secret generic a --type=kubernetes.io/tls --from-literal=a=b
        ! kubectl create secret generic a --type=kubernetes.io/basic-auth --from-literal=a=b
        kubectl create secret generic hashed --append-hash --from-literal=a=b
        kubectl get secrets
      `;
    },
  },
  {
    title: 'create other kinds',
    async run(kubectl) {
      await kubectl.files({
        'generated.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: some- }',
        'review.json': JSON.stringify({
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { verb: 'get', resource: 'secrets' } },
        }),
        'list.yaml': `
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: listed } }
  - { apiVersion: v1, kind: Secret, metadata: { name: listed } }
`,
      });
      await kubectl.script`
        kubectl create namespace k-created
        ! kubectl create namespace k-created
        ! kubectl create namespace Not_Valid
        kubectl get namespace k-created -o yaml
        kubectl create configmap settings --from-literal=a=one
        kubectl create configmap settings2 --from-literal=a=one -o json
        kubectl create serviceaccount robot
        kubectl create sa robot2 -o yaml --dry-run=server
        kubectl create role reader --verb=get,list --resource=secrets --resource-name=db
        kubectl get role reader -o yaml
        kubectl create role deployer --verb='*' --resource=deployments.apps,deployments/scale
        ! kubectl create role none --verb=get --resource=nonsense
        kubectl create role flyer --verb=fly --resource=secrets
        kubectl create rolebinding readers --role=reader --serviceaccount=default:robot --user=alice
        kubectl create rolebinding viewers --clusterrole=view --group=friends -o yaml
        kubectl create clusterrole k-secrets --verb=get --resource=secrets \
          --non-resource-url=/healthz
        kubectl create clusterrole k-sum --aggregation-rule=k=secrets -o yaml
        kubectl create clusterrolebinding k-secrets --clusterrole=k-secrets --user=alice
        kubectl get clusterrolebinding k-secrets -o wide
        kubectl create token robot | sed 's/^ey.*\..*\..*$/a token/'
        kubectl create token robot --duration=20m --audience=other | sed 's/^ey.*\..*\..*$/a token/'
        kubectl create token robot --duration=20m -o yaml
        ! kubectl create token none
        ! kubectl create token robot --duration=1s
        kubectl create -f generated.yaml -o name | sed 's/-.....$/-xxxxx/'
        kubectl create -f list.yaml
        ! kubectl create -f list.yaml
        kubectl create deployment web --image=web:1 --replicas=2
        kubectl get deployment web -o jsonpath='{.spec.replicas} {.spec.selector}{"\n"}'
        kubectl scale deployment web --replicas=5
        kubectl scale deployment web --replicas=5 --current-replicas=1 || true
        kubectl get deployment web -o jsonpath='{.spec.replicas}{"\n"}'
        ! kubectl scale deployment none --replicas=1
        ! kubectl scale deployment web --replicas=-1
        ! kubectl scale configmap settings --replicas=1
        kubectl set image deployment/web web=web:2
        kubectl set serviceaccount deployment web robot
        kubectl rollout restart deployment web
        kubectl run job --image=job:1 --restart=Never
        kubectl get pod job
        kubectl get pods,deployments -l run=job -o name
        ! kubectl logs none
        ! kubectl exec none -- true
        ! kubectl top pods
        kubectl delete pod job --now
        kubectl create --raw /apis/authorization.k8s.io/v1/selfsubjectaccessreviews -f review.json
        kubectl delete clusterrole k-secrets k-sum
        kubectl delete clusterrolebinding k-secrets
        kubectl delete namespace k-created --wait=false
      `;
    },
  },
];
