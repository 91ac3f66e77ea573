import type { CustomResource, CustomResourceStatus } from './custom-resource.js';
import type { ObjectEvent } from './object-events.js';

/** Message of an Event about an object that has no problem. */
const readyMessage = 'no problem is known';

/** Condition `Ready` of a share or an import. */
export interface ReadyCondition {
  readonly isReady: boolean;
  /** One word, as Kubernetes has it. */
  readonly reason: string;
  readonly message: string;
}

/** Condition of a status. */
export interface StatedCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** Returns conditions of a status with one condition, `Ready`. */
export function conditionsOf(
  object: Pick<CustomResource, 'generation' | 'status'>,
  { isReady, reason, message }: ReadyCondition,
  nowMs: number,
): readonly object[] {
  const status = isReady ? 'True' : 'False';
  return timedConditions(object, [{ type: 'Ready', status, reason, message }], nowMs);
}

/** Returns conditions of a status; the time of each changes only with its status. */
export function timedConditions(
  { generation, status }: Pick<CustomResource, 'generation' | 'status'>,
  conditions: readonly StatedCondition[],
  nowMs: number,
): readonly object[] {
  const now = new Date(Math.floor(nowMs / 1_000) * 1_000).toISOString();
  return conditions.map((stated) => {
    const before = conditionIn(status, stated.type);
    const isSame = before?.['status'] === stated.status;
    const lastTransitionTime = isSame ? before['lastTransitionTime'] : now;
    return { ...stated, observedGeneration: generation, lastTransitionTime };
  });
}

/** Returns the Event of a change of the condition; undefined if its reason is the same. */
export function eventOf(
  before: CustomResourceStatus,
  after: CustomResourceStatus,
): ObjectEvent | undefined {
  const ready = readyOf(after);
  const { status, reason, message } = ready ?? {};
  if (typeof reason !== 'string' || reason === readyOf(before)?.['reason']) return undefined;
  const type = status === 'True' ? 'Normal' : 'Warning';
  return { type, reason, message: String(message) || readyMessage };
}

/** Returns the reason of the condition `Ready`; undefined if there is no condition. */
export function reasonOf(status: CustomResourceStatus): string | undefined {
  const reason = readyOf(status)?.['reason'];
  return typeof reason === 'string' ? reason : undefined;
}

/** Returns the message of the condition `Ready`; empty if there is none. */
export function messageOf(status: CustomResourceStatus): string {
  const message = readyOf(status)?.['message'];
  return typeof message === 'string' ? message : '';
}

function readyOf(status: CustomResourceStatus): Readonly<Record<string, unknown>> | undefined {
  return conditionIn(status, 'Ready');
}

/** Returns a condition of a status; undefined if it has none of the type. */
export function conditionIn(
  status: CustomResourceStatus,
  wanted: string,
): Readonly<Record<string, unknown>> | undefined {
  const list: unknown = status['conditions'];
  const conditions = Array.isArray(list) ? (list as readonly Record<string, unknown>[]) : [];
  return conditions.find(({ type }) => type === wanted);
}
