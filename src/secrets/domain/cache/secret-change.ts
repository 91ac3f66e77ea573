import { keyChanges } from '../key-changes.js';
import type { MetadataBody } from '../read-body.js';
import type { SecretData } from '../secret.js';
import type { SecretChange } from './change-log.js';

/** What a change says by itself. */
export type ChangeContent = Pick<
  SecretChange,
  'before' | 'after' | 'changedKeys' | 'resourceVersion'
>;

/** A state with its values, which are compared and not kept. */
export interface ReadState {
  readonly data: SecretData;
  readonly body: MetadataBody;
}

/** From one state of a Secret to the next; absent is what was not there, and what is gone. */
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
