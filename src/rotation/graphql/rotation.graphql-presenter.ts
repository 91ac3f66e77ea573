import type { Page } from '../../core/page.js';
import { type Connection, toConnection } from '../../platform/graphql/connection.js';
import { objectId } from '../../platform/graphql/object-id.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { PolicyView } from '../domain/policy-view.js';
import { cursorAfterRun } from '../domain/run-cursor.js';
import type { RunView } from '../domain/run-view.js';
import { RotationStrategy, RotationTargetKind } from './rotation.enums.js';
import type { SecretRotation } from './rotation.objects.js';

/** Rotation with its owner: its fields are resolved by the owner. */
export interface RotationSource extends SecretRotation {
  readonly ref: SecretRef;
}

/** Presents a rotation; the plan of a dry run is no object that stores of clients keep. */
export function presentRotation(
  ref: SecretRef,
  view: PolicyView,
  { isPlan = false } = {},
): RotationSource {
  const { target, strategy, schedule, isSuspended, readOnly } = view;
  return {
    id: isPlan ? objectId('SecretRotation', ref.namespace, ref.name, 'dryRun') : rotationId(ref),
    ref,
    target: Object.values(RotationTargetKind).find((kind) => kind === target) ?? null,
    strategy: Object.values(RotationStrategy).find((one) => one === strategy) ?? null,
    schedule,
    suspended: isSuspended,
    ...readOnly,
  };
}

export function rotationId({ namespace, name }: SecretRef): string {
  return objectId('SecretRotation', namespace, name);
}

export function presentRuns(page: Page<RunView>): Connection<RunView> {
  return toConnection(page, (node) => ({ cursor: cursorAfterRun(node.id), node }));
}
