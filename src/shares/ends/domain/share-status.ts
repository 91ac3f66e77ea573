import type {
  CustomResource,
  CustomResourceStatus,
} from '../../../custom-resources/domain/custom-resource.js';
import { shareLimits } from '../../../core/share-limits.js';
import { conditionsOf } from '../../../custom-resources/domain/status-condition.js';
import type { ShareConsumerView, ShareStateName } from '../../domain/share-view.js';

/** State of the rotation that the end of a share has started. */
export type EndRotation = 'None' | 'Started' | 'Succeeded' | 'Failed' | 'Refused';

export interface ShareStatusFacts {
  readonly state: ShareStateName;
  readonly reason: string | null;
  readonly secretUID: string | undefined;
  readonly consumers: readonly ShareConsumerView[];
  /** Consumers that had the values, and for which the share has ended. */
  readonly ended: number;
  readonly rotation: EndRotation;
}

const rotations: Readonly<Record<EndRotation, string>> = {
  None: 'rotate the Secret',
  Started: 'the rotation of the Secret has begun',
  Succeeded: 'the Secret was rotated since',
  Failed: 'the rotation of the Secret failed: see its runs',
  Refused: 'the Secret could not be rotated for the author of the share: rotate it',
};

/** Returns the status of a SecretShare. Last reads are in the answers of the gateway only. */
export function shareStatus(
  object: Pick<CustomResource, 'generation' | 'status'>,
  facts: ShareStatusFacts,
  nowMs: number,
): CustomResourceStatus {
  const { state, secretUID, consumers } = facts;
  const isReady = state === 'Active';
  const condition = { isReady, reason: wordOf(facts), message: messageOf(facts) };
  return {
    observedGeneration: object.generation,
    state,
    secretUID,
    consumers: consumers
      .slice(0, shareLimits.consumersMax)
      .map(({ namespace, namespaceUID, since, imports }) => {
        return { namespace, namespaceUID, since, imports };
      }),
    conditions: conditionsOf(object, condition, nowMs),
  };
}

/** Problems of a suspended share, and who must do what. */
const causes: Readonly<Record<string, string>> = {
  SecretMissing: 'the Secret is absent: create it',
  SecretReplaced: 'the Secret was recreated: create another share, or set onRecreate to follow',
  ClusterCredential: 'a value of the Secret is a credential of the cluster, which is never shared',
  CopyOfShare: 'the keys are copies: the owner of their first share must set reshare',
  KeyMissing: 'the Secret has none of the keys',
  AuthorUnknown: 'the author is unknown: write the share over REST, or change adopt',
  AuthorGone: 'the account of the author was deleted: change adopt as another user',
  AuthorLostRight: 'the author may not read the keys any more: change adopt as a user who may',
};

/** Returns what the owner must know: values that were delivered cannot be taken back. */
function messageOf(facts: ShareStatusFacts): string {
  const { state, reason, consumers, ended, rotation } = facts;
  if (state === 'Active') {
    return ended === 0 ? '' : `revoked for ${namespaces(ended)}: ${rotations[rotation]}`;
  }
  const cause = causes[reason ?? ''] ?? (isWord(reason ?? '') ? '' : reason);
  const { length } = consumers;
  const delivered =
    length === 0
      ? 'no namespace received the values'
      : `delivered before to ${namespaces(length)}: ${rotations[rotation]}`;
  return cause === '' ? delivered : `${cause}; ${delivered}`;
}

function namespaces(count: number): string {
  return count === 1 ? 'one namespace' : `${count} namespaces`;
}

/** Returns the reason of a condition: one word. */
function wordOf({ reason, ended }: ShareStatusFacts): string {
  if (reason === null) return ended === 0 ? 'Active' : 'RevokedForSome';
  return isWord(reason) ? reason : 'Invalid';
}

/** Counts consumers that the share does not name any more, or that it names as revoked. */
export function endedConsumers(
  to: readonly { readonly namespace: string; readonly revoked: boolean }[],
  consumers: readonly Pick<ShareConsumerView, 'namespace'>[],
): number {
  const named = to.filter(({ revoked }) => !revoked).map(({ namespace }) => namespace);
  return consumers.filter(({ namespace }) => !named.includes(namespace)).length;
}

function isWord(reason: string): boolean {
  return /^[A-Za-z]+$/.test(reason);
}
