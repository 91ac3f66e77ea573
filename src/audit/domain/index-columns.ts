import type { AuditSearchColumns } from '../../platform/storage/schema.js';
import { IMPLAUSIBLE_TIME_MARK } from './implausible-time.js';
import { annotation, type KubernetesAuditEvent, secretOf } from './kubernetes-event.js';

/** Characters of a name in an index: PostgreSQL takes no row of one over a third of a page. */
const NAME_CHARACTERS_MAX = 512;

/**
 * The columns of an event, taken from the event itself; without an answer it is `unknown`. Where
 * its time cannot be, it is found by the time at which it is written.
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

/** When a call was received, in milliseconds since the epoch; 0 where that is no time. */
export function timeOf({ requestReceivedTimestamp }: KubernetesAuditEvent): number {
  const timeMs = Date.parse(requestReceivedTimestamp);
  return Number.isNaN(timeMs) ? 0 : timeMs;
}

/** The same of a stored event; 0 where that is none. */
export function timeIn(event: Uint8Array): number {
  try {
    // Our own JSON, made from this type.
    return timeOf(JSON.parse(new TextDecoder().decode(event)) as KubernetesAuditEvent);
  } catch {
    return 0;
  }
}

/** The names that stand in one annotation. */
export function namesIn(list: string | undefined): readonly string[] {
  return list === undefined || list === '' ? [] : list.split(',').map(indexedName);
}

/** A name as both databases take it: of bounded length, well-formed, without NUL and line feeds. */
export function indexedName(text: string): string {
  return text
    .slice(0, NAME_CHARACTERS_MAX)
    .toWellFormed()
    .replaceAll(/[\0\n]/g, '\u{fffd}');
}

function delimited(names: readonly string[]): string {
  return names.length === 0 ? '' : `\n${names.join('\n')}\n`;
}
