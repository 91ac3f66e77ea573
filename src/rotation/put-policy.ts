import { rotationRight } from '../access/domain/secret-rights.js';
import { invalid, invalidAt, SallyportError } from '../core/errors/sallyport-error.js';
import type { Principal } from '../core/principal.js';
import { untilUndisturbed } from '../custom-resources/domain/until-undisturbed.js';
import {
  refuseFailedConditions,
  type SpecWriteOptions,
  type WriteConditions,
} from '../custom-resources/domain/write-conditions.js';
import { managedElsewhere } from './domain/managed-elsewhere.js';
import { hashOf } from '../custom-resources/domain/spec-hash.js';
import type { StoredPolicy } from './domain/rotation-policy.js';
import type { RotationSpec } from './domain/rotation-spec.js';
import type { KnownAuthor } from '../custom-resources/domain/author.js';
import { neededRights } from './domain/spec-references.js';
import { currentPolicy, type RotationCall, secretOf, storeCall } from './rotation-call.js';
import type { RotationDependencies } from './rotation.dependencies.js';

interface Wanted {
  readonly spec: RotationSpec;
  /** Spec as the caller wrote it. */
  readonly given: Readonly<Record<string, unknown>>;
}

export interface PutPolicy {
  readonly policy: StoredPolicy;
  readonly namespaceUid: string;
  readonly created: boolean;
}

/**
 * Writes a policy as the caller, after checking all rights that its author needs; stores the
 * author. An equal spec is not written again, but its latest writer becomes its author.
 */
export async function putPolicy(
  parts: RotationDependencies,
  call: RotationCall,
  wanted: Wanted,
  options: SpecWriteOptions,
): Promise<PutPolicy> {
  const { ctx, ref } = call;
  const { spec } = wanted;
  for (const right of neededRights(spec)) {
    await call.access.require(ctx, { ...right, namespace: ref.namespace });
  }
  const { namespaceUid } = await secretOf(parts, ref);
  await refuseManaged(parts, call, spec);
  const put = await untilUndisturbed(() => putOnce(parts, call, wanted, options));
  if (!options.dryRun) {
    const author = authorOf(ctx.principal);
    await parts.store.saveAuthor(put.policy.uid, { specHash: hashOf(spec), author });
  }
  return { ...put, namespaceUid };
}

async function putOnce(
  parts: RotationDependencies,
  call: RotationCall,
  { given }: Wanted,
  options: SpecWriteOptions,
): Promise<Pick<PutPolicy, 'policy' | 'created'>> {
  const { ctx, ref } = call;
  const before = await currentPolicy(parts, call);
  refuseFailedPolicyConditions(before, options);
  const created = before === undefined;
  await call.access.require(ctx, rotationRight(created ? 'create' : 'update', ref));
  const body = { secretName: ref.name, ...given };
  if (options.dryRun) return { policy: { ...(before ?? nothing(call)), spec: body }, created };
  return { policy: await send(parts, call, { before, body }), created };
}

/** Throws 412 if the caller has seen another spec. */
export function refuseFailedPolicyConditions(
  before: StoredPolicy | undefined,
  conditions: WriteConditions,
): void {
  refuseFailedConditions(before, conditions, `the Secret "${before?.name}" has a rotation`);
}

async function send(
  { policies }: RotationDependencies,
  call: RotationCall,
  { before, body }: { readonly before: StoredPolicy | undefined; readonly body: object },
): Promise<StoredPolicy> {
  const asCaller = storeCall(call, 'caller');
  if (before !== undefined) return policies.replace(asCaller, before, body);
  try {
    return await policies.create(asCaller, call.ref, body);
  } catch (error) {
    if (!(error instanceof SallyportError) || error.code !== 'NotFound') throw error;
    throw invalid([], 'the cluster knows no SecretRotation: install deploy/crds');
  }
}

async function refuseManaged(
  { secrets }: RotationDependencies,
  call: RotationCall,
  { takeOwnership }: RotationSpec,
): Promise<void> {
  const secret = await secrets.get(storeCall(call, 'broker'), call.ref);
  const owner = takeOwnership ? undefined : managedElsewhere(secret);
  if (owner === undefined) return;
  const reason = `ManagedElsewhere: the Secret is managed by ${owner}`;
  throw invalidAt('/takeOwnership', reason);
}

function authorOf({ username, uid, groups, extra }: Principal): KnownAuthor {
  return { username, uid, groups, extra };
}

/** Returns the stored state that a dry run uses for a new policy. */
function nothing({ ref }: RotationCall): StoredPolicy {
  const { namespace, name } = ref;
  return {
    namespace,
    name,
    uid: '',
    resourceVersion: '',
    generation: 0,
    createdMs: 0,
    annotations: {},
    spec: {},
    status: {},
    isBeingDeleted: false,
  };
}
