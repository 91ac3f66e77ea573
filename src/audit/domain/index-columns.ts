import type { AuditSearchColumns } from '../../platform/storage/schema.js';
import { IMPLAUSIBLE_TIME_MARK } from './implausible-time.js';
import { annotation, type KubernetesAuditEvent, secretOf } from './kubernetes-event.js';

/** Characters of a name in an index: PostgreSQL refuses index rows over a third of a page. */
const NAME_CHARACTERS_MAX = 512;

/**
 * Returns the columns of an event, from the event itself; without a response it is `unknown`. If
 * its time is implausible, the write time replaces it.
 */
export function indexColumns(event: KubernetesAuditEvent, nowMs: number): AuditSearchColumns {
  const facts = event.annotations;
  const optional = (text: string | undefined) => (text === undefined ? null : indexedName(text));
  const marks = namesIn(facts[annotation.marks]);
  return {
    audit_id: indexedName(event.auditID),
    time_ms: marks.includes(IMPLAUSIBLE_TIME_MARK) ? nowMs : timeOf(event),
    user: indexedName(event.user.username),
    credential_id: optional(facts[annotation.credentialId]),
    namespace: optional(event.objectRef?.namespace),
    secret: optional(secretOf(event)),
    source_ip: optional(event.sourceIPs[0]),
    action: indexedName(facts[annotation.action] ?? ''),
    outcome: facts[annotation.outcome] ?? 'unknown',
    code: event.responseStatus?.code ?? 0,
    plane: facts[annotation.plane] ?? 'none',
    groups: delimited(event.user.groups.map(indexedName)),
    keys: delimited(namesIn(facts[annotation.keys])),
    marks: delimited(marks),
  };
}

/** Returns when a call was received, in milliseconds since the epoch; 0 if the time is invalid. */
export function timeOf({ requestReceivedTimestamp }: KubernetesAuditEvent): number {
  const timeMs = Date.parse(requestReceivedTimestamp);
  return Number.isNaN(timeMs) ? 0 : timeMs;
}

/** Returns the time of a stored event; 0 if it is not an event. */
export function timeIn(event: Uint8Array): number {
  try {
    // Our own JSON, created from this type.
    return timeOf(JSON.parse(new TextDecoder().decode(event)) as KubernetesAuditEvent);
  } catch {
    return 0;
  }
}

/** Returns the names in one annotation. */
export function namesIn(list: string | undefined): readonly string[] {
  return list === undefined || list === '' ? [] : list.split(',').map(indexedName);
}

/** Converts a name for both databases: bounded length, well-formed, without NUL and line feeds. */
export function indexedName(text: string): string {
  return text
    .slice(0, NAME_CHARACTERS_MAX)
    .toWellFormed()
    .replaceAll(/[\0\n]/g, '\u{fffd}');
}

function delimited(names: readonly string[]): string {
  return names.length === 0 ? '' : `\n${names.join('\n')}\n`;
}
