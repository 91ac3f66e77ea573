import type { KubectlScenario } from '../../../conformance/kubectl/kubectl-scenario.js';

const shared = (data: string) => `
apiVersion: v1
kind: Secret
metadata: { name: shared, labels: { app: web } }
data: { ${data} }
`;

const colours = (colour: string, labels = 'set: one') => `
apiVersion: v1
kind: Secret
metadata: { name: colours, labels: { ${labels} } }
stringData: { a: ${colour}, b: orange }
`;

const frozen = `
apiVersion: v1
kind: Secret
metadata: { name: kept }
immutable: true
data: { a: cmVk }
`;

export const writingScenarios: readonly KubectlScenario[] = [
  {
    title: 'apply of Secrets on the side of the server',
    async run(kubectl) {
      await kubectl.files({
        'ours.yaml': shared('a: b25l, b: dHdv'),
        'theirs.yaml': shared('a: b3RoZXI=, c: dGhyZWU='),
        'less.yaml': shared('b: dHdv'),
      });
      await kubectl.script`
        kubectl apply --server-side -f ours.yaml --dry-run=server
        kubectl apply --server-side -f ours.yaml
        kubectl apply --server-side -f ours.yaml
        kubectl get secret shared -o yaml --show-managed-fields
        ! kubectl apply --server-side -f theirs.yaml --field-manager=they
        kubectl apply --server-side -f theirs.yaml --field-manager=they --force-conflicts
        kubectl get secret shared -o yaml --show-managed-fields
        ! kubectl apply --server-side -f ours.yaml -o yaml
        kubectl apply --server-side -f less.yaml
        kubectl get secret shared -o jsonpath='{.data}{"\n"}'
      `;
    },
  },
  {
    title: 'apply of Secrets by sets',
    async run(kubectl) {
      await kubectl.files({
        'both.yaml': [
          colours('red', 'set: all'),
          shared('a: eA==').replace('app: web', 'set: all'),
        ].join('---'),
        'one.yaml': colours('red', 'set: all'),
      });
      await kubectl.script`
        kubectl apply -f both.yaml
        kubectl apply -f one.yaml --prune -l set=all --prune-allowlist=core/v1/Secret
        kubectl get secrets -l set=all -o name
        KUBECTL_APPLYSET=true kubectl apply -f both.yaml --prune --applyset=mine \
          -n k-apply-of-secrets-by-sets
        KUBECTL_APPLYSET=true kubectl apply -f one.yaml --prune --applyset=mine \
          -n k-apply-of-secrets-by-sets
        kubectl get secrets
        kubectl get secret mine -o yaml
      `;
    },
  },
  {
    title: 'edit of Secrets',
    async run(kubectl) {
      await kubectl.files({ 'secrets.yaml': [colours('red'), frozen].join('---') });
      await kubectl.script`
        kubectl apply -f secrets.yaml
        EDITOR='sed -i s/b3Jhbmdl/eWVsbG93/' kubectl edit secret colours
        kubectl get secret colours -o yaml
        ! EDITOR='sed -i "s/b: eWVsbG93/b: [eWVsbG93]/"' kubectl edit secret colours
        KUBE_EDITOR='sed -i s/cmVk/cGluaw==/' kubectl edit secret colours -o json
        EDITOR='sed -i "s/a: cGluaw==/a: cm9zZQ==/"' kubectl edit secret colours --output-patch
        EDITOR='sed -i "s/a: cm9zZQ==/a: cnVieQ==/"' kubectl edit secret colours \
          --save-config --windows-line-endings
        kubectl get secret colours -o yaml --show-managed-fields
        ! EDITOR='sed -i "s/a: cmVk/a: Ymx1ZQ==/"' kubectl edit secret kept
        ! EDITOR='sed -i "s/name: colours/name: renamed/"' kubectl edit secret colours
      `;
    },
  },
  {
    title: 'patches of Secrets',
    async run(kubectl) {
      await kubectl.files({
        'secrets.yaml': [colours('red'), frozen].join('---'),
        'patch.yaml': 'stringData: { c: brown }',
      });
      await kubectl.script`
        kubectl apply -f secrets.yaml
        kubectl patch secret colours -p '{"stringData":{"a":"green"}}'
        kubectl patch secret colours -p '{"stringData":{"a":"green"}}'
        kubectl patch secret colours --type=strategic -p '{"data":{"a":null,"z":"eg=="}}' -o yaml
        kubectl patch secret colours --type=merge -p '{"data":{"b":null}}' -o yaml
        kubectl patch secret colours --type=json -p '[{"op":"add","path":"/data/d","value":"eA=="}]'
        kubectl patch secret colours --patch-file patch.yaml -o jsonpath='{.data}{"\n"}'
        kubectl patch -f secrets.yaml -p '{"metadata":{"labels":{"patched":"yes"}}}'
        kubectl patch secret colours --dry-run=server -p '{"stringData":{"a":"blue"}}' -o yaml
        kubectl patch secret colours --dry-run=client -p '{"stringData":{"a":"blue"}}' -o yaml
        ! kubectl patch secret colours --type=json \
          -p '[{"op":"test","path":"/data/d","value":"no"}]'
        ! kubectl patch secret colours -p '{"data":{"a":"not base64!"}}'
        ! kubectl patch secret colours -p '{"data"'
        ! kubectl patch secret kept -p '{"data":{"a":"eA=="}}'
        ! kubectl patch secret none -p '{}'
      `;
    },
  },
  {
    title: 'labels and annotations of Secrets',
    async run(kubectl) {
      await kubectl.files({ 'secrets.yaml': [colours('red'), frozen].join('---') });
      await kubectl.script`
        kubectl create -f secrets.yaml
        kubectl label secret colours tone=dark
        ! kubectl label secret colours tone=light
        kubectl label secret colours tone=light --overwrite
        kubectl label secret colours tone-
        kubectl label secrets --all all=yes
        kubectl label secret colours dry=yes --dry-run=server
        ! kubectl label secret colours a=b --resource-version=1
        kubectl annotate secret colours note='some text'
        kubectl annotate secret colours note='other text' --overwrite
        kubectl annotate secret kept a=b c=d -o yaml
        kubectl get secret colours -o yaml
      `;
    },
  },
  {
    title: 'diffs of Secrets',
    async run(kubectl) {
      await kubectl.files({
        'old.yaml': colours('red'),
        'new.yaml': colours('green', 'set: two'),
        'added.yaml': colours('red').replace('name: ', 'name: more-'),
      });
      await kubectl.script`
        kubectl apply -f old.yaml
        kubectl diff -f old.yaml
        ! kubectl diff -f new.yaml
        ! kubectl diff -f added.yaml
        ! kubectl diff --server-side --force-conflicts -f new.yaml
      `;
    },
  },
  {
    title: 'replacement of Secrets',
    async run(kubectl) {
      await kubectl.files({
        'old.yaml': colours('red'),
        'new.yaml': colours('green', 'set: two'),
        'stale.yaml': colours('black').replace('metadata: {', 'metadata: { resourceVersion: "1",'),
      });
      await kubectl.script`
        ! kubectl replace -f old.yaml
        kubectl create -f old.yaml --save-config
        kubectl replace -f new.yaml
        kubectl get secret colours -o yaml --show-managed-fields
        ! kubectl replace -f stale.yaml
        kubectl replace -f new.yaml --dry-run=server -o yaml
        kubectl get secret colours -o json | sed s/Z3JlZW4=/d2hpdGU=/ | kubectl replace -f -
        kubectl replace --force -f old.yaml
        kubectl get -f new.yaml -o jsonpath='{.data.a} {.metadata.labels}{"\n"}'
        ! kubectl replace --raw /api/v1/namespaces/k-replacement-of-secrets/secrets/none -f new.yaml
      `;
    },
  },
];
