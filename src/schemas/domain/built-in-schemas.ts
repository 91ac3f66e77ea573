import type { FieldError } from '../../core/errors/sallyport-error.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import { type CheckSubject, schemaLabel } from '../../secrets/domain/secret-checks.js';
import { certificatesIn } from './kinds/certificates.js';
import type { Kind } from './kinds/kind.js';
import { kinds } from './kinds/kinds.js';
import { privateKeyIn } from './kinds/private-keys.js';
import type { CrossFacts, CrossRule, KeyRules, SecretRules } from './secret-rules.js';

const CHAIN_MAX = 20;

/** Keys of a built-in schema: required ones, those of which one is required, and further ones. */
interface BuiltIn {
  readonly required?: Readonly<Record<string, string>>;
  readonly oneAtLeast?: Readonly<Record<string, string>>;
  readonly optional?: Readonly<Record<string, string>>;
  readonly passwordKey?: string;
  readonly crossRules?: readonly CrossRule[];
}

const keyOfCertificate: CrossRule = {
  keys: ['tls.crt', 'tls.key'],
  violation: ({ contents }: CrossFacts): FieldError | undefined => {
    const found = certificatesIn(contents.get('tls.crt')?.text ?? '', CHAIN_MAX);
    const key = privateKeyIn(contents.get('tls.key')?.text ?? '');
    const isPair = typeof found !== 'string' && typeof key !== 'string';
    if (!isPair || found[0]?.checkPrivateKey(key) !== false) return undefined;
    const reason = 'must be the private key of the first certificate in tls.crt';
    return { pointer: pointerTo('data', 'tls.key'), reason };
  },
};

const connectionKeys = ['dsn', 'uri', 'url', 'connection-string', 'DATABASE_URL'];

function connection(kind: string, ...more: readonly string[]): BuiltIn {
  const keys = [...connectionKeys, ...more];
  return { oneAtLeast: Object.fromEntries(keys.map((key) => [key, kind])) };
}

/** Built-in schemas. The names of their keys are those that other tools read. */
const table: Readonly<Record<string, BuiltIn>> = {
  age: { oneAtLeast: { 'age.agekey': 'age-identity', 'keys.txt': 'age-identity' } },
  'aws-access-key': {
    required: {
      AWS_ACCESS_KEY_ID: 'aws-access-key-id',
      AWS_SECRET_ACCESS_KEY: 'aws-secret-access-key',
    },
  },
  'azure-connection-string': {
    oneAtLeast: {
      'connection-string': 'azure-connection-string',
      connectionString: 'azure-connection-string',
      AZURE_STORAGE_CONNECTION_STRING: 'azure-connection-string',
    },
  },
  'ca-bundle': { oneAtLeast: { 'ca.crt': 'ca-bundle', 'ca-bundle.crt': 'ca-bundle' } },
  'docker-config': {
    oneAtLeast: { '.dockerconfigjson': 'docker-config', 'config.json': 'docker-config' },
  },
  dotenv: { required: { '.env': 'dotenv' } },
  'dsn.amqp': connection('dsn.amqp', 'AMQP_URL'),
  'dsn.jdbc': connection('dsn.jdbc', 'JDBC_URL', 'jdbc-url'),
  'dsn.mongodb': connection('dsn.mongodb', 'MONGODB_URI'),
  'dsn.mysql': connection('dsn.mysql'),
  'dsn.postgresql': connection('dsn.postgresql'),
  'dsn.redis': connection('dsn.redis', 'REDIS_URL'),
  'gcp-service-account': {
    oneAtLeast: {
      'service-account.json': 'gcp-service-account',
      'key.json': 'gcp-service-account',
      'credentials.json': 'gcp-service-account',
    },
  },
  htpasswd: { oneAtLeast: { auth: 'htpasswd', users: 'htpasswd', htpasswd: 'htpasswd' } },
  jks: {
    oneAtLeast: { 'keystore.jks': 'jks', 'truststore.jks': 'jks' },
    passwordKey: 'password',
  },
  jwks: { oneAtLeast: { 'jwks.json': 'jwks', jwks: 'jwks' } },
  jwt: { required: { token: 'jwt' } },
  kubeconfig: {
    oneAtLeast: { kubeconfig: 'kubeconfig', value: 'kubeconfig', config: 'kubeconfig' },
  },
  'oauth-client': {
    oneAtLeast: { 'client_secret.json': 'oauth-client', 'credentials.json': 'oauth-client' },
  },
  pkcs12: {
    oneAtLeast: { 'keystore.p12': 'pkcs12', 'truststore.p12': 'pkcs12' },
    passwordKey: 'password',
  },
  ssh: {
    required: { 'ssh-privatekey': 'ssh-private-key' },
    optional: { 'ssh-publickey': 'ssh-public-key' },
  },
  tls: {
    required: { 'tls.crt': 'certificate', 'tls.key': 'private-key' },
    optional: { 'ca.crt': 'ca-bundle' },
    crossRules: [keyOfCertificate],
  },
  wireguard: {
    oneAtLeast: { 'wg0.conf': 'wireguard-config', privatekey: 'wireguard-key' },
    optional: { publickey: 'wireguard-key', presharedkey: 'wireguard-key' },
  },
};

/** Schemas of the gateway itself, by name: for the label, and for the type `sallyport.dev/NAME`. */
export const builtInSchemas: ReadonlyMap<string, SecretRules> = new Map(
  Object.entries(table).map(([name, one]) => [name, rulesOf(name, one)]),
);

/** Beginning of the types of built-in schemas; the name follows. */
export const builtInTypePrefix = 'sallyport.dev/';

/** Returns the built-in schemas that a type or a label names. */
export function builtInSchemasOf({ type, labels }: CheckSubject): readonly SecretRules[] {
  const label = labels[schemaLabel];
  const isOwn = type.startsWith(builtInTypePrefix);
  const named = isOwn ? type.slice(builtInTypePrefix.length) : undefined;
  const names = new Set([named, label]);
  return [...names].flatMap((name) => builtInSchemas.get(name ?? '') ?? []);
}

function rulesOf(name: string, one: BuiltIn): SecretRules {
  const { required = {}, oneAtLeast = {}, optional = {}, passwordKey, crossRules = [] } = one;
  return {
    name,
    isEnforced: true,
    isOfEachWrite: false,
    keys: new Map([
      ...Object.entries(required).map(([key, kind]) => [key, keyRules(kind, true)] as const),
      ...Object.entries({ ...oneAtLeast, ...optional }).map(
        ([key, kind]) => [key, { ...keyRules(kind, false), passwordKey }] as const,
      ),
    ]),
    allowsOtherKeys: true,
    oneAtLeast: Object.keys(oneAtLeast),
    alternatives: [],
    crossRules,
  };
}

function keyRules(kindName: string, isRequired: boolean): KeyRules {
  return { isRequired, kind: knownKind(kindName) };
}

function knownKind(name: string): Kind {
  const kind = kinds.get(name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
}
