import { randomUUID } from 'node:crypto';
import type { UserInfo } from '../model/identity.js';
import type { JsonObject, KubeObject } from '../model/kube-object.js';
import type { ObjectReader } from '../model/object-reader.js';
import { jwksOf, openIdConfigurationOf } from './open-id.js';
import { SignedTokens } from './signed-token.js';
import { SigningKey } from './signing-key.js';
import { serviceAccountUser } from './token-claims.js';
import type { ObjectRef, TokenClaims } from './token-claims.js';
import { TokenRefused } from './token-refused.js';

/** Default of kubeadm, both as issuer and as API audience. */
export const defaultIssuer = 'https://kubernetes.default.svc.cluster.local';

export interface TokenOrder {
  readonly namespace: string;
  readonly name: string;
  /** UID of the ServiceAccount. */
  readonly uid: string;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  /** Object whose deletion invalidates the token. */
  readonly boundObject?: ObjectRef & { readonly kind: 'Pod' | 'Secret' };
  /** Node of the bound pod. */
  readonly node?: ObjectRef;
  /** Age at which clients should renew a token whose life was extended beyond their request. */
  readonly warnAfterSeconds?: number;
}

export interface IssuedToken {
  readonly token: string;
  /** RFC 3339, whole seconds, like the next member. */
  readonly creationTimestamp: string;
  readonly expirationTimestamp: string;
}

export interface VerifiedToken {
  readonly user: UserInfo;
  /** Requested audiences that the token contains. */
  readonly audiences: readonly string[];
}

export interface TokenSources {
  readonly reader: ObjectReader;
  readonly privateKeyPem: string;
  readonly issuer: string;
  /** Audiences of this API server; default: the issuer. */
  readonly apiAudiences?: readonly string[];
  nowMs(): number;
}

/** Tolerated clock skew, and the time for which a deleted object still counts as present. */
const leewaySeconds = 60;
const invalidated = 'service account token has been invalidated';

/**
 * Issues and checks ServiceAccount tokens as kube-apiserver does.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
export class ServiceAccountTokens {
  readonly apiAudiences: readonly string[];
  readonly #sources: TokenSources;
  readonly #key: SigningKey;
  readonly #signed: SignedTokens;

  /** Throws an Error for a key that is not P-256. */
  constructor(sources: TokenSources) {
    this.#sources = sources;
    this.apiAudiences = sources.apiAudiences ?? [sources.issuer];
    this.#key = new SigningKey(sources.privateKeyPem);
    this.#signed = new SignedTokens(this.#key, sources.issuer);
  }

  issue(order: TokenOrder): IssuedToken {
    const now = Math.floor(this.#sources.nowMs() / 1000);
    const { boundObject, warnAfterSeconds } = order;
    const token = this.#signed.seal({
      audiences: order.audiences,
      expiresAt: now + order.expirationSeconds,
      issuedAt: now,
      notBefore: now,
      issuer: this.#sources.issuer,
      id: randomUUID(),
      namespace: order.namespace,
      serviceAccount: { name: order.name, uid: order.uid },
      pod: boundObject?.kind === 'Pod' ? boundObject : undefined,
      secret: boundObject?.kind === 'Secret' ? boundObject : undefined,
      node: order.node,
      warnAfter: warnAfterSeconds === undefined ? undefined : now + warnAfterSeconds,
    });
    const seconds = warnAfterSeconds ?? order.expirationSeconds;
    return {
      token,
      creationTimestamp: timestamp(now),
      expirationTimestamp: timestamp(now + seconds),
    };
  }

  /**
   * Returns the user of a token. Looks up the objects in the token for each call, so that a
   * deletion invalidates the token immediately. Throws TokenRefused.
   */
  verify(token: string, audiences: readonly string[] = this.apiAudiences): VerifiedToken {
    const claims = this.#signed.open(token);
    const matching = audiences.filter((one) => claims.audiences.includes(one));
    if (matching.length === 0) {
      const has = quotedList(claims.audiences);
      const wanted = quotedList(audiences);
      throw new TokenRefused(
        `token audiences ${has} is invalid for the target audiences ${wanted}`,
      );
    }
    this.#checkTimes(claims);
    this.#checkServiceAccount(claims);
    if (claims.secret !== undefined) this.#checkBound('secret', claims.namespace, claims.secret);
    if (claims.pod !== undefined) this.#checkBound('pod', claims.namespace, claims.pod);
    return { user: userOf(claims), audiences: matching };
  }

  /** Returns the body of `/openid/v1/jwks`. */
  jwks(): JsonObject {
    return jwksOf(this.#key);
  }

  /** Returns the body of `/.well-known/openid-configuration`. */
  openIdConfiguration(serverUrl: string): JsonObject {
    return openIdConfigurationOf(this.#key, this.#sources.issuer, serverUrl);
  }

  #checkTimes({ expiresAt, issuedAt, notBefore }: TokenClaims): void {
    const now = this.#sources.nowMs() / 1000;
    if (now + leewaySeconds < notBefore) {
      throw new TokenRefused('service account token is not valid yet');
    }
    if (now - leewaySeconds > expiresAt) {
      throw new TokenRefused('service account token has expired');
    }
    if (now + leewaySeconds < issuedAt) {
      throw new TokenRefused('service account token is issued in the future');
    }
  }

  #checkServiceAccount({ namespace, serviceAccount: { name, uid } }: TokenClaims): void {
    const stored = this.#sources.reader.get({ resource: 'serviceaccounts', namespace, name });
    if (stored === undefined) throw new TokenRefused(`serviceaccounts "${name}" not found`);
    const current = stored.metadata.uid ?? '';
    if (current !== uid) {
      throw new TokenRefused(`service account UID (${current}) does not match claim (${uid})`);
    }
    if (this.#isLongDeleted(stored)) {
      throw new TokenRefused(`service account ${namespace}/${name} has been deleted`);
    }
  }

  #checkBound(kind: 'pod' | 'secret', namespace: string, ref: ObjectRef): void {
    const resource = `${kind}s`;
    const stored = this.#sources.reader.get({ resource, namespace, name: ref.name });
    if (stored === undefined) throw new TokenRefused(invalidated);
    const current = stored.metadata.uid ?? '';
    if (current !== ref.uid) {
      const claim = `service account ${kind} ref claim (${ref.uid})`;
      throw new TokenRefused(`${kind} UID (${current}) does not match ${claim}`);
    }
    if (this.#isLongDeleted(stored)) throw new TokenRefused(invalidated);
  }

  #isLongDeleted({ metadata: { deletionTimestamp } }: KubeObject): boolean {
    if (deletionTimestamp === undefined) return false;
    return Date.parse(deletionTimestamp) < this.#sources.nowMs() - leewaySeconds * 1000;
  }
}

function userOf({ namespace, serviceAccount, id, pod, node }: TokenClaims): UserInfo {
  const extra: Record<string, readonly string[]> = {
    'authentication.kubernetes.io/credential-id': [`JTI=${id}`],
  };
  if (node !== undefined) {
    extra['authentication.kubernetes.io/node-name'] = [node.name];
    if (node.uid !== '') extra['authentication.kubernetes.io/node-uid'] = [node.uid];
  }
  if (pod !== undefined) {
    extra['authentication.kubernetes.io/pod-name'] = [pod.name];
    extra['authentication.kubernetes.io/pod-uid'] = [pod.uid];
  }
  return {
    username: serviceAccountUser(namespace, serviceAccount.name),
    uid: serviceAccount.uid,
    groups: [
      'system:serviceaccounts',
      `system:serviceaccounts:${namespace}`,
      'system:authenticated',
    ],
    extra,
  };
}

/** Formats a list of strings as Go's `%q` does. */
function quotedList(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

function timestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
