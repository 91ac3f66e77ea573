import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type KubectlServer,
  KubectlSession,
  type Turn,
} from '../../conformance/kubectl/kubectl-session.js';
import { send } from '../../support/raw-http.js';
import { eventually } from '../../support/tokens-world.js';
import { KubectlWorld, type Sides, userOf } from './kubectl-world.js';

const namespace = 'refused';
const api = `/api/v1/namespaces/${namespace}`;

const files = {
  'settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { a: b }\n',
  'review.json': JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: 'alice', resourceAttributes: { verb: 'get', resource: 'secrets' } },
  }),
  'token-review.json': JSON.stringify({
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { token: 'none' },
  }),
};

interface Refusal {
  readonly command: string;
  /** What the sentence says to do. */
  readonly says: RegExp;
  /** Of the request that is refused, as the API server would have got it. */
  readonly path: string;
  /** In place of a denial: the request is none that is taken. */
  readonly failsWith?: number;
}

const ownCredentials = /use the cluster's own credentials/;
const neverPassed = /is never passed through the gateway: use the cluster's own credentials/;

const refusals: readonly Refusal[] = [
  { command: 'kubectl get pods', says: ownCredentials, path: `${api}/pods` },
  { command: 'kubectl get --raw /api/v1/nodes', says: ownCredentials, path: '/api/v1/nodes' },
  { command: 'kubectl get pods -A -w', says: ownCredentials, path: '/api/v1/pods' },
  { command: 'kubectl describe pod web', says: ownCredentials, path: `${api}/pods/web` },
  { command: 'kubectl logs web', says: ownCredentials, path: `${api}/pods/web` },
  { command: 'kubectl exec web -- true', says: ownCredentials, path: `${api}/pods/web` },
  { command: 'kubectl attach web', says: ownCredentials, path: `${api}/pods/web` },
  { command: 'kubectl port-forward web 8080', says: ownCredentials, path: `${api}/pods/web` },
  { command: 'kubectl run web --image=web:1', says: ownCredentials, path: `${api}/pods` },
  {
    command: 'kubectl apply -f settings.yaml',
    says: ownCredentials,
    path: `${api}/configmaps/settings`,
  },
  { command: 'kubectl create -f settings.yaml', says: ownCredentials, path: `${api}/configmaps` },
  {
    command: 'kubectl delete configmaps --all',
    says: ownCredentials,
    path: `${api}/configmaps`,
  },
  {
    command: 'kubectl get clusterrolebindings',
    says: ownCredentials,
    path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  },
  {
    command: 'kubectl create token robot',
    says: neverPassed,
    path: `${api}/serviceaccounts/robot/token`,
  },
  {
    command: `kubectl get --raw '${api}/pods/web/exec?command=true&stdout=true'`,
    says: neverPassed,
    path: `${api}/pods/web/exec`,
  },
  {
    command: `kubectl create --raw '${api}/pods/web/attach' -f review.json`,
    says: neverPassed,
    path: `${api}/pods/web/attach`,
  },
  {
    command: `kubectl create --raw '${api}/pods/web/portforward' -f review.json`,
    says: neverPassed,
    path: `${api}/pods/web/portforward`,
  },
  {
    command: `kubectl get --raw ${api}/pods/web/proxy/`,
    says: neverPassed,
    path: `${api}/pods/web/proxy/`,
  },
  {
    command: `kubectl get --raw ${api}/services/https:web:443/proxy/admin/users`,
    says: neverPassed,
    path: `${api}/services/https:web:443/proxy/admin/users`,
  },
  {
    command: 'kubectl get --raw /api/v1/nodes/one/proxy/metrics',
    says: neverPassed,
    path: '/api/v1/nodes/one/proxy/metrics',
  },
  {
    command: 'kubectl create -f review.json --validate=false',
    says: neverPassed,
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
  },
  {
    command: 'kubectl create -f token-review.json --validate=false',
    says: neverPassed,
    path: '/apis/authentication.k8s.io/v1/tokenreviews',
  },
  {
    command: `kubectl get --raw /api/v1/watch/namespaces/${namespace}/secrets`,
    says: /use \?watch=true on the list/,
    path: `/api/v1/watch/namespaces/${namespace}/secrets`,
  },
  {
    command: 'kubectl create namespace another',
    says: /namespaces are made and changed at the cluster itself/,
    path: '/api/v1/namespaces',
  },
  {
    command: `kubectl delete namespace ${namespace}`,
    says: /namespaces are made and changed at the cluster itself/,
    path: `/api/v1/namespaces/${namespace}`,
  },
  {
    command: 'kubectl get secretkeys.sallyport.dev',
    says: /served over \/v1 and \/graphql/,
    path: `/apis/sallyport.dev/v1alpha1/namespaces/${namespace}/secretkeys`,
  },
  {
    command: 'kubectl get --raw /metrics',
    says: /ask the API server itself for others/,
    path: '/metrics',
  },
  {
    command: 'kubectl get secrets --as=alice',
    says: /--as is not accepted by this gateway: call with a credential of whom you mean/,
    path: `${api}/secrets`,
    failsWith: 400,
  },
];

let world: KubectlWorld;
let sides: Sides;
let session: KubectlSession;

beforeAll(async () => {
  world = await KubectlWorld.start();
  await world.serve(namespace);
  sides = await world.sidesOf('admin');
  session = new KubectlSession(sides.facade, namespace);
  await session.open();
  await session.files(files);
});
afterAll(async () => {
  session?.close();
  await world?.stop();
});

async function run(line: string): Promise<Turn> {
  await session.run(line);
  const turn = session.turns.at(-1);
  if (turn === undefined) throw new Error('a command that was run has a turn');
  return turn;
}

/** The denials of a path that are on record, of requests from then on: who was denied what. */
async function denialsOf(path: string, fromMs: number) {
  const events = await world.events();
  return events
    .filter(({ requestURI, stage, requestReceivedTimestamp }) => {
      const isLater = Date.parse(requestReceivedTimestamp) >= fromMs;
      return isLater && requestURI === `/kubernetes${path}` && stage === 'ResponseComplete';
    })
    .map(({ user, responseStatus, annotations }) => ({
      user: user.username,
      code: responseStatus?.code,
      outcome: annotations['sallyport.dev/outcome'],
    }));
}

describe('who may do everything in the cluster', () => {
  it('reads pods and writes ConfigMaps straight at it', async () => {
    const direct = new KubectlSession(sides.direct, namespace);
    await direct.open();
    await direct.files(files);
    await direct.script`
      kubectl get pods
      kubectl apply -f settings.yaml
      kubectl delete -f settings.yaml
    `;
    expect(direct.failures).toEqual([]);
  });

  it('reads Secrets through the gateway', async () => {
    expect(await run('kubectl get secrets')).toMatchObject({ exitCode: 0 });
  });

  it.each(refusals)('is told what to do, and is on record, for $command', async (refusal) => {
    const fromMs = Date.now();
    const turn = await run(`! ${refusal.command}`);

    expect(turn).toMatchObject({ exitCode: 1, output: '' });
    expect(turn.errorOutput).toMatch(refusal.says);
    await expectDenial(refusal, fromMs);
  });

  it.each([
    '/openapi/v3/apis/nobody.example/v1',
    '/openapi/v3/none',
    '/apis/apps/v9',
    '/apis/nobody.example/v1',
  ])('is told that the cluster has no document %s', async (path) => {
    const answer = await world.ask('admin', { path: `/kubernetes${path}` });
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 });
    expect(answer.headers['retry-after']).toBeUndefined();
  });

  it('writes with a blank Content-Type as with none', async () => {
    const metadata = { name: 'blank' };
    const answer = await world.ask('admin', {
      ...{ method: 'POST', path: `/kubernetes${api}/secrets?dryRun=All` },
      ...{ headers: { 'content-type': '' }, body: JSON.stringify({ metadata }) },
    });
    expect(answer.status, answer.text).toBe(201);
  });

  it('is refused a tunnel into a pod that is asked for as an upgrade to websocket', async () => {
    const fromMs = Date.now();
    const path = `${api}/pods/web/exec`;
    const answer = await world.ask('admin', {
      path: `/kubernetes${path}?command=true&stdout=true`,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        'sec-websocket-protocol': 'v5.channel.k8s.io',
      },
    });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ kind: 'Status', reason: 'Forbidden' });
    expect(answer.text).toMatch(neverPassed);
    await expectDenial({ path }, fromMs);
  });

  it('is told the same behind `kubectl proxy`, where Secrets can be read', async () => {
    const fromMs = Date.now();
    const proxy = await startProxy(sides.facade);
    try {
      expect((await send(proxy.url, { path: `${api}/secrets` })).status).toBe(200);
      const answer = await send(proxy.url, { path: `${api}/pods` });
      expect(answer.status).toBe(403);
      expect(answer.text).toMatch(ownCredentials);
      await expectDenial({ path: `${api}/pods` }, fromMs);
    } finally {
      await proxy.stop();
    }
  });
});

async function expectDenial(
  { path, failsWith }: Pick<Refusal, 'path' | 'failsWith'>,
  fromMs: number,
): Promise<void> {
  const end =
    failsWith === undefined
      ? { code: 403, outcome: 'denied' }
      : { code: failsWith, outcome: 'failed' };
  // The newest entries of the log are exported once they are signed.
  await eventually(async () => {
    expect(await denialsOf(path, fromMs)).toContainEqual({ user: userOf('admin'), ...end });
  });
}

async function startProxy({ kubectlPath, adminKubeconfigFile }: KubectlServer) {
  // The path of a server is left out otherwise.
  const options = ['--port=0', '--append-server-path', '--kubeconfig', adminKubeconfigFile];
  const child = spawn(kubectlPath, ['proxy', ...options]);
  const closed = once(child, 'close');
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const [address = ''] = /127\.0\.0\.1:\d+/.exec(line) ?? [];
  return {
    url: `http://${address}`,
    async stop() {
      child.kill();
      await closed;
    },
  };
}
