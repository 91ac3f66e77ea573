import type { SecretData } from '../../../secrets/domain/secret.js';
import type { CopyProblem } from './copy-state.js';
import { confirmedKeys, type CopyRecord } from './copy-record.js';
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
    };

/** Decides how the target gets the wanted keys; nothing that the import does not own changes. */
export function planDelivery(
  wanted: WantedCopy,
  target: CopyTarget | undefined,
  record: CopyRecord | undefined,
): DeliveryPlan {
  if (target === undefined) return planCreation(wanted, record);
  const problem = targetProblem(wanted, target, record);
  if (problem !== undefined) return { kind: 'refuse', problem };
  // The process may have ended between record and write: a pending key may never have been there.
  const before = confirmedKeys(record);
  const differing = [...wanted.data].filter(([key, value]) => {
    const present = target.data.get(key);
    return !target.owned.has(key) && !(present?.equals(value) ?? !before.has(key));
  });
  // A key that this import delivered was changed; another one was there before it.
  if (differing.some(([key]) => !before.has(key))) return { kind: 'refuse', problem: 'KeyExists' };
  if (differing.length > 0 && !wanted.repair) return { kind: 'refuse', problem: 'Drifted' };
  if (isDelivered(wanted, target)) return { kind: 'none' };
  if (target.immutable) return { kind: 'refuse', problem: 'TargetImmutable' };
  const isCreated = record !== undefined && isOwn(target, record) && record.isCreated;
  return { kind: 'apply', before: target, isCreated, force: differing.length > 0 };
}

/** Reports whether a Secret is the one that a record is about. */
export function isOwn(
  { uid, delivery }: Pick<CopyTarget, 'uid' | 'delivery'>,
  record: CopyRecord,
): boolean {
  // The process may have ended between the creation and its record.
  if (record.secretUID === undefined) return delivery === record.delivery;
  return record.secretUID === uid;
}

function planCreation({ repair }: WantedCopy, record: CopyRecord | undefined): DeliveryPlan {
  const wasThere = record?.secretUID !== undefined && confirmedKeys(record).size > 0;
  if (wasThere && !repair) return { kind: 'refuse', problem: 'TargetDeleted' };
  return { kind: 'apply', before: undefined, isCreated: true, force: false };
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

/** Reports whether the target has exactly the wanted keys and values of this import. */
function isDelivered({ data }: WantedCopy, target: CopyTarget): boolean {
  return (
    target.owned.size === data.size &&
    [...data].every(([key, value]) => {
      return target.owned.has(key) && target.data.get(key)?.equals(value) === true;
    })
  );
}
