import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';

/** Condition `Ready` of a share or an import. */
export interface ReadyCondition {
  readonly isReady: boolean;
  /** One word, as Kubernetes has it. */
  readonly reason: string;
  readonly message: string;
}

/** Returns conditions of a status; the time changes only with the status of the condition. */
export function conditionsOf(
  { generation, status }: Pick<CustomResource, 'generation' | 'status'>,
  { isReady, reason, message }: ReadyCondition,
  nowMs: number,
): readonly object[] {
  const value = isReady ? 'True' : 'False';
  const before = readyBefore(status);
  const isSame = before?.['status'] === value;
  const lastTransitionTime = isSame
    ? before['lastTransitionTime']
    : new Date(Math.floor(nowMs / 1_000) * 1_000).toISOString();
  const state = { type: 'Ready', status: value, reason, message };
  return [{ ...state, observedGeneration: generation, lastTransitionTime }];
}

function readyBefore(
  status: CustomResource['status'],
): Readonly<Record<string, unknown>> | undefined {
  const list: unknown = status['conditions'];
  const conditions = Array.isArray(list) ? (list as readonly Record<string, unknown>[]) : [];
  return conditions.find(({ type }) => type === 'Ready');
}
