import { answerBytes, parseAnswer, unexpectedAnswer } from './forward/answer-json.js';
import { type Body, isRecord } from '../../secrets/domain/body-members.js';

const nothing = Buffer.alloc(0);

/**
 * Leaves of a watch of namespaces the events about some of them, as they came; the others are
 * missing as if there were none.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class NamespaceEvents {
  readonly #shows: (namespace: string) => boolean;
  /** Of a Table that was left out: an API server tells them with the first event alone. */
  #columns: unknown = null;

  constructor(shows: (namespace: string) => boolean) {
    this.#shows = shows;
  }

  /** What is sent of an event, which may be nothing. Throws Unavailable for what is no event. */
  take(frame: Buffer): Buffer {
    const event = parseAnswer(frame);
    if (!isRecord(event) || !isRecord(event.object)) {
      throw unexpectedAnswer('a watch event that is no object');
    }
    const { type, object } = event;
    // They are about no namespace.
    if (type === 'BOOKMARK' || type === 'ERROR') return frame;
    if (object.kind !== 'Table') return this.#showsObject(object) ? frame : nothing;
    return this.#rows(frame, event, object);
  }

  /** An event has one row; one whose object was not asked for is nobody's. */
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
