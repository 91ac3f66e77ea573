import { type NewVersion, hasVersion } from './consumer-progress.js';
import type { Consumer } from './consumers.js';
import type { ConsumerUse } from './references.js';

/** Consumer as callers see it. */
export interface ConsumerView {
  readonly kind: string;
  readonly name: string;
  readonly uses: readonly ConsumerUse[];
  readonly pods: number;
  /** Number of Pods that have the current version. */
  readonly podsOnCurrent: number;
}

export function toConsumerView(consumer: Consumer, version: NewVersion): ConsumerView {
  const { kind, name, uses, pods } = consumer;
  const podsOnCurrent = pods.filter((pod) => hasVersion(pod, version)).length;
  return { kind, name, uses, pods: pods.length, podsOnCurrent };
}
