import { Buffer } from 'node:buffer';
import { limits } from './limits.js';

export type PrincipalKind = 'oidc' | 'serviceAccount' | 'token' | 'certificate';

export interface UserIdentity {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly kind: Exclude<PrincipalKind, 'serviceAccount'>;
  readonly credentialId: string;
  readonly expiresAtMs?: number;
}

export interface ServiceAccountIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly credentialId: string;
  readonly expiresAtMs?: number;
}

/** Why an identity was refused; names the part, never its content. */
export class IdentityRefused extends Error {
  override readonly name = 'IdentityRefused';
}

const constructing = Symbol('principal');
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const EXTRA_KEY = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[a-z0-9!#$&'*+.^_`|~%-]+$/;
// C0, DEL and C1 controls: Go and Node disagree on them in header values.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** `trim` of either language removes some of these at the ends; Go trims header values. */
const PADDED = /^[\s\u0085\u180e\u200b\ufeff]|[\s\u0085\u180e\u200b\ufeff]$/;

/**
 * A caller as Kubernetes sees it. Its two factories are the only way to one, because
 * SubjectAccessReview takes names and groups literally and header values lose their padding on the
 * way: `" system:masters"` arrived as cluster-admin.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 */
export class Principal {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
  readonly kind: PrincipalKind;
  readonly credentialId: string;
  readonly expiresAtMs: number | undefined;

  constructor(
    key: typeof constructing,
    identity: Required<Omit<UserIdentity, 'kind' | 'expiresAtMs'>>,
    kind: PrincipalKind,
    expiresAtMs: number | undefined,
  ) {
    if (key !== constructing) throw new TypeError('principals come from their factories');
    this.username = identity.username;
    this.uid = identity.uid;
    this.groups = Object.freeze([...identity.groups]);
    this.extra = freezeExtra(identity.extra);
    this.kind = kind;
    this.credentialId = identity.credentialId;
    this.expiresAtMs = expiresAtMs;
    Object.freeze(this);
  }

  /**
   * A user named by a claim, a certificate or a token. Throws IdentityRefused for whatever could
   * become somebody else: padding, controls, emptiness, size, reserved names.
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
      credentialId: identity.credentialId,
    };
    return new Principal(constructing, whole, identity.kind, identity.expiresAtMs);
  }

  /** A ServiceAccount, with the groups that the API server gives it. */
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
      credentialId: identity.credentialId,
    };
    return new Principal(constructing, whole, 'serviceAccount', identity.expiresAtMs);
  }
}

/** Refuses a name, group, uid or extra value that cannot travel unchanged in a header. */
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
