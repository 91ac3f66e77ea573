import type { ImportStateName } from './share-view.js';

/** Import as a stream sends it: metadata only, and nothing of its source. */
export interface ImportChange {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Validator of `/values` if the caller gets values, else of the import alone. */
  readonly etag: string;
  readonly state: ImportStateName;
}

/** Event of a stream of imports. */
export type ImportEvent =
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly change: ImportChange }
  /** All imports that existed at the beginning have been sent. */
  | { readonly type: 'bookmark' };

/**
 * Returns the events that lead from what a client has to the present imports, by name. A recreated
 * import is deleted first.
 */
export function importEvents(
  sent: ReadonlyMap<string, ImportChange>,
  now: ReadonlyMap<string, ImportChange>,
): readonly ImportEvent[] {
  const gone = [...sent.values()].filter(({ name, uid }) => now.get(name)?.uid !== uid);
  const present = [...now.values()].flatMap((change): ImportEvent[] => {
    const before = sent.get(change.name);
    if (before?.uid !== change.uid) return [{ type: 'added', change }];
    const isSame = before.etag === change.etag && before.state === change.state;
    return isSame ? [] : [{ type: 'modified', change }];
  });
  return [...gone.map((change) => ({ type: 'deleted', change }) as const), ...present];
}

/**
 * Renders an event as a server-sent event, without an id: a stream always begins with the present.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function importEventFrame(event: ImportEvent): string {
  const data = event.type === 'bookmark' ? {} : event.change;
  return `event: ${event.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
