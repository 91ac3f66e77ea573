import { setImmediate as turn } from 'node:timers/promises';
import { admissionLimits } from '../../core/admission-limits.js';
import { forEachInBatches } from '../../core/for-each-in-batches.js';
import type { SecretValue } from '../../core/secret-value.js';
import { membersOf } from '../../secrets/domain/body-members.js';
import { checkedWith, dataOf, decodedValue } from '../../secrets/domain/checked-object.js';
import type { CheckedSecret } from '../../secrets/domain/secret-checks.js';
import type { ObjectStates, Review } from './admission-review.js';

/** States of a Secret before and after a write, as checks see them. */
export interface ReviewedStates {
  /** Undefined if the Secret is new. */
  readonly before: CheckedSecret | undefined;
  readonly after: CheckedSecret;
  /** Whether the Secret is being deleted, and waits for its finalizers. */
  readonly isEnding: boolean;
}

/**
 * Decodes the states of a review, a bounded number of keys in one turn of the event loop. Returns
 * undefined if the write cannot be checked: a state has too many keys, or a value is not base64.
 */
export async function reviewedStates({
  write,
  states,
}: Pick<Review, 'write' | 'states'>): Promise<ReviewedStates | undefined> {
  if (states === undefined || !haveFewKeys(states)) return undefined;
  await turn();
  const { object, oldObject } = states;
  const before = write.verb === 'update' ? await decoded(oldObject) : undefined;
  const after = await decoded(object);
  if (after === undefined || (write.verb === 'update' && before === undefined)) return undefined;
  await turn();
  const { deletionTimestamp } = membersOf(membersOf(object)['metadata']);
  return { before, after, isEnding: typeof deletionTimestamp === 'string' };
}

function haveFewKeys({ object, oldObject }: ObjectStates): boolean {
  return [object, oldObject].every((document) => {
    return Object.keys(dataOf(document)).length <= admissionLimits.reviewKeysMax;
  });
}

async function decoded(document: unknown): Promise<CheckedSecret | undefined> {
  const values = new Map<string, SecretValue>();
  const data = dataOf(document);
  const keys = Object.keys(data);
  await forEachInBatches(keys, admissionLimits.reviewKeysPerTurn, (key) => {
    const value = decodedValue(data[key]);
    if (value !== undefined) values.set(key, value);
  });
  return values.size === keys.length ? checkedWith(document, values) : undefined;
}
