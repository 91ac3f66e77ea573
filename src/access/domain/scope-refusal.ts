import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { Principal } from '../../core/principal.js';
import type { TokenScope } from '../../core/token-scope.js';
import { AddressRanges } from '../../platform/http/domain/address-ranges.js';
import { globMatches } from './glob.js';
import { actionsOf } from './scope-actions.js';

/** Facts of a call, as in its audit event. */
export interface ScopedCall {
  readonly action: string;
  readonly namespace?: string | undefined;
  readonly secret?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  /** Whether `keys` is all that it accesses; a whole object means all its keys. */
  readonly keysOnly?: true | undefined;
  /** Whether it only deletes, and sets up nothing that acts later. */
  readonly deletesOnly?: true | undefined;
}

/** Caller, and the source address of the call. */
export interface ScopedCaller {
  readonly principal: Pick<Principal, 'scope'>;
  readonly sourceIp: string;
}

/**
 * Actions about the caller, the caller's tokens, or the public certificate for sealed values:
 * without a namespace, a Secret or a key.
 */
const personal = /^(access\.review|tokens\.[a-z]+|sealing\.get)$/;
/** Actions whose results include only what is in the scope. */
const narrowed: readonly string[] = [
  'namespaces.list',
  'secrets.list',
  'secrets.watch',
  'versions.list',
];

/** Actions that write an object which acts later, and that object. */
const actingLater: ReadonlyMap<string, string> = new Map([
  ['rotations.update', 'a rotation'],
  ['shares.update', 'a share'],
  ['shares.revoke', 'a share'],
  ['imports.update', 'an import'],
  ['syncs.update', 'a sync'],
  ['syncs.resolve', 'a sync'],
  ['stores.update', 'a store'],
]);

const ranges = new WeakMap<readonly string[], AddressRanges>();

/**
 * Returns why the scope of the caller's token forbids a call; undefined if it does not. Every call
 * of a service is checked here, by the audit trail, before rights and any lookup.
 */
export function outOfScope(caller: ScopedCaller, call: ScopedCall): SallyportError | undefined {
  const { scope } = caller.principal;
  if (scope === undefined) return undefined;
  const reason = cidrsReason(scope, caller.sourceIp) ?? callReason(scope, call);
  if (reason === undefined) return undefined;
  return new SallyportError('Forbidden', `the scope of the token forbids this: ${reason}`);
}

/** Throws the refusal, if there is one. */
export function requireInScope(caller: ScopedCaller, call: ScopedCall): void {
  const refusal = outOfScope(caller, call);
  if (refusal) throw refusal;
}

/**
 * Returns why the token may not read the metadata of a Secret; undefined if it may. A right to read
 * the whole Secret includes its metadata.
 */
export function metadataOutOfScope(
  caller: ScopedCaller,
  { namespace, name: secret }: { readonly namespace: string; readonly name: string },
): SallyportError | undefined {
  const refusal = outOfScope(caller, { action: 'secrets.get', namespace, secret });
  return refusal && outOfScope(caller, { action: 'secrets.reveal', namespace, secret }) && refusal;
}

/** Returns why a scope forbids a call from any network. */
export function callReason(scope: TokenScope, call: ScopedCall): string | undefined {
  const reason = actionsReason(scope, call.action);
  if (reason !== undefined || personal.test(call.action)) return reason;
  return (
    namespacesReason(scope, call) ??
    secretsReason(scope, call) ??
    keysReason(scope, call) ??
    authorReason(scope, call)
  );
}

/** Reports whether a list may include a namespace. */
export function showsNamespace(scope: TokenScope | undefined, namespace: string): boolean {
  return isAmong(scope?.namespaces, namespace);
}

/** Reports whether a list may include a Secret of this name. */
export function showsSecret(scope: TokenScope | undefined, name: string): boolean {
  return isAmong(scope?.secrets, name);
}

function cidrsReason({ cidrs }: TokenScope, sourceIp: string): string | undefined {
  if (cidrs === undefined) return undefined;
  const known = ranges.get(cidrs) ?? new AddressRanges(cidrs);
  ranges.set(cidrs, known);
  return known.has(sourceIp) ? undefined : 'the address it comes from is not in cidrs';
}

/** Checks actions; any token with at least one action may query its own identity. */
function actionsReason({ actions }: TokenScope, action: string): string | undefined {
  if (actions === undefined) return undefined;
  if (action === 'access.review' && actions.length > 0) return undefined;
  const isListed = actions.some((entry) => actionsOf(entry).some((known) => known === action));
  return isListed ? undefined : `${action} is not in actions`;
}

function namespacesReason({ namespaces }: TokenScope, call: ScopedCall): string | undefined {
  const { action, namespace } = call;
  if (namespaces === undefined) return undefined;
  if (namespace !== undefined) {
    return isAmong(namespaces, namespace) ? undefined : 'the namespace is not in namespaces';
  }
  if (narrowed.includes(action) && namespaces.length > 0) return undefined;
  return 'it reaches beyond namespaces';
}

function secretsReason({ secrets }: TokenScope, call: ScopedCall): string | undefined {
  const { action, secret } = call;
  if (secrets === undefined) return undefined;
  if (secret !== undefined) {
    return isAmong(secrets, secret) ? undefined : 'the Secret is not in secrets';
  }
  if (narrowed.includes(action) && secrets.length > 0) return undefined;
  return 'it reaches beyond secrets';
}

function keysReason({ keys }: TokenScope, call: ScopedCall): string | undefined {
  if (keys === undefined) return undefined;
  const { keys: asked = [], keysOnly } = call;
  if (keysOnly !== true || asked.length === 0) return 'keys opens single keys and nothing else';
  return asked.every((key) => keys.includes(key)) ? undefined : 'a key is not in keys';
}

/**
 * Forbids writing a rotation, a share or an import with any scope, whatever its spec and form. They
 * act with all rights of their author, from any network, and after the token has expired.
 */
function authorReason(scope: TokenScope, { action, deletesOnly }: ScopedCall): string | undefined {
  const what = actingLater.get(action);
  if (what === undefined || deletesOnly === true) return undefined;
  const isNarrowed = Object.values(scope).some((member) => member !== undefined);
  return isNarrowed
    ? `${what} acts with all rights of its author, also after the token has expired: ` +
        'write it with a credential that has no scope'
    : undefined;
}

function isAmong(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns === undefined || patterns.some((pattern) => globMatches(pattern, name));
}
