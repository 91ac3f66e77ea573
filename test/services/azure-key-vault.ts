import { AzureVaultSecrets, badParameter, failed } from './azure-vault-secrets.js';
import { bearerIn, DoubleCluster, DoubleTokens, type TokenTrust } from './double-tokens.js';
import {
  type DoubleAnswer,
  type DoubleRequest,
  type HttpsDouble,
  jsonOf,
  startHttpsDouble,
} from './https-double.js';

const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = '66666666-7777-4888-8999-000000000000';
const RESOURCE = 'https://vault.azure.net';
const API_VERSIONS = new Set(['7.4', '7.5', '7.6', '2025-07-01', '2026-04-01']);
const TOKEN_SECONDS = 3_599;
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export type VaultPermission = 'get' | 'list' | 'set' | 'delete' | 'recover' | 'purge';

/** An Azure Key Vault and the authority that it trusts, each a server of its own. */
export interface TestKeyVault {
  readonly vault: HttpsDouble;
  readonly authority: HttpsDouble;
  readonly cluster: DoubleCluster;
  readonly secrets: AzureVaultSecrets;
  /** Permissions of the application; a test may take one away. */
  readonly permissions: Set<VaultPermission>;
  readonly tenantId: string;
  readonly clientId: string;
  readonly scope: string;
  /** Audience that a federated credential of Microsoft Entra asks for. */
  readonly audience: string;
  reset(): void;
  stop(): Promise<void>;
}

export interface KeyVaultOptions {
  /** Resource of tokens, which the vault must be a host of. */
  readonly resource?: string;
  /** What a federated credential accepts; by default, tokens of `cluster`. */
  readonly trusts?: TokenTrust;
}

/**
 * Starts a vault that refuses what Azure refuses: see the pages at each rule. The subject of the
 * cluster's ServiceAccount has a federated credential.
 */
export async function startKeyVault(options: KeyVaultOptions = {}): Promise<TestKeyVault> {
  const cluster = await DoubleCluster.create();
  const tokens = await DoubleTokens.create();
  const audience = 'api://AzureADTokenExchange';
  const { resource = RESOURCE, trusts } = options;
  const isTrusted = trusts ?? (async (token, of) => cluster.isValid(token, of));
  const scope = `${resource}/.default`;
  const issuer = `https://sts.windows.net/${TENANT}/`;
  const claims = { issuer, audience: resource, subject: CLIENT };
  const authority = await startHttpsDouble(async (request) =>
    authorityAnswer(request, {
      url: () => authority.url,
      scope,
      isKnown: (assertion) => isTrusted(assertion, audience),
      issue: () => tokens.sign(claims, TOKEN_SECONDS),
    }),
  );
  const secrets = new AzureVaultSecrets(() => vault.url.href);
  const all = ['get', 'list', 'set', 'delete', 'recover'] as const;
  const permissions = new Set<VaultPermission>(all);
  const vault: HttpsDouble = await startHttpsDouble(async (request) => {
    const token = bearerIn(request.headers.authorization);
    // https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses
    if (token === undefined || !(await tokens.isValid(token, claims))) {
      const tenant = `${authority.url.href}${TENANT}`;
      const challenge = `Bearer authorization="${tenant}", resource="${resource}"`;
      return { ...failed(401, 'Unauthorized'), headers: { 'www-authenticate': challenge } };
    }
    return vaultAnswer(request, secrets, permissions);
  });
  return {
    ...{ vault, authority, cluster, secrets, permissions, audience },
    ...{ tenantId: TENANT, clientId: CLIENT, scope },
    reset() {
      vault.reset();
      authority.reset();
      for (const one of all) permissions.add(one);
      secrets.reset();
    },
    stop: async () => void (await Promise.all([vault.stop(), authority.stop()])),
  };
}

interface Authority {
  readonly scope: string;
  readonly url: () => URL;
  readonly isKnown: (assertion: string) => Promise<boolean>;
  readonly issue: () => Promise<string>;
}

/**
 * Answers as the token endpoint and its discovery do.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
 */
async function authorityAnswer(
  { method, path, headers, body }: DoubleRequest,
  { url, scope, isKnown, issue }: Authority,
): Promise<DoubleAnswer> {
  const tenant = `${url().href}${TENANT}`;
  const tokenPath = `/${TENANT}/oauth2/v2.0/token`;
  if (method === 'GET' && path === `/${TENANT}/v2.0/.well-known/openid-configuration`) {
    const endpoints = {
      token_endpoint: `${url().origin}${tokenPath}`,
      authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
      jwks_uri: `${tenant}/discovery/v2.0/keys`,
    };
    return { status: 200, body: { ...endpoints, issuer: `${tenant}/v2.0` } };
  }
  if (method !== 'POST' || path !== tokenPath)
    return { status: 404, body: '<html>Not Found</html>' };
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true) {
    return { status: 400, body: { error: 'invalid_request' } };
  }
  const form = new URLSearchParams(body.toString('utf8'));
  if (form.get('grant_type') !== 'client_credentials') {
    return { status: 400, body: { error: 'unsupported_grant_type' } };
  }
  if (form.get('client_id') !== CLIENT)
    return { status: 400, body: { error: 'unauthorized_client' } };
  if (!(form.get('scope') ?? '').split(' ').includes(scope)) {
    return { status: 400, body: { error: 'invalid_scope' } };
  }
  const assertion = form.get('client_assertion');
  const isAssertion = form.get('client_assertion_type') === ASSERTION && assertion !== null;
  if (!isAssertion || !(await isKnown(assertion))) {
    return { status: 401, body: { error: 'invalid_client', error_codes: [700_213] } };
  }
  const times = { expires_in: TOKEN_SECONDS, ext_expires_in: TOKEN_SECONDS };
  return { status: 200, body: { token_type: 'Bearer', ...times, access_token: await issue() } };
}

/** https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups */
function vaultAnswer(
  request: DoubleRequest,
  secrets: AzureVaultSecrets,
  permissions: ReadonlySet<VaultPermission>,
): DoubleAnswer {
  const { method, path, query } = request;
  if (!API_VERSIONS.has(query.get('api-version') ?? '')) return badParameter('api-version');
  // The SDK sends a slash at the end.
  const [kind, name = '', part, ...others] = path.replace(/\/$/, '').split('/').slice(1);
  if (others.length > 0) return failed(404, 'NotFound');
  // https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) return badParameter('secret-name');
  const operations: Readonly<Record<string, readonly [VaultPermission, () => DoubleAnswer]>> = {
    'GET secrets': ['get', () => secrets.get(name, part)],
    'GET versions': ['list', () => secrets.list(name, query)],
    'PUT secrets': ['set', () => putAnswer(request, name, secrets)],
    'PATCH secrets': ['set', () => secrets.update(name, part, changeOf(request))],
    'DELETE secrets': ['delete', () => secrets.delete(name)],
    'GET deletedsecrets': ['get', () => secrets.getDeleted(name)],
    'POST deletedsecrets': ['recover', () => secrets.recover(name)],
    'DELETE deletedsecrets': ['purge', () => secrets.purge(name)],
  };
  const isList = kind === 'secrets' && part === 'versions';
  const operation = operations[`${method} ${isList ? part : kind}`];
  if (operation === undefined) return failed(405, 'MethodNotAllowed');
  const [permission, carriedOut] = operation;
  if (!permissions.has(permission)) return failed(403, 'Forbidden', 'ForbiddenByPolicy');
  return carriedOut();
}

function putAnswer(request: DoubleRequest, name: string, secrets: AzureVaultSecrets): DoubleAnswer {
  const { value, contentType } = jsonOf(request);
  if (typeof value !== 'string') return badParameter('value');
  const type = typeof contentType === 'string' ? contentType : undefined;
  return secrets.put(name, { ...changeOf(request), value, contentType: type });
}

function changeOf(request: DoubleRequest) {
  const { tags, attributes } = jsonOf(request);
  const { enabled } = Object(attributes) as { readonly enabled?: unknown };
  return {
    ...(tags !== undefined && { tags: tags as Readonly<Record<string, string>> }),
    ...(typeof enabled === 'boolean' && { isEnabled: enabled }),
  };
}
