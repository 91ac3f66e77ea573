import { readSettingFile } from './read-setting-file.js';
import { retiredVariable } from './retired-settings.js';

/** Variable → path of its setting, and how its text is parsed. */
const variables = {
  SALLYPORT_HOST: ['listen.host', 'text'],
  SALLYPORT_PORT: ['listen.port', 'number'],
  SALLYPORT_LISTEN_INSECURE: ['listen.insecure', 'boolean'],
  SALLYPORT_TLS_PORT: ['listen.tls.port', 'number'],
  SALLYPORT_TLS_CERT: ['listen.tls.cert', 'text'],
  SALLYPORT_TLS_KEY: ['listen.tls.key', 'text'],
  SALLYPORT_TLS_CLIENT_CA: ['listen.tls.clientCa', 'text'],
  SALLYPORT_MAX_CONNECTIONS: ['listen.maxConnections', 'number'],
  SALLYPORT_TRUSTED_PROXIES: ['listen.trustedProxies', 'list'],
  SALLYPORT_HEALTH_HOST: ['health.host', 'text'],
  SALLYPORT_HEALTH_PORT: ['health.port', 'number'],
  SALLYPORT_DATA_DIR: ['dataDir', 'text'],
  SALLYPORT_STORAGE_URL: ['storage.url', 'text'],
  SALLYPORT_STORAGE_CONNECTIONS_MAX: ['storage.connectionsMax', 'number'],
  SALLYPORT_KUBERNETES: ['kubernetes.mode', 'text'],
  SALLYPORT_SANDBOX_PORT: ['kubernetes.sandboxPort', 'number'],
  SALLYPORT_KUBERNETES_ACCESS: ['kubernetes.access', 'text'],
  SALLYPORT_KUBERNETES_READS: ['kubernetes.reads', 'text'],
  SALLYPORT_KUBERNETES_AUTHORIZERS: ['kubernetes.authorizers', 'text'],
  SALLYPORT_KUBERNETES_ALLOW_EXCESS_RIGHTS: ['kubernetes.allowExcessRights', 'boolean'],
  SALLYPORT_GATEWAY_NAMESPACE: ['kubernetes.gatewayNamespace', 'text'],
  SALLYPORT_BROKER_SERVICE_ACCOUNT: ['kubernetes.brokerServiceAccount', 'text'],
  SALLYPORT_AUDIENCE: ['kubernetes.audience', 'text'],
  KUBECONFIG: ['kubernetes.kubeconfig', 'text'],
  SALLYPORT_NAMESPACES_SERVED: ['namespaces.served', 'list'],
  SALLYPORT_NAMESPACES_SCOPE: ['namespaces.scope', 'text'],
  SALLYPORT_AUTH_CONFIG: ['auth.configFile', 'text'],
  SALLYPORT_ALLOW_CLUSTER_CREDENTIALS: ['secrets.allowClusterCredentials', 'boolean'],
  SALLYPORT_TOKEN_MAX_LIFETIME_SECONDS: ['tokens.maxLifetimeSeconds', 'number'],
  SALLYPORT_AUDIT_KEY_FILE: ['audit.keyFile', 'text'],
  SALLYPORT_AUDIT_ORIGIN: ['audit.origin', 'text'],
  SALLYPORT_AUDIT_ANCHOR_EVERY_SECONDS: ['audit.anchorEverySeconds', 'number'],
  SALLYPORT_AUDIT_ANCHOR_EVERY_EVENTS: ['audit.anchorEveryEvents', 'number'],
  SALLYPORT_AUDIT_RETENTION_MAX_AGE: ['audit.retention.maxAge', 'text'],
  SALLYPORT_AUDIT_RETENTION_MAX_BYTES: ['audit.retention.maxBytes', 'number'],
  SALLYPORT_VERSIONS_ENABLED: ['versions.enabled', 'boolean'],
  SALLYPORT_VERSIONS_LIMIT: ['versions.limit', 'number'],
  SALLYPORT_VERSIONS_MAX_AGE: ['versions.maxAge', 'text'],
  SALLYPORT_VERSIONS_MIN_AGE: ['versions.minAge', 'text'],
  SALLYPORT_VERSIONS_MIN_COUNT: ['versions.minCount', 'number'],
  SALLYPORT_VERSIONS_MIN_DELETED_AGE: ['versions.minDeletedAge', 'text'],
  SALLYPORT_VERSIONS_NAMESPACE_BYTES_MAX: ['versions.namespaceBytesMax', 'number'],
  SALLYPORT_VERSIONS_EXCLUDE_TYPES: ['versions.exclude.types', 'list'],
  SALLYPORT_VERSIONS_EXCLUDE_NAMESPACES: ['versions.exclude.namespaces', 'list'],
  SALLYPORT_ROTATION_ENABLED: ['rotation.enabled', 'boolean'],
  SALLYPORT_SYNC_ENABLED: ['sync.enabled', 'boolean'],
  SALLYPORT_KUBECTL_ENABLED: ['kubectl.enabled', 'boolean'],
  SALLYPORT_KUBECTL_RESOURCES: ['kubectl.resources', 'list'],
  SALLYPORT_KUBECTL_IMPERSONATION: ['kubectl.impersonation', 'text'],
  SALLYPORT_KUBECTL_SERVER: ['kubectl.server', 'text'],
  SALLYPORT_KUBECTL_CERTIFICATE_AUTHORITY: ['kubectl.certificateAuthority', 'text'],
  SALLYPORT_GRAPHQL_INTROSPECTION: ['graphql.introspection', 'boolean'],
  SALLYPORT_GRAPHQL_DOCUMENTS_FOLDER: ['graphql.documents.folder', 'text'],
  SALLYPORT_GRAPHQL_DOCUMENTS_ONLY: ['graphql.documents.only', 'boolean'],
  SALLYPORT_REQUESTS_PER_SECOND: ['limits.requestsPerSecond', 'number'],
  SALLYPORT_REQUEST_BURST: ['limits.burst', 'number'],
  SALLYPORT_FAILED_CREDENTIALS_PER_MINUTE: ['limits.failedCredentialsPerMinute', 'number'],
  SALLYPORT_RESPONSE_BYTES_PER_SECOND: ['limits.responseBytesPerSecond', 'number'],
  SALLYPORT_LOG_LEVEL: ['log.level', 'text'],
  SALLYPORT_OTLP_URL: ['tracing.otlpUrl', 'text'],
} as const satisfies Record<string, readonly [string, 'text' | 'number' | 'boolean' | 'list']>;

export interface EnvironmentSettings {
  /** Dotted path → parsed value. */
  readonly settings: ReadonlyMap<string, unknown>;
  /** Dotted path → variable that set it, even if its text is invalid. */
  readonly names: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/** Names of the variables that are read, for the table of settings. */
export const variableNames: readonly string[] = Object.keys(variables);

/** Returns the path of a variable's setting. */
export function settingPath(variable: string): string | undefined {
  return (variables as Record<string, readonly [string, string]>)[variable]?.[0];
}

/**
 * Reads `SALLYPORT_*` from an environment. `NAME_FILE` names a file that contains the value of
 * `NAME`, for secrets. Unknown `SALLYPORT_*` names are problems: a mistyped setting must not be
 * ignored.
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): EnvironmentSettings {
  const settings = new Map<string, unknown>();
  const names = new Map<string, string>();
  const problems: string[] = [];
  for (const [name, given] of Object.entries(environment)) {
    if (given === undefined || !(name.startsWith('SALLYPORT_') || name in variables)) continue;
    if (name.startsWith('SALLYPORT_TEST_')) continue;
    const base = name in variables ? name : name.replace(/_FILE$/, '');
    const entry = (variables as Record<string, readonly [string, string]>)[base];
    if (!entry) {
      problems.push(`${name}: ${retiredVariable(base) ?? 'unknown variable'}`);
      continue;
    }
    names.set(entry[0], name);
    try {
      const text = base === name ? given : readSettingFile(given).trim();
      settings.set(entry[0], parseText(text, entry[1]));
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  return { settings, names, problems };
}

/** Reports whether a variable may contain a secret that a setting names; settings' own may not. */
export function isSecretVariable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !name.startsWith('SALLYPORT_');
}

/** Returns a secret that a setting names by its variable. */
export function environmentSecret(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return environment[name];
}

/**
 * Returns the options that npm has taken as its own, like those before `--`: npm puts them into the
 * environment. https://docs.npmjs.com/cli/using-npm/config#environment-variables
 */
export function takenByNpm(
  options: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  return options.filter((option) => Boolean(environment[`npm_config_${option}`]));
}

function parseText(text: string, kind: string): unknown {
  switch (kind) {
    case 'number':
      if (!/^\d+$/.test(text)) throw new Error('expected a whole number');
      return Number(text);
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw new Error('expected true or false');
      return text === 'true';
    case 'list':
      return text.split(',').map((item) => item.trim());
    default:
      return text;
  }
}
