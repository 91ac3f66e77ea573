import { sameHash } from '../log/domain/tree-hash.js';
import type { AuditSource, StoredEvent } from './audit-view.js';
import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';
import { leafHash } from './leaf-hash.js';

/** An entry as it is read. */
export interface ReadEntry {
  readonly leaf_index: number;
  readonly call_index: number;
  readonly source: AuditSource;
  readonly event: Uint8Array;
  readonly leaf_hash: Uint8Array;
}

/** Whether the bytes of an entry are those that its leaf hash is of. */
export function isUnaltered({ event, leaf_hash }: Pick<ReadEntry, 'event' | 'leaf_hash'>): boolean {
  return sameHash(leafHash(event), leaf_hash);
}

/** The event of an entry. Of one that was altered nothing is shown but that. */
export function checkedEvent(row: ReadEntry): StoredEvent {
  const { leaf_index: leafIndex, call_index: callIndex, source } = row;
  const place = { leafIndex, callIndex, source };
  if (!isUnaltered(row)) return { ...place, event: ALTERED, isAltered: true };
  return { ...place, event: parseEvent(row.event), isAltered: false };
}

/** The gateway's own JSON, which its leaf hash proves. */
export function parseEvent(bytes: Uint8Array): KubernetesAuditEvent {
  return JSON.parse(new TextDecoder().decode(bytes)) as KubernetesAuditEvent;
}

/** Stands in the place of an event that is not what was written. */
const ALTERED: KubernetesAuditEvent = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: '',
  stage: 'ResponseComplete',
  requestURI: '',
  verb: 'unknown',
  user: { username: '', groups: [] },
  sourceIPs: [],
  requestReceivedTimestamp: '1970-01-01T00:00:00.000000Z',
  stageTimestamp: '1970-01-01T00:00:00.000000Z',
  annotations: { [annotation.outcome]: 'unknown' },
};
