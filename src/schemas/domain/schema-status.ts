import type { FieldError } from '../../core/errors/sallyport-error.js';
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
  const state = problems.length === 0 ? 'Valid' : 'Invalid';
  const message = messageOf(problems);
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

/** Returns the first problem, and how many further ones there are. */
function messageOf([first, ...further]: readonly FieldError[]): string | undefined {
  if (first === undefined) return undefined;
  const end = further.length === 0 ? '' : ` (further mistakes: ${further.length})`;
  const text = `${first.pointer} ${first.reason}`.trim();
  return text.slice(0, MESSAGE_MAX - end.length) + end;
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
