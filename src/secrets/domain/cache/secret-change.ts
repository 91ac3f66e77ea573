import { keyChanges } from '../key-changes.js';
import type { MetadataBody } from '../read-body.js';
import type { SecretData } from '../secret.js';
import type { SecretChange } from './change-log.js';

/** Content of a change. */
export type ChangeContent = Pick<
  SecretChange,
  'before' | 'after' | 'changedKeys' | 'resourceVersion'
>;

/** State with its values, which are compared and not stored. */
export interface ReadState {
  readonly data: SecretData;
  readonly body: MetadataBody;
}

/** Returns a change between states of a Secret; absent: not yet created, or deleted. */
export function secretChange(
  before: ReadState | undefined,
  after: ReadState | undefined,
  resourceVersion: string,
): ChangeContent {
  const { added, changed, removed } = keyChanges(
    before?.data ?? new Map(),
    after?.data ?? new Map(),
  );
  return {
    before: before?.body,
    after: after?.body,
    changedKeys: [...added, ...changed, ...removed].toSorted(),
    resourceVersion,
  };
}
