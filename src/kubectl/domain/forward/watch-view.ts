import { type Body, isRecord } from '../../../secrets/domain/body-members.js';
import { answerBytes, parseAnswer, unexpectedAnswer } from './answer-json.js';
import type { ShownSecret } from './forwarded.js';
import { listOf, objectOf, shownSecrets } from './shown-secrets.js';
import type { ForwardView } from './view.js';
import { type ViewedDocument, viewedDocument } from './viewed-answer.js';

/** Bytes to send of an event, which may be empty, and what they reveal. */
export interface ViewedEvent {
  readonly bytes: Buffer;
  readonly type: string;
  readonly shown: readonly ShownSecret[];
  /** Position at which a reopened watch resumes; hidden events update it too. */
  readonly resourceVersion?: string;
}

const changes: readonly unknown[] = ['ADDED', 'MODIFIED', 'DELETED'];
/** Types of events without a Secret: a bookmark's object has a resourceVersion and no name. */
const notices: readonly unknown[] = ['BOOKMARK', 'ERROR'];
const nothing = Buffer.alloc(0);

/**
 * Filters a watch by a view, event by event: without a view, it returns every byte. With a view,
 * events about hidden objects are missing without a trace. Throws Unavailable for an invalid event.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class WatchView {
  readonly #view: ForwardView | undefined;
  /** Columns of a hidden Table: an API server sends them only with the first event. */
  #columns: unknown;

  constructor(view?: ForwardView) {
    this.#view = view;
  }

  take(frame: Buffer): ViewedEvent {
    const event = parseAnswer(frame);
    if (!isRecord(event)) throw unexpectedAnswer('a watch event that is no object');
    const { type, object } = event;
    if (typeof type !== 'string' || !isRecord(object)) {
      throw unexpectedAnswer('a watch event without a type or an object');
    }
    const resourceVersion = resourceVersionOf(object);
    const told = { type, ...(resourceVersion !== undefined && { resourceVersion }) };
    const viewed = this.#viewed(type, object);
    if (!viewed) {
      if (hasColumns(object)) this.#columns = object.columnDefinitions;
      return { ...told, bytes: nothing, shown: [] };
    }
    const left = this.#withColumns(viewed.left);
    const bytes = left === object ? frame : answerBytes({ ...event, object: left });
    return { ...told, bytes, shown: viewed.shown };
  }

  #viewed(type: string, object: Body): ViewedDocument | undefined {
    if (notices.includes(type)) return { left: object, shown: [] };
    if (!changes.includes(type)) throw unexpectedAnswer('a watch event of an unknown type');
    if (!this.#view) return { left: object, shown: shownSecrets(object) };
    const viewed = viewedDocument(object, this.#view);
    return viewed && viewed.shown.length > 0 ? viewed : undefined;
  }

  #withColumns(object: unknown): unknown {
    if (!isRecord(object) || object.kind !== 'Table' || this.#columns === undefined) return object;
    const columnDefinitions = this.#columns;
    this.#columns = undefined;
    return hasColumns(object) ? object : { ...object, columnDefinitions };
  }
}

function hasColumns({ columnDefinitions }: Body): boolean {
  return Array.isArray(columnDefinitions) && columnDefinitions.length > 0;
}

/** Returns the resourceVersion; for a Table, its row's; for a Status, there is none. */
function resourceVersionOf(object: Body): string | undefined {
  const rows = listOf(object)?.elements ?? [];
  const versions = [object, ...rows.map(objectOf)].map(ownResourceVersion);
  return versions.find((version) => version !== undefined);
}

function ownResourceVersion(object: unknown): string | undefined {
  const metadata = isRecord(object) ? object.metadata : undefined;
  const version = isRecord(metadata) ? metadata.resourceVersion : undefined;
  return typeof version === 'string' && version !== '' ? version : undefined;
}
