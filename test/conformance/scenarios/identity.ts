import {
  del,
  get,
  post,
  scenario,
  type Scenario,
  type Step,
  type StepOptions,
} from '../scenario.js';
import type { Session } from '../session.js';
import { secret, secrets } from './objects.js';

const accounts = '/api/v1/namespaces/{ns}/serviceaccounts';
const issuer = 'https://kubernetes.default.svc.cluster.local';
const account = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name },
});
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod' },
  spec: {
    serviceAccountName: 'app',
    containers: [{ name: 'main', image: 'registry.example/a:1' }],
  },
};

interface TokenAnswer {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

interface Claims {
  readonly exp: number;
  readonly iat: number;
  readonly nbf: number;
}

function token(status: number, spec: unknown, options: StepOptions = {}): Step {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  return post(status, `${accounts}/app/token`, body, options);
}

function tokenReview(status: number, spec: unknown, options: StepOptions = {}): Step {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec };
  return post(status, '/apis/authentication.k8s.io/v1/tokenreviews', body, options);
}

export function whoAmI(status: number, options: StepOptions = {}): Step {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  return post(status, '/apis/authentication.k8s.io/v1/selfsubjectreviews', body, options);
}

/** A scenario with a ServiceAccount `app` and a token of it, kept as `token`. */
function withToken(title: string, run: (session: Session) => Promise<void>): Scenario {
  return {
    title,
    async run(session) {
      await session.createNamespace();
      await session.send(post(201, accounts, account('app'), { save: 'account' }));
      await session.send(token(201, {}, { save: 'token' }));
      await run(session);
    },
  };
}

function claimsOf(jwt: string): Claims {
  const [, payload = ''] = jwt.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
}

async function noteClaims(session: Session, step: Step): Promise<void> {
  const { status } = await session.send<TokenAnswer>(step);
  const { exp, iat, nbf, ...claims } = claimsOf(status.token);
  // kube-apiserver reads its clock twice, and so may be in the next second with the answer.
  const isExpiryOfAnswer = Math.abs(Date.parse(status.expirationTimestamp) / 1_000 - exp) <= 1;
  session.note('claims', { ...claims, seconds: exp - iat, early: nbf - iat, isExpiryOfAnswer });
}

export const identityScenarios: readonly Scenario[] = [
  withToken('a token says whose it is, for whom and how long', async (session) => {
    await session.send(post(201, '/api/v1/namespaces/{ns}/pods', pod, { save: 'pod' }));
    await session.send(post(201, secrets, secret('bound')));
    const specs = [
      {},
      { audiences: ['one', 'two'] },
      { audiences: [] },
      { expirationSeconds: 600 },
      { expirationSeconds: 3_607 },
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'pod' } },
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'pod', uid: '{pod.metadata.uid}' } },
      { boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: 'bound' } },
    ];
    for (const spec of specs) await noteClaims(session, token(201, spec));
  }),
  withToken('token requests that are wrong are refused', async (session) => {
    await session.send(token(422, { expirationSeconds: 599 }));
    await session.send(token(422, { expirationSeconds: 4_294_967_297 }));
    await session.send(token(422, { expirationSeconds: -1 }));
    const refs: readonly [number, Record<string, string>][] = [
      [404, { apiVersion: 'v1', kind: 'Pod', name: 'none' }],
      [400, { apiVersion: 'v1', kind: 'ConfigMap', name: 'none' }],
      [404, { apiVersion: 'v2', kind: 'Pod', name: 'none' }],
      [404, { apiVersion: 'v1', kind: 'Secret', name: 'none' }],
    ];
    for (const [status, boundObjectRef] of refs) {
      await session.send(token(status, { boundObjectRef }));
    }
    await session.send(post(201, secrets, secret('bound')));
    const uid = '11111111-1111-1111-1111-111111111111';
    const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: 'bound', uid };
    await session.send(token(409, { boundObjectRef }));
    await session.send(
      post(201, '/api/v1/namespaces/{ns}/pods', {
        ...pod,
        spec: { ...pod.spec, serviceAccountName: 'other' },
      }),
    );
    await session.send(
      token(400, { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'pod' } }),
    );
    await session.send(post(404, `${accounts}/none/token`, {}));
    await session.send(post(201, `${accounts}/app/token`, {}));
    await session.send(post(400, `${accounts}/app/token`, { kind: 'Secret', apiVersion: 'v1' }));
    await session.send(get(405, `${accounts}/app/token`));
    await session.send(token(201, {}, { headers: { accept: 'application/yaml' } }));
  }),
  withToken('a TokenReview tells about a token', async (session) => {
    await session.send(token(201, { audiences: ['one', 'two'] }, { save: 'two' }));
    await session.send(tokenReview(201, { token: '{token.status.token}' }));
    await session.send(tokenReview(201, { token: '{token.status.token}', audiences: [issuer] }));
    await session.send(tokenReview(201, { token: '{token.status.token}', audiences: ['one'] }));
    await session.send(tokenReview(201, { token: '{two.status.token}', audiences: ['one', 'x'] }));
    await session.send(
      tokenReview(201, { token: '{two.status.token}', audiences: ['two', 'one'] }),
    );
    await session.send(tokenReview(201, { token: '{two.status.token}' }));
    await session.send(tokenReview(201, { token: 'nonsense' }));
    await session.send(tokenReview(201, { token: 'a.b.c' }));
    await session.send(tokenReview(201, { token: '{token.status.token}x' }));
    await session.send(tokenReview(400, {}));
    await session.send(tokenReview(400, { token: '' }));
    await session.send(get(405, '/apis/authentication.k8s.io/v1/tokenreviews'));
    await session.send(tokenReview(403, { token: 'x' }, { token: '{token.status.token}' }));
  }),
  withToken('a bearer of a token is its ServiceAccount', async (session) => {
    await session.send(whoAmI(201, { token: '{token.status.token}' }));
    await session.send(get(403, secrets, { token: '{token.status.token}' }));
    await session.send(get(200, '/api', { token: '{token.status.token}', isOpaque: true }));
    await session.send(token(201, { audiences: ['other'] }, { save: 'other' }));
    await session.send(get(401, '/api', { token: '{other.status.token}' }));
    const bad = ['nonsense', 'a.b.c', '{token.status.token}x', 'eyJhbGciOiJub25lIn0.e30.', '"'];
    for (const text of bad) await session.send(get(401, secrets, { token: text }));
    await session.send(get(401, '/nonsense', { token: 'nonsense' }));
    await session.send(get(401, '/version', { token: 'nonsense' }));
    const headers = { authorization: 'Basic YWRtaW46YWRtaW4=' };
    await session.send(get(403, secrets, { as: 'anonymous', headers }));
    const lower = { authorization: 'bearer {token.status.token}' };
    await session.send(whoAmI(201, { as: 'anonymous', headers: lower }));
    const blanks = { authorization: 'Bearer  {token.status.token}' };
    await session.send(get(403, secrets, { as: 'anonymous', headers: blanks }));
    const queried = `${secrets}?access_token={token.status.token}`;
    await session.send(get(403, queried, { as: 'anonymous' }));
  }),
  withToken('a token ends with what it is bound to', async (session) => {
    await session.send(post(201, secrets, secret('bound')));
    const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: 'bound' };
    await session.send(token(201, { boundObjectRef }, { save: 'bound' }));
    await session.send(del(200, `${secrets}/bound`));
    await session.send(get(401, '/api', { token: '{bound.status.token}' }));
    await session.send(tokenReview(201, { token: '{bound.status.token}' }));
    await session.send(token(201, { expirationSeconds: 700 }, { save: 'unused' }));
    await session.send(del(200, `${accounts}/app`));
    // A server that has not heard of it yet keeps its answer for ten seconds.
    const late = { untilStatus: 401, patienceMs: 15_000 };
    const unused = get(401, '/api', { token: '{unused.status.token}' });
    await session.sendPatiently({ ...unused, ...late });
    await session.send(post(201, accounts, account('app')));
    await session.send(get(401, '/api', { token: '{unused.status.token}' }));
    await session.send(tokenReview(201, { token: '{unused.status.token}' }));
  }),
  scenario(
    'a client certificate names user and groups',
    whoAmI(201),
    whoAmI(201, { as: '{ns}-alice' }),
    whoAmI(201, { as: '{ns}-alice/one,two' }),
    whoAmI(201, { as: 'system:serviceaccount:{ns}:app/system:serviceaccounts' }),
    whoAmI(403, { as: 'anonymous' }),
    get(405, '/apis/authentication.k8s.io/v1/selfsubjectreviews'),
  ),
  scenario(
    'OpenID documents tell how to check tokens',
    get(200, '/.well-known/openid-configuration'),
    get(200, '/openid/v1/jwks', { view: keyMembers }),
    get(403, '/openid/v1/jwks', { as: 'anonymous' }),
    get(403, '/.well-known/openid-configuration', { as: '{ns}-alice' }),
  ),
];

/** The keys are the server's own; a client needs these members of each. */
function keyMembers(body: unknown): unknown {
  const { keys } = body as { readonly keys: readonly Record<string, string>[] };
  const names = ['use', 'kty', 'kid', 'alg'];
  return keys.map((key) => names.filter((name) => typeof key[name] === 'string'));
}
