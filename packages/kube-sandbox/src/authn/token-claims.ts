import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';

export interface ObjectRef {
  readonly name: string;
  /** Empty for a node that only a pod names. */
  readonly uid: string;
}

/** Claims of a ServiceAccount token; times are whole seconds since the epoch. */
export interface TokenClaims {
  readonly audiences: readonly string[];
  readonly expiresAt: number;
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly issuer: string;
  readonly id: string;
  readonly namespace: string;
  readonly serviceAccount: ObjectRef;
  readonly pod: ObjectRef | undefined;
  readonly secret: ObjectRef | undefined;
  readonly node: ObjectRef | undefined;
  /** Time after which a token with an extended life counts as stale. */
  readonly warnAfter: number | undefined;
}

/**
 * Writes the payload with the API server's members in their order.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims
 */
export function writeClaims(claims: TokenClaims): string {
  return JSON.stringify({
    aud: claims.audiences,
    exp: claims.expiresAt,
    iat: claims.issuedAt,
    iss: claims.issuer,
    jti: claims.id,
    'kubernetes.io': {
      namespace: claims.namespace,
      node: writeRef(claims.node),
      pod: writeRef(claims.pod),
      secret: writeRef(claims.secret),
      serviceaccount: writeRef(claims.serviceAccount),
      warnafter: claims.warnAfter,
    },
    nbf: claims.notBefore,
    sub: serviceAccountUser(claims.namespace, claims.serviceAccount.name),
  });
}

/** Reads the output of `writeClaims`; returns undefined for any other payload. */
export function readClaims(payload: JsonObject): TokenClaims | undefined {
  const own = payload['kubernetes.io'];
  if (!isJsonObject(own)) return undefined;
  const serviceAccount = readRef(own['serviceaccount']);
  const { exp, iat, nbf, iss, jti } = payload;
  if (serviceAccount === undefined || typeof own['namespace'] !== 'string') return undefined;
  if (typeof exp !== 'number' || typeof iat !== 'number' || typeof nbf !== 'number') {
    return undefined;
  }
  if (typeof iss !== 'string' || typeof jti !== 'string') return undefined;
  return {
    audiences: readAudiences(payload['aud']),
    expiresAt: exp,
    issuedAt: iat,
    notBefore: nbf,
    issuer: iss,
    id: jti,
    namespace: own['namespace'],
    serviceAccount,
    pod: readRef(own['pod']),
    secret: readRef(own['secret']),
    node: readRef(own['node']),
    warnAfter: typeof own['warnafter'] === 'number' ? own['warnafter'] : undefined,
  };
}

/** Returns the user name of a ServiceAccount. */
export function serviceAccountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

function writeRef(ref: ObjectRef | undefined): JsonObject | undefined {
  if (ref === undefined) return undefined;
  return { name: ref.name, ...(ref.uid === '' ? {} : { uid: ref.uid }) };
}

function readRef(value: Json | undefined): ObjectRef | undefined {
  if (!isJsonObject(value) || typeof value['name'] !== 'string') return undefined;
  const { name, uid } = value;
  return { name, uid: typeof uid === 'string' ? uid : '' };
}

function readAudiences(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return [];
  return value.filter((one) => typeof one === 'string');
}
