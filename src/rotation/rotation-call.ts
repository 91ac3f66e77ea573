import type { AccessService } from '../access/access.service.js';
import { authoriseServed } from '../access/domain/authorise-served.js';
import type { Rights } from '../access/domain/secret-rights.js';
import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { foundOrUndefined } from '../core/errors/not-found.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { StoreCall } from '../secrets/domain/secret.store.js';
import { type ParsedPolicy, type StoredPolicy, parsePolicy } from './domain/rotation-policy.js';
import type { RotatedSecret } from './domain/rotation-run.js';
import type { RotationDependencies } from './rotation.dependencies.js';

/** Call about a rotation: the caller, the Secret, and its trace. */
export interface RotationCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
  readonly ref: SecretRef;
  /** Service that traces this call. */
  readonly access: AccessService;
}

type Parts = Pick<RotationDependencies, 'access' | 'served' | 'namespaces' | 'policies'>;

export function callOf(
  { access }: Parts,
  ctx: CallContext,
  trace: CallTrace,
  ref: SecretRef,
): RotationCall {
  return { ctx, trace, ref, access: access.tracedBy(trace.upstreamIds) };
}

export function storeCall({ ctx, trace }: RotationCall, as: StoreCall['as']): StoreCall {
  return { ctx, as, trace };
}

/** Requires one of the rights before any lookup; Invalid if the broker does not work. */
export function authorise(parts: Parts, call: RotationCall, ...rights: Rights): Promise<void> {
  return authoriseServed(parts, call, ...rights);
}

/** Throws NotFound if there is no such namespace. */
export async function secretOf(
  { namespaces }: Parts,
  { namespace, name }: SecretRef,
): Promise<RotatedSecret> {
  const facts = namespaces.known(namespace) ?? (await namespaces.confirm(namespace));
  if (facts === undefined) throw rotationNotFound({ namespace, name });
  return { namespace, name, namespaceUid: facts.uid };
}

/** Returns the policy in the cluster now; undefined if there is none. */
export function currentPolicy(
  { policies }: Parts,
  call: RotationCall,
): Promise<StoredPolicy | undefined> {
  return foundOrUndefined(() => policies.get(storeCall(call, 'broker'), call.ref));
}

/** Returns the parsed policy. Throws NotFound if it does not exist. */
export async function requirePolicy(parts: Parts, call: RotationCall): Promise<ParsedPolicy> {
  const secret = await secretOf(parts, call.ref);
  const policy = await currentPolicy(parts, call);
  if (policy === undefined) throw rotationNotFound(call.ref);
  return parsePolicy(policy, secret.namespaceUid);
}

export function rotationNotFound({ name }: SecretRef): SallyportError {
  return new SallyportError('NotFound', `the Secret "${name}" has no rotation`);
}
