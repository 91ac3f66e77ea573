import { answerBytes, parseAnswer, unexpectedAnswer } from './forward/answer-json.js';
import { type Body, isRecord } from '../../secrets/domain/body-members.js';

const nothing = Buffer.alloc(0);

/**
 * Filter of a watch of namespaces: passes events about some of them unchanged; others are missing
 * without a trace.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class NamespaceEvents {
  readonly #shows: (namespace: string) => boolean;
  /** Columns of a hidden Table: an API server sends them only with the first event. */
  #columns: unknown = null;

  constructor(shows: (namespace: string) => boolean) {
    this.#shows = shows;
  }

  /** Returns the bytes to send, which may be empty. Throws Unavailable for an invalid event. */
  take(frame: Buffer): Buffer {
    const event = parseAnswer(frame);
    if (!isRecord(event) || !isRecord(event.object)) {
      throw unexpectedAnswer('a watch event that is no object');
    }
    const { type, object } = event;
    // These events are about no namespace.
    if (type === 'BOOKMARK' || type === 'ERROR') return frame;
    if (object.kind !== 'Table') return this.#showsObject(object) ? frame : nothing;
    return this.#rows(frame, event, object);
  }

  /** Filters rows: an event has one row, which is hidden if its object was not requested. */
  #rows(frame: Buffer, event: Body, table: Body): Buffer {
    const rows: readonly unknown[] = Array.isArray(table.rows) ? table.rows : [];
    const isShown = rows.every((row) => isRecord(row) && this.#showsObject(row.object));
    const columns = table.columnDefinitions ?? this.#columns;
    this.#columns = isShown ? null : columns;
    if (!isShown) return nothing;
    if (table.columnDefinitions === columns || columns === null) return frame;
    return answerBytes({ ...event, object: { ...table, columnDefinitions: columns } });
  }

  #showsObject(object: unknown): boolean {
    if (!isRecord(object) || !isRecord(object.metadata)) return false;
    const { name } = object.metadata;
    return typeof name === 'string' && this.#shows(name);
  }
}
