import type {
  CustomResource,
  CustomResourceStatus,
} from '../../../custom-resources/domain/custom-resource.js';
import { conditionsOf } from '../../domain/status-condition.js';
import type { ShareConsumerView, ShareStateName } from '../../domain/share-view.js';

/** State of the rotation that the end of a share has started. */
export type EndRotation = 'None' | 'Started' | 'Succeeded' | 'Failed' | 'Refused';

export interface ShareStatusFacts {
  readonly state: ShareStateName;
  readonly reason: string | null;
  readonly secretUID: string | undefined;
  readonly consumers: readonly ShareConsumerView[];
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
  const { state, reason, secretUID, consumers } = facts;
  const isReady = state === 'Active';
  const condition = { isReady, reason: wordOf(reason), message: messageOf(facts) };
  return {
    observedGeneration: object.generation,
    state,
    secretUID,
    consumers: consumers.map(({ namespace, namespaceUID, since, imports }) => {
      return { namespace, namespaceUID, since, imports };
    }),
    conditions: conditionsOf(object, condition, nowMs),
  };
}

/** Returns what the owner must know: values that were delivered cannot be taken back. */
function messageOf({ state, reason, consumers, rotation }: ShareStatusFacts): string {
  if (state === 'Active') return rotation === 'None' ? '' : rotations[rotation];
  const { length } = consumers;
  const why = reason === null || isWord(reason) ? '' : `${reason}; `;
  if (length === 0) return `${why}no namespace received the values`;
  const before = length === 1 ? 'one namespace' : `${length} namespaces`;
  return `${why}delivered before to ${before}: ${rotations[rotation]}`;
}

/** Returns the reason of a condition: one word. */
function wordOf(reason: string | null): string {
  if (reason === null) return 'Active';
  return isWord(reason) ? reason : 'Invalid';
}

function isWord(reason: string): boolean {
  return /^[A-Za-z]+$/.test(reason);
}
