import { isDeepStrictEqual } from 'node:util';
import { RemoteFault } from '../../domain/remote-fault.js';
import type { FoundMark } from '../../domain/remote-mark.js';
import { type JsonBody, memberOf, numberOf, textOf } from '../json-values.js';
import { markIn } from './tags.js';

export const CURRENT = 'AWSCURRENT';
/** Version of a secret that has none yet, as Terraform creates secrets. */
export const NO_VERSION = 'none';

/** Description of a secret of AWS Secrets Manager, without values. */
export interface SeenSecret {
  /** Version that is current. Its values never change. */
  readonly version: string;
  readonly mark: FoundMark;
  /** Whether it is in its recovery window. */
  readonly isDeleted: boolean;
}

/** Reads the description of a secret. Throws RemoteFault TargetFailed if it is none. */
export function seenSecret(name: string, description: JsonBody): SeenSecret {
  if (textOf(description['Name']) !== name) throw notSecretsManager();
  const stages = memberOf(description, 'VersionIdsToStages') ?? {};
  const versions = Object.entries(stages).filter(([, labels]) => hasCurrent(labels));
  return {
    version: versions[0]?.[0] ?? NO_VERSION,
    mark: markIn(description['Tags']),
    isDeleted: numberOf(description['DeletedDate']) !== undefined,
  };
}

/** Reports whether the labels of a version say that it is current. */
export function hasCurrent(labels: unknown): boolean {
  return Array.isArray(labels) && labels.includes(CURRENT);
}

/** State to compare: a secret without its values, or none. */
export type SeenState =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'deleted' | 'present';
      readonly version: string;
      readonly mark: FoundMark;
    };

/** Reports whether a secret is in a state that was seen before. */
export function isState(seen: SeenSecret | undefined, expected: SeenState): boolean {
  if (seen === undefined) return expected.kind === 'absent';
  if (expected.kind === 'absent') return false;
  const { version, mark, isDeleted } = seen;
  const isSame = version === expected.version && isDeleted === (expected.kind === 'deleted');
  return isSame && isDeepStrictEqual(mark, expected.mark);
}

/** Returns the failure of an answer that has not the members of AWS Secrets Manager. */
export function notSecretsManager(): RemoteFault {
  return new RemoteFault('TargetFailed', 'the store does not answer as AWS Secrets Manager');
}
