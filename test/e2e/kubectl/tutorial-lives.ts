/** One command of the tutorial. */
export interface Step {
  readonly command: string;
  /** What it prints, where that is the point of it. */
  readonly prints?: string;
  /** What the trail says of it about the Secret; keys that only some actions tell. */
  readonly recorded: { readonly action: string; readonly keys?: readonly string[] };
}

/** A Secret of the tutorial, from its manifest to its end. */
export interface Life {
  readonly namespace: string;
  readonly name: string;
  readonly file: string;
  readonly manifest: string;
  readonly steps: readonly Step[];
}

const keysOfShhhhhh = ['password', 'username'];
const toR00t123 = 'sed -i "s/^  password: .*/  password: cjAwdDEyMw==/"';
const keysOfDemo = ['mongodb-replica-set-key', 'mongodb-root-password', 'user'];

const shhhhhh: Life = {
  namespace: 'tutorial',
  name: 'shhhhhh',
  file: 'dbcreds.yaml',
  manifest: `apiVersion: v1
kind: Secret
metadata:
  name: shhhhhh
type: Opaque
data:
  username: cm9vdA==
  password: cm9vdA==
`,
  steps: [
    {
      command: 'kubectl apply -f dbcreds.yaml',
      prints: 'secret/shhhhhh created\n',
      recorded: { action: 'secrets.create', keys: keysOfShhhhhh },
    },
    {
      command: 'kubectl describe secret shhhhhh',
      recorded: { action: 'secrets.reveal', keys: keysOfShhhhhh },
    },
    {
      // The last applied manifest, which holds the values, comes along with the table.
      command: 'kubectl get secret shhhhhh',
      recorded: { action: 'secrets.reveal', keys: keysOfShhhhhh },
    },
    { command: 'kubectl get secrets', recorded: { action: 'secrets.list' } },
    {
      command: 'kubectl get secret shhhhhh -o yaml',
      recorded: { action: 'secrets.reveal', keys: keysOfShhhhhh },
    },
    {
      command: "kubectl get secret shhhhhh -o jsonpath='{.data.password}' | base64 -d",
      prints: 'root',
      recorded: { action: 'secrets.reveal', keys: keysOfShhhhhh },
    },
    {
      command: `EDITOR='${toR00t123}' kubectl edit secret shhhhhh`,
      prints: 'secret/shhhhhh edited\n',
      recorded: { action: 'secrets.patch', keys: ['password'] },
    },
    {
      command: "kubectl get secret shhhhhh -o jsonpath='{.data.password}' | base64 -d",
      prints: 'r00t123',
      recorded: { action: 'secrets.reveal', keys: keysOfShhhhhh },
    },
    { command: 'kubectl delete secret shhhhhh', recorded: { action: 'secrets.delete' } },
    { command: '! kubectl get secret shhhhhh', recorded: { action: 'secrets.reveal' } },
  ],
};

const demoDbcreds: Life = {
  namespace: 'mongodb',
  name: 'demo-dbcreds',
  file: 'demo-dbcreds.yaml',
  manifest: `apiVersion: v1
kind: Secret
metadata:
  name: demo-dbcreds
  namespace: mongodb
  labels:
    app: mongodb
type: Opaque
stringData:
  mongodb-root-password: r00t&=%
  mongodb-replica-set-key: ""
  user: jürgen
`,
  steps: [
    {
      command: 'kubectl apply -f demo-dbcreds.yaml',
      prints: 'secret/demo-dbcreds created\n',
      recorded: { action: 'secrets.create', keys: keysOfDemo },
    },
    {
      command: 'kubectl -n mongodb get secret demo-dbcreds -o yaml',
      recorded: { action: 'secrets.reveal', keys: keysOfDemo },
    },
    {
      command:
        "kubectl get secret demo-dbcreds -o jsonpath='{.data.mongodb-root-password}' | base64 -d",
      prints: 'r00t&=%',
      recorded: { action: 'secrets.reveal', keys: keysOfDemo },
    },
    {
      command: "kubectl get secrets -A -l app=mongodb -o go-template='{{len .items}}'",
      prints: '1',
      recorded: { action: 'secrets.reveal', keys: keysOfDemo },
    },
    {
      command: 'sed s/r00t/g00d/ demo-dbcreds.yaml | kubectl apply -f -',
      prints: 'secret/demo-dbcreds configured\n',
      // What is live has no stringData, so kubectl sends all of it.
      recorded: { action: 'secrets.patch', keys: keysOfDemo },
    },
    {
      command: 'kubectl describe secret demo-dbcreds -n mongodb',
      recorded: { action: 'secrets.reveal', keys: keysOfDemo },
    },
    { command: 'kubectl delete -f demo-dbcreds.yaml', recorded: { action: 'secrets.delete' } },
  ],
};

export const lives: readonly Life[] = [shhhhhh, demoDbcreds];
