import { Buffer } from 'node:buffer';
import { limits } from './limits.js';
import type { TokenScope } from './token-scope.js';

export type PrincipalKind = 'oidc' | 'serviceAccount' | 'token' | 'certificate';

/** Properties that a gateway token adds to an identity. */
export interface TokenGrant {
  readonly id: string;
  /** User name of the token's creator. */
  readonly owner: string;
  /** Description by the creator; absent if none is recorded. */
  readonly description?: string;
  readonly scope: TokenScope;
}

export interface UserIdentity {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /** Kind of the credential: a ServiceAccount's, if the ServiceAccount impersonates this user. */
  readonly kind: PrincipalKind;
  readonly credentialId: string;
  readonly expiresAtMs?: number;
  readonly token?: TokenGrant;
}

export interface ServiceAccountIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly credentialId: string;
  readonly expiresAtMs?: number;
  /** Makes it a principal of kind `token`. */
  readonly token?: TokenGrant;
}

/** Namespace and name of a ServiceAccount. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

interface WholeIdentity {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
  readonly serviceAccount: ServiceAccountName | undefined;
}

interface Credential {
  readonly kind: PrincipalKind;
  readonly credentialId: string;
  readonly expiresAtMs: number | undefined;
  readonly token: TokenGrant | undefined;
}

/** Refusal of an identity; names the invalid part, never its content. */
export class IdentityRefused extends Error {
  override readonly name = 'IdentityRefused';
}

const constructing = Symbol('principal');
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const EXTRA_KEY = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[a-z0-9!#$&'*+.^_`|~%-]+$/;
// C0, DEL and C1 controls: Go and Node disagree on them in header values.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** `trim` of either language removes some of these at the ends; Go trims header values. */
const PADDED = /^[\s\u0085\u180e\u200b\ufeff]|[\s\u0085\u180e\u200b\ufeff]$/;

/**
 * Caller as Kubernetes sees it. Only its two factories create a principal: SubjectAccessReview
 * takes names and groups literally, but header values lose their padding in transit. `"
 * system:masters"` arrived as cluster-admin.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 */
export class Principal {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
  readonly kind: PrincipalKind;
  /** Undefined if the principal is not a ServiceAccount. */
  readonly serviceAccount: ServiceAccountName | undefined;
  readonly credentialId: string;
  readonly expiresAtMs: number | undefined;
  /** Undefined if the credential is not a gateway token. */
  readonly token: Omit<TokenGrant, 'scope'> | undefined;
  /** Scope of the credential; undefined if unrestricted. */
  readonly scope: TokenScope | undefined;

  constructor(key: typeof constructing, identity: WholeIdentity, credential: Credential) {
    if (key !== constructing) throw new TypeError('principals come from their factories');
    this.username = identity.username;
    this.uid = identity.uid;
    this.groups = Object.freeze([...identity.groups]);
    this.extra = freezeExtra(identity.extra);
    this.serviceAccount = identity.serviceAccount && Object.freeze(identity.serviceAccount);
    this.kind = credential.kind;
    this.credentialId = credential.credentialId;
    this.expiresAtMs = credential.expiresAtMs;
    this.token = credential.token && tokenOf(credential.token);
    this.scope = credential.token && freezeScope(credential.token.scope);
    Object.freeze(this);
  }

  /**
   * Returns a user named by a claim, a certificate or a token. Throws IdentityRefused for any value
   * that could become another user: padding, controls, emptiness, size, reserved names.
   */
  static forUser(identity: UserIdentity): Principal {
    const groups = identity.groups ?? [];
    if (groups.length > limits.identityGroupsMax) {
      throw new IdentityRefused(`more than ${limits.identityGroupsMax} groups`);
    }
    checkValue('user name', identity.username);
    refuseReserved('user name', identity.username);
    if (identity.uid !== undefined && identity.uid !== '') checkValue('uid', identity.uid);
    for (const group of groups) {
      checkValue('group', group);
      refuseReserved('group', group);
    }
    const whole = {
      username: identity.username,
      uid: identity.uid ?? '',
      groups: [...new Set([...groups, 'system:authenticated'])],
      extra: checkedExtra(identity.extra ?? {}),
      serviceAccount: undefined,
    };
    const { kind, credentialId, expiresAtMs, token } = identity;
    return new Principal(constructing, whole, { kind, credentialId, expiresAtMs, token });
  }

  /** Returns a ServiceAccount with the groups that the API server assigns. */
  static forServiceAccount(identity: ServiceAccountIdentity): Principal {
    const { namespace, name } = identity;
    if (!DNS_LABEL.test(namespace)) throw new IdentityRefused('ServiceAccount namespace');
    if (!DNS_SUBDOMAIN.test(name)) throw new IdentityRefused('ServiceAccount name');
    checkValue('uid', identity.uid);
    const whole = {
      username: `system:serviceaccount:${namespace}:${name}`,
      uid: identity.uid,
      groups: [
        'system:serviceaccounts',
        `system:serviceaccounts:${namespace}`,
        'system:authenticated',
      ],
      extra: checkedExtra(identity.extra ?? {}),
      serviceAccount: { namespace, name },
    };
    const { credentialId, expiresAtMs, token } = identity;
    const kind = token === undefined ? 'serviceAccount' : 'token';
    return new Principal(constructing, whole, { kind, credentialId, expiresAtMs, token });
  }
}

/** Returns the ServiceAccount of a user name; undefined if the name is not a ServiceAccount's. */
export function serviceAccountNamed(username: string): ServiceAccountName | undefined {
  const [, namespace, name] = SERVICE_ACCOUNT.exec(username) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** Refuses a name, group, uid or extra value that a header cannot carry unchanged. */
export function checkValue(what: string, value: string): void {
  if (value.length === 0) throw new IdentityRefused(`${what} is empty`);
  if (Buffer.byteLength(value, 'utf8') > limits.identityValueBytesMax) {
    throw new IdentityRefused(`${what} is longer than ${limits.identityValueBytesMax} bytes`);
  }
  if (CONTROL.test(value)) throw new IdentityRefused(`${what} has a control character`);
  if (PADDED.test(value)) throw new IdentityRefused(`${what} begins or ends with white space`);
  if (!value.isWellFormed()) throw new IdentityRefused(`${what} is not well-formed Unicode`);
}

function refuseReserved(what: string, value: string): void {
  if (value.startsWith('system:')) {
    throw new IdentityRefused(`${what} is reserved: it begins with system:`);
  }
}

function checkedExtra(extra: Readonly<Record<string, readonly string[]>>) {
  for (const [key, values] of Object.entries(extra)) {
    checkValue('extra key', key);
    if (!EXTRA_KEY.test(key)) throw new IdentityRefused('extra key has no domain prefix');
    if (values.length > limits.identityGroupsMax) throw new IdentityRefused('too many extras');
    for (const value of values) checkValue('extra value', value);
  }
  return extra;
}

function freezeExtra(extra: Readonly<Record<string, readonly string[]>>) {
  const entries = Object.entries(extra).map(([key, values]) => [key, Object.freeze([...values])]);
  return Object.freeze(Object.fromEntries(entries)) as Readonly<Record<string, readonly string[]>>;
}

function tokenOf({ scope: _scope, ...token }: TokenGrant): Omit<TokenGrant, 'scope'> {
  return Object.freeze({ ...token });
}

function freezeScope(scope: TokenScope): TokenScope {
  const members = Object.entries(scope) as [string, readonly string[] | undefined][];
  const given = members.filter(([, items]) => items !== undefined);
  const entries = given.map(([member, items = []]) => [member, Object.freeze([...items])]);
  return Object.freeze(Object.fromEntries(entries)) as TokenScope;
}
