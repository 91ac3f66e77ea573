import type { SecretData } from '../../../secrets/domain/secret.js';
import type { CopyProblem } from './copy-state.js';
import { confirmedKeys, type CopyRecord, isPending } from './copy-record.js';
import type { CopyTarget } from './copy-target.js';

/** Copy that an import shall have. */
export interface WantedCopy {
  readonly type: string;
  readonly data: SecretData;
  /** Whether changes by other clients are overwritten. */
  readonly repair: boolean;
  /** Whether the import may add keys to a Secret that it did not create. */
  readonly adopts: boolean;
}

export type DeliveryPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'refuse'; readonly problem: CopyProblem }
  | {
      readonly kind: 'apply';
      /** State that is changed; undefined: the Secret is created. */
      readonly before: CopyTarget | undefined;
      /** Whether the import has created the Secret, or is to create it. */
      readonly isCreated: boolean;
      /** Whether fields of other managers are taken over. */
      readonly force: boolean;
      /** Values to write: all that are wanted, but for those of other clients. */
      readonly data: SecretData;
      /** Keys that the import has delivered then, also if another client has changed them. */
      readonly keys: readonly string[];
      /** Why some wanted values are not written. */
      readonly problem: CopyProblem | undefined;
    };

/** Type whose Secrets need no particular keys. */
const anyKeys = 'Opaque';

/** Decides how the target gets the wanted keys; nothing that the import does not own changes. */
export function planDelivery(
  wanted: WantedCopy,
  target: CopyTarget | undefined,
  record: CopyRecord | undefined,
): DeliveryPlan {
  if (target === undefined) return planCreation(wanted, record);
  const problem = targetProblem(wanted, target, record);
  if (problem !== undefined) return { kind: 'refuse', problem };
  return planChange(wanted, target, record);
}

/** Decides about a Secret that the import may write. */
function planChange(
  wanted: WantedCopy,
  target: CopyTarget,
  record: CopyRecord | undefined,
): DeliveryPlan {
  const isRecorded = record !== undefined && isOwn(target, record);
  const delivered = isRecorded ? record.keys.filter((key) => target.stated.has(key)) : [];
  const { left, obstacle, force } = obstacleOf(wanted, target, delivered);
  const data = new Map([...wanted.data].filter(([key]) => !left.includes(key)));
  // Of a type that demands keys, all are written or none; an untouched Secret stays as it is.
  const isWhole = wanted.type !== anyKeys || !isRecorded;
  if (obstacle !== undefined && isWhole) return refused(obstacle);
  if (isRecorded && isDelivered(data, target)) {
    return obstacle === undefined ? { kind: 'none' } : refused(obstacle);
  }
  if (target.immutable) return refused('TargetImmutable');
  const isCreated = isRecorded && record.isCreated;
  const keys = [...data.keys(), ...left.filter((key) => delivered.includes(key))];
  return { kind: 'apply', before: target, isCreated, force, data, keys, problem: obstacle };
}

interface Obstacle {
  /** Keys that are left to other clients. */
  readonly left: readonly string[];
  readonly obstacle: 'KeyExists' | 'Drifted' | undefined;
  readonly force: boolean;
}

/** Decides about keys of other clients: what the import had delivered can be repaired. */
function obstacleOf(
  wanted: WantedCopy,
  target: CopyTarget,
  delivered: readonly string[],
): Obstacle {
  const changed = changedByOthers(wanted, target, delivered);
  if (changed.length === 0) return { left: [], obstacle: undefined, force: false };
  const isDrift = changed.every((key) => delivered.includes(key));
  if (isDrift && wanted.repair) return { left: [], obstacle: undefined, force: true };
  return { left: changed, obstacle: isDrift ? 'Drifted' : 'KeyExists', force: false };
}

function refused(problem: CopyProblem): DeliveryPlan {
  return { kind: 'refuse', problem };
}

/** Returns the wanted keys that other clients have changed, removed, or had before. */
function changedByOthers(
  wanted: WantedCopy,
  target: CopyTarget,
  delivered: readonly string[],
): readonly string[] {
  const { data, owned, ofOthers } = target;
  return [...wanted.data]
    .filter(([key, value]) => {
      const present = data.get(key);
      if (present === undefined) return !owned.has(key) && delivered.includes(key);
      // Another client that has applied the same value refuses the next one.
      const isForeign = !owned.has(key) || ofOthers.has(key);
      return isForeign && !present.equals(value);
    })
    .map(([key]) => key);
}

/**
 * Reports whether a Secret is the one that a record is about. An annotation proves that only while
 * a creation has no response: a Secret that a user restored has its annotations again.
 */
export function isOwn(
  { uid, delivery }: Pick<CopyTarget, 'uid' | 'delivery'>,
  record: CopyRecord,
): boolean {
  return isPending(record) ? delivery === record.delivery : record.secretUID === uid;
}

function planCreation({ repair, data }: WantedCopy, record: CopyRecord | undefined): DeliveryPlan {
  const wasThere = record?.secretUID !== undefined && confirmedKeys(record).size > 0;
  if (wasThere && !repair) return refused('TargetDeleted');
  const creation = { before: undefined, isCreated: true, force: false, problem: undefined };
  return { kind: 'apply', ...creation, data, keys: [...data.keys()] };
}

function targetProblem(
  wanted: WantedCopy,
  target: CopyTarget,
  record: CopyRecord | undefined,
): CopyProblem | undefined {
  if (target.isBeingDeleted) return 'TargetTerminating';
  if ((record === undefined || !isOwn(target, record)) && !wanted.adopts) {
    return target.manager === undefined ? 'TargetExists' : 'ManagedElsewhere';
  }
  return target.type === wanted.type ? undefined : 'TypeDiffers';
}

/** Reports whether the target has exactly these keys and values of the import. */
function isDelivered(data: SecretData, target: CopyTarget): boolean {
  return (
    target.owned.size === data.size &&
    [...data].every(([key, value]) => {
      return target.owned.has(key) && target.data.get(key)?.equals(value) === true;
    })
  );
}
