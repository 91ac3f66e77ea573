import type {
  CustomResource,
  CustomResourceStatus,
} from '../../custom-resources/domain/custom-resource.js';
import { isRecord } from '../../secrets/domain/body-members.js';
import type { ParsedSchema } from './secret-schemas.js';

/** Writes that a schema has refused and warned, since the last status. */
export interface ViolationCounts {
  readonly refused: number;
  readonly warned: number;
}

const MESSAGE_MAX = 1_024;

/**
 * Returns the status of a schema with further violations; undefined if the stored status says so
 * already. The counts name neither keys nor Secrets.
 */
export function nextStatus(
  { object, problems }: Pick<ParsedSchema, 'object' | 'problems'>,
  { refused, warned }: ViolationCounts,
): CustomResourceStatus | undefined {
  const [problem] = problems;
  const state = problem === undefined ? 'Valid' : 'Invalid';
  const message = problem && `${problem.pointer} ${problem.reason}`.trim().slice(0, MESSAGE_MAX);
  const { status, generation } = object;
  const isSame =
    status['state'] === state &&
    status['message'] === message &&
    status['observedGeneration'] === generation;
  if (isSame && refused + warned === 0) return undefined;
  const before = violationsOf(object);
  return {
    state,
    message,
    observedGeneration: generation,
    violations: { refused: before.refused + refused, warned: before.warned + warned },
  };
}

/** Returns the counts in a stored status. */
export function violationsOf({ status }: Pick<CustomResource, 'status'>): ViolationCounts {
  const violations = status['violations'];
  const { refused, warned } = isRecord(violations) ? violations : {};
  return { refused: countOf(refused), warned: countOf(warned) };
}

function countOf(value: unknown): number {
  return Number.isSafeInteger(value) ? Number(value) : 0;
}
