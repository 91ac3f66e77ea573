import { sameHash } from '../log/domain/tree-hash.js';
import type { AuditSource, StoredEvent } from './audit-view.js';
import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';
import { leafHash } from './leaf-hash.js';

/** Entry as read from the database. */
export interface ReadEntry {
  readonly leaf_index: number;
  readonly call_index: number;
  readonly source: AuditSource;
  readonly event: Uint8Array;
  readonly leaf_hash: Uint8Array;
}

/** Reports whether the bytes of an entry match its leaf hash. */
export function isUnaltered({ event, leaf_hash }: Pick<ReadEntry, 'event' | 'leaf_hash'>): boolean {
  return sameHash(leafHash(event), leaf_hash);
}

/** Returns the event of an entry. For an altered entry, it returns only that fact. */
export function checkedEvent(row: ReadEntry): StoredEvent {
  const { leaf_index: leafIndex, call_index: callIndex, source } = row;
  const place = { leafIndex, callIndex, source };
  if (!isUnaltered(row)) return { ...place, event: ALTERED, isAltered: true };
  return { ...place, event: parseEvent(row.event), isAltered: false };
}

/** Parses the gateway's own JSON, which its leaf hash proves. */
export function parseEvent(bytes: Uint8Array): KubernetesAuditEvent {
  return JSON.parse(new TextDecoder().decode(bytes)) as KubernetesAuditEvent;
}

/** Replacement for an event that is not what was written. */
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
