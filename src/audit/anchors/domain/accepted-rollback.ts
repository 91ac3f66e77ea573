import type { AuditFacts } from '../../domain/audit-event.js';
import { annotation, type KubernetesAuditEvent } from '../../domain/kubernetes-event.js';
import type { AnchoredTree } from './anchored-tree.js';
import type { Rollback } from './rollback.js';

const SIZE = /^\d{1,16}$/;

/** What the log says about an operator's acceptance: the tree that is lost, and what there is. */
export function acceptanceFacts(rollback: Rollback, place: string): AuditFacts {
  const { anchored, size } = rollback;
  return {
    action: 'audit.acceptRollback',
    log: {
      place,
      treeSize: size,
      formerTreeSize: anchored.size,
      formerRootHash: Buffer.from(anchored.root).toString('base64'),
    },
  };
}

/** The tree that a stored event of acceptance is about; undefined for any other event. */
export function acceptedTree(json: string): AnchoredTree | undefined {
  // The log holds nothing but events of this type.
  const { annotations } = JSON.parse(json) as KubernetesAuditEvent;
  const size = annotations[annotation.formerTreeSize] ?? '';
  const root = annotations[annotation.formerRootHash];
  if (annotations[annotation.action] !== 'audit.acceptRollback') return undefined;
  if (!SIZE.test(size) || root === undefined) return undefined;
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}
