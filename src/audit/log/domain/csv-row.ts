import type { AuditEntryTable } from '../../../platform/storage/schema.js';
import { annotation, type KubernetesAuditEvent } from '../../domain/kubernetes-event.js';

export interface CsvEntry extends Pick<AuditEntryTable, 'leaf_index' | 'call_index' | 'stage'> {
  /** Verbatim. */
  readonly event: Uint8Array;
}

type Cell = string | number | undefined;

const columns: Readonly<Record<string, (event: KubernetesAuditEvent) => Cell>> = {
  time: (event) => event.requestReceivedTimestamp,
  stageTime: (event) => event.stageTimestamp,
  user: (event) => event.user.username,
  groups: (event) => event.user.groups.join(' '),
  credentialId: fact('credentialId'),
  action: fact('action'),
  outcome: fact('outcome'),
  code: (event) => event.responseStatus?.code,
  namespace: (event) => event.objectRef?.namespace,
  secret: (event) => event.objectRef?.name,
  keys: fact('keys'),
  version: fact('version'),
  source: (event) => event.annotations[annotation.source] ?? 'gateway',
  sourceIp: (event) => event.sourceIPs[0],
  userAgent: (event) => event.userAgent,
  plane: fact('plane'),
  marks: fact('marks'),
  reason: fact('reason'),
  parentId: fact('parentId'),
  auditId: (event) => event.auditID,
  decisionReason: fact('decisionReason'),
};

/**
 * Programs interpret a cell that begins so as a formula, even if they separate cells at another
 * character. https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^(?=[\t\r])|(?<=^|[;\t\r\n])(?="*[=+\-@＝＋－＠])/g;

/** The first line: https://www.rfc-editor.org/rfc/rfc4180 */
export const csvHeader = line(['index', 'callIndex', 'stage', ...Object.keys(columns)]);

/** Renders an entry as a line; an entry that is not an event has only its indexes. */
export function csvRow(entry: CsvEntry): string {
  const event = parsed(entry.event);
  const cells = Object.values(columns).map((column) => event && column(event));
  return line([entry.leaf_index, entry.call_index, entry.stage, ...cells]);
}

function fact(name: keyof typeof annotation): (event: KubernetesAuditEvent) => Cell {
  return (event) => event.annotations[annotation[name]];
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  const text = String(cell ?? '');
  const plain = text.replaceAll(FORMULA, "'");
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function parsed(bytes: Uint8Array): KubernetesAuditEvent | undefined {
  try {
    // Our own JSON, created from this type.
    return JSON.parse(new TextDecoder().decode(bytes)) as KubernetesAuditEvent;
  } catch {
    return undefined;
  }
}
