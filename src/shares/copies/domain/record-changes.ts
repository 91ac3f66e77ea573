import { confirmedKeys, type CopyRecord, isPending } from './copy-record.js';
import type { CopyTarget } from './copy-target.js';
import { type DeliveryPlan, isOwn } from './plan-delivery.js';

type Apply = Extract<DeliveryPlan, { kind: 'apply' }>;

/** Delivery that begins. */
export interface BegunDelivery extends Pick<
  CopyRecord,
  'namespace' | 'name' | 'secretName' | 'type' | 'reshare'
> {
  readonly plan: Pick<Apply, 'before' | 'isCreated' | 'keys'>;
  /** Random id, for a delivery that has none yet. */
  readonly newId: string;
}

/** Returns the record that must be there before the cluster has the copy. */
export function recordBefore(
  known: CopyRecord | undefined,
  { plan: { before, isCreated, keys: applied }, newId, ...begun }: BegunDelivery,
): CopyRecord {
  const former = recordOfSame(before, known);
  const keys = [...new Set([...(former?.keys ?? []), ...applied])];
  const confirmed = confirmedKeys(former);
  const pending = keys.filter((key) => !confirmed.has(key));
  return {
    ...begun,
    // What is recorded of the Secret itself, until that changes.
    reshare: former?.reshare ?? begun.reshare,
    isCreated,
    keys,
    ...(pending.length > 0 && { pending }),
    // A Secret that was created is recognized by the id of its delivery until its uid is recorded.
    // A creation without a response may still happen, so that its id stays.
    delivery: former?.delivery ?? newId,
    ...(before !== undefined && { secretUID: before.uid }),
  };
}

/**
 * Returns the known record if it is about the Secret that is written. Nothing is known about
 * another Secret that has the name now: its keys are not those that the import has delivered.
 */
function recordOfSame(
  before: CopyTarget | undefined,
  known: CopyRecord | undefined,
): CopyRecord | undefined {
  if (known === undefined) return undefined;
  const isSame = before === undefined ? isPending(known) : isOwn(before, known);
  return isSame ? known : undefined;
}

/** Reports whether the origin of all keys of a write is recorded of the Secret already. */
export function isOriginKnown(
  record: CopyRecord,
  known: CopyRecord | undefined,
  reshare: boolean,
): boolean {
  const isSame = known?.secretUID === record.secretUID && record.reshare === reshare;
  return isSame && record.pending === undefined;
}

/** Returns the record of a copy that ended; `isKept`: the Secret is still there. */
export function afterRemoval(record: CopyRecord, isKept: boolean): CopyRecord {
  const { secretUID, pending: _, ...rest } = record;
  const ended = { ...rest, keys: [] };
  return isKept && secretUID !== undefined
    ? { ...ended, secretUID }
    : { ...ended, isCreated: false };
}

/** Reports a record after a removal. */
export function hasNothing({ keys }: CopyRecord): boolean {
  return keys.length === 0;
}
