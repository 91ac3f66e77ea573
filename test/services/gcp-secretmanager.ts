import { bearerIn, DoubleCluster, DoubleTokens, type TokenTrust } from './double-tokens.js';
import { failed, GcpSecrets, type GcpState, invalid } from './gcp-secrets.js';
import {
  type DoubleAnswer,
  type DoubleRequest,
  type HttpsDouble,
  jsonOf,
  startHttpsDouble,
} from './https-double.js';

const PROJECT = 'pay-project';
const PROJECT_NUMBER = '123456789012';
const POOL = `projects/${PROJECT_NUMBER}/locations/global/workloadIdentityPools/clusters`;
const PROVIDER = `//iam.googleapis.com/${POOL}/providers/cluster`;
const ACCOUNT = 'secret-sync@pay-project.iam.gserviceaccount.com';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_SECONDS = 3_599;
const ISSUER = 'https://sts.googleapis.com';

export type SecretPermission = 'create' | 'get' | 'update' | 'delete' | 'add' | 'access' | 'state';

/** GCP Secret Manager with both servers that issue tokens, each a server of its own. */
export interface TestSecretManager {
  readonly store: HttpsDouble;
  readonly sts: HttpsDouble;
  readonly credentials: HttpsDouble;
  readonly cluster: DoubleCluster;
  readonly secrets: GcpSecrets;
  /** Permissions of whoever has a token; a test may take one away. */
  readonly permissions: Set<SecretPermission>;
  readonly project: string;
  /** Name of the provider, for the exchange. */
  readonly provider: string;
  /** Audience that the provider asks for in tokens of the cluster. */
  readonly audience: string;
  readonly serviceAccount: string;
  reset(): void;
  stop(): Promise<void>;
}

/**
 * Starts a Secret Manager that refuses what Google refuses: see the pages at each rule. The subject
 * of the cluster's ServiceAccount has access on its own, and by impersonation. `trusts` says what
 * the provider accepts; by default, tokens of `cluster`.
 */
export async function startSecretManager(trusts?: TokenTrust): Promise<TestSecretManager> {
  const cluster = await DoubleCluster.create();
  const tokens = await DoubleTokens.create();
  const audience = `https:${PROVIDER}`;
  const isTrusted = trusts ?? (async (token, of) => cluster.isValid(token, of));
  const { subject } = cluster.claims;
  const principal = `principal:${PROVIDER.replace('/providers/cluster', '')}/subject/${subject}`;
  const claimsOf = (who: string) => ({ issuer: ISSUER, audience: SCOPE, subject: who });
  const isOf = async (request: DoubleRequest, who: string) => {
    const token = bearerIn(request.headers.authorization);
    return token !== undefined && (await tokens.isValid(token, claimsOf(who)));
  };
  const sts = await startHttpsDouble(async (request) =>
    stsAnswer(request, {
      isKnown: (token) => isTrusted(token, audience),
      issue: () => tokens.sign(claimsOf(principal), TOKEN_SECONDS),
    }),
  );
  const credentials = await startHttpsDouble(async (request) => {
    if (!(await isOf(request, principal))) return failed(401, 'UNAUTHENTICATED');
    return impersonationAnswer(request, (seconds) => tokens.sign(claimsOf(ACCOUNT), seconds));
  });
  const secrets = new GcpSecrets(PROJECT_NUMBER);
  const all = ['create', 'get', 'update', 'delete', 'add', 'access', 'state'] as const;
  const permissions = new Set<SecretPermission>(all);
  const store = await startHttpsDouble(async (request) => {
    const isKnown = (await isOf(request, principal)) || (await isOf(request, ACCOUNT));
    return isKnown ? secretsAnswer(request, secrets, permissions) : failed(401, 'UNAUTHENTICATED');
  });
  return {
    ...{ store, sts, credentials, cluster, secrets, permissions, audience },
    ...{ project: PROJECT, provider: PROVIDER, serviceAccount: ACCOUNT },
    reset() {
      for (const one of [store, sts, credentials]) one.reset();
      for (const one of all) permissions.add(one);
    },
    stop: async () =>
      void (await Promise.all([store, sts, credentials].map(async (one) => one.stop()))),
  };
}

interface TokenIssuer {
  readonly isKnown: (token: string) => Promise<boolean>;
  readonly issue: () => Promise<string>;
}

/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
async function stsAnswer(
  request: DoubleRequest,
  { isKnown, issue }: TokenIssuer,
): Promise<DoubleAnswer> {
  const { method, path, body } = request;
  if (method !== 'POST' || path !== '/v1/token') return { status: 404, body: '<html>404</html>' };
  const form = new URLSearchParams(body.toString('utf8'));
  const wanted = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    scope: SCOPE,
    audience: PROVIDER,
  };
  const wrong = Object.entries(wanted).find(([name, value]) => form.get(name) !== value);
  if (wrong !== undefined) return { status: 400, body: { error: 'invalid_request' } };
  if (!(await isKnown(form.get('subject_token') ?? ''))) {
    return { status: 400, body: { error: 'invalid_grant', error_description: 'The audience…' } };
  }
  const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token';
  const token = { access_token: await issue(), token_type: 'Bearer', expires_in: TOKEN_SECONDS };
  return { status: 200, body: { ...token, issued_token_type } };
}

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
async function impersonationAnswer(
  request: DoubleRequest,
  issue: (seconds: number) => Promise<string>,
): Promise<DoubleAnswer> {
  const path = `/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`;
  if (request.method !== 'POST' || request.path !== path) return failed(404, 'NOT_FOUND');
  const { scope, lifetime = '3600s' } = jsonOf(request);
  if (!Array.isArray(scope) || !scope.includes(SCOPE)) return invalid('scope');
  const seconds = Number(/^(\d+)s$/.exec(String(lifetime))?.[1]);
  if (!(seconds > 0 && seconds <= 3_600)) return invalid('lifetime');
  const expireTime = new Date(Date.now() + seconds * 1_000).toISOString();
  return { status: 200, body: { accessToken: await issue(seconds), expireTime } };
}

/** https://cloud.google.com/secret-manager/docs/reference/rest */
function secretsAnswer(
  request: DoubleRequest,
  secrets: GcpSecrets,
  permissions: ReadonlySet<SecretPermission>,
): DoubleAnswer {
  // https://cloud.google.com/resource-manager/docs/core_errors
  const [, project] = /^\/v1\/projects\/([^/]+)/.exec(request.path) ?? [];
  if (project !== undefined && project !== PROJECT) return failed(403, 'PERMISSION_DENIED');
  const operation = operationOf(request, secrets);
  if (operation === undefined) return { status: 404, body: '<html>404. That’s an error.</html>' };
  const [permission, carriedOut] = operation;
  return permissions.has(permission) ? carriedOut() : failed(403, 'PERMISSION_DENIED');
}

type Operation = readonly [SecretPermission, () => DoubleAnswer];

function operationOf(request: DoubleRequest, secrets: GcpSecrets): Operation | undefined {
  const { method, path, query } = request;
  const parent = `/v1/projects/${PROJECT}/secrets`;
  const body = jsonOf(request);
  if (path === parent && method === 'POST') {
    return ['create', () => secrets.create(query.get('secretId') ?? '', body)];
  }
  if (!path.startsWith(`${parent}/`)) return undefined;
  const rest = path.slice(parent.length + 1);
  const [, name = '', of, verb] = /^([^/:]+)(?:\/versions\/([^/:]+))?(?::(\w+))?$/.exec(rest) ?? [];
  // The SDK asks for numbers: https://cloud.google.com/apis/docs/system-parameters
  const isNumeric = query.get('$alt')?.includes('enum-encoding=int') ?? false;
  if (of !== undefined)
    return versionOperation({ method, verb, name, of, body, isNumeric }, secrets);
  const etag = query.get('etag') ?? undefined;
  const operations: Readonly<Record<string, Operation>> = {
    'GET ': ['get', () => secrets.get(name)],
    'PATCH ': ['update', () => secrets.patch(name, body, query.get('updateMask'))],
    'DELETE ': ['delete', () => secrets.delete(name, etag)],
    'POST addVersion': ['add', () => secrets.addVersion(name, body, isNumeric)],
  };
  return name === '' ? undefined : operations[`${method} ${verb ?? ''}`];
}

interface VersionCall {
  readonly method: string;
  readonly verb: string | undefined;
  readonly name: string;
  readonly of: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly isNumeric: boolean;
}

function versionOperation(
  { method, verb, name, of, body, isNumeric }: VersionCall,
  secrets: GcpSecrets,
): Operation | undefined {
  const to = (state: GcpState): Operation => [
    'state',
    () => secrets.setState(name, of, { state, body, isNumeric }),
  ];
  const operations: Readonly<Record<string, Operation>> = {
    'GET ': ['get', () => secrets.getVersion(name, of, isNumeric)],
    'GET access': ['access', () => secrets.access(name, of)],
    'POST enable': to('ENABLED'),
    'POST disable': to('DISABLED'),
    'POST destroy': to('DESTROYED'),
  };
  return operations[`${method} ${verb ?? ''}`];
}
