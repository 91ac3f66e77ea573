import type { FieldError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import { bootstrapTokenErrors } from './bootstrap-token.js';
import { dockerConfigErrors, dockercfgErrors } from './docker-config.js';
import { refuseIfAny } from './field-errors.js';
import { pointerTo } from './json-pointer.js';
import type { SecretManifest } from './secret.js';
import { sshPrivateKeyErrors } from './ssh-private-key.js';
import { tlsPairErrors } from './tls-pair.js';

export interface TypeRules {
  /** Whether Secrets that are credentials of the cluster itself may be written. */
  readonly allowClusterCredentials: boolean;
}

type TypeCheck = (secret: SecretManifest) => FieldError[];

const serviceAccountName = 'kubernetes.io/service-account.name';
const clusterCredentialTypes: ReadonlySet<string> = new Set([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
]);

/**
 * Rules of the API server, `ValidateSecret`: it checks only presence and JSON syntax. Types in
 * neither table are custom types and may contain anything, as in Kubernetes.
 */
const apiServerChecks: ReadonlyMap<string, TypeCheck> = new Map<string, TypeCheck>([
  ['kubernetes.io/basic-auth', basicAuthErrors],
  ['kubernetes.io/ssh-auth', sshAuthErrors],
  ['kubernetes.io/tls', (secret) => missingKeys(secret, ['tls.crt', 'tls.key'])],
  ['kubernetes.io/dockerconfigjson', (secret) => missingKeys(secret, ['.dockerconfigjson'])],
  ['kubernetes.io/dockercfg', (secret) => missingKeys(secret, ['.dockercfg'])],
  ['kubernetes.io/service-account-token', serviceAccountTokenErrors],
]);

/** Checks that Sallyport adds: the API server stores such Secrets, but their consumers fail. */
const semanticChecks: ReadonlyMap<string, TypeCheck> = new Map<string, TypeCheck>([
  ['kubernetes.io/ssh-auth', ({ data }) => withKey(data, 'ssh-privatekey', sshPrivateKeyErrors)],
  ['kubernetes.io/tls', ({ data }) => tlsPairErrors(data)],
  [
    'kubernetes.io/dockerconfigjson',
    ({ data }) => withKey(data, '.dockerconfigjson', dockerConfigErrors),
  ],
  ['kubernetes.io/dockercfg', ({ data }) => withKey(data, '.dockercfg', dockercfgErrors)],
  ['bootstrap.kubernetes.io/token', bootstrapTokenErrors],
]);

/** Types that have rules of their own. */
export const checkedTypes: ReadonlySet<string> = new Set([
  ...apiServerChecks.keys(),
  ...semanticChecks.keys(),
]);

/**
 * Returns violations of a built-in type's rules for keys and values. The semantic checks are
 * stricter than the API server, and run only if its own rules hold. No check is laxer. Pointers use
 * `/data/K`, the spelling that every Secret has.
 * https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
 */
export function secretTypeErrors(secret: SecretManifest): FieldError[] {
  const errors = apiServerChecks.get(secret.type)?.(secret) ?? [];
  return errors.length > 0 ? errors : (semanticChecks.get(secret.type)?.(secret) ?? []);
}

/** Reports whether Secrets of this type let their bearer act in the cluster itself. */
export function isClusterCredentialType(type: string): boolean {
  return clusterCredentialTypes.has(type);
}

/** Throws Invalid for a type that mints identities of the cluster, unless the rules allow it. */
export function refuseClusterCredentials(type: string, rules: TypeRules): void {
  if (rules.allowClusterCredentials || !isClusterCredentialType(type)) return;
  const reason = 'Secrets of this type are credentials of the cluster and are not written here';
  refuseIfAny([{ pointer: '/type', reason }]);
}

// Either may be empty, and one is enough.
function basicAuthErrors(secret: SecretManifest): FieldError[] {
  const errors = missingKeys(secret, ['username', 'password']);
  return errors.length === 2 ? errors : [];
}

function sshAuthErrors(secret: SecretManifest): FieldError[] {
  const present = (secret.data.get('ssh-privatekey')?.sizeBytes ?? 0) > 0;
  return present ? [] : [required('data', 'ssh-privatekey')];
}

// A controller adds token and uid later.
function serviceAccountTokenErrors(secret: SecretManifest): FieldError[] {
  const name = secret.annotations[serviceAccountName] ?? '';
  return name === '' ? [required('annotations', serviceAccountName)] : [];
}

function missingKeys(secret: SecretManifest, keys: readonly string[]): FieldError[] {
  return keys.filter((key) => !secret.data.has(key)).map((key) => required('data', key));
}

function withKey(
  data: SecretManifest['data'],
  key: string,
  check: (value: SecretValue) => string[],
): FieldError[] {
  const value = data.get(key);
  const reasons = value === undefined ? [] : check(value);
  return reasons.map((reason) => ({ pointer: pointerTo('data', key), reason }));
}

function required(map: string, key: string): FieldError {
  return { pointer: pointerTo(map, key), reason: 'is required by the type of this Secret' };
}
