import type { KubeObject } from '../model/kube-object.js';
import type { Change, ObjectReader } from '../model/object-reader.js';
import { parseObject } from '../store/object-text.js';

/** What a watch sees of a change: which kind of event, and of which state. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly text: string;
}

export interface Watcher {
  /** As `storageKey` makes it. */
  readonly resource: string;
  /** Empty: all of them. */
  readonly namespace: string;
  /** The only name that matters, where the selector names one. */
  readonly name: string | undefined;
  /** Undefined: everything is selected. */
  readonly selects: ((object: KubeObject) => boolean) | undefined;
  deliver(event: WatchEvent, change: Change): void;
}

/** Hands each change to those who watch its resource. */
export class Watchers {
  readonly #byResource = new Map<string, Set<Watcher>>();
  #size = 0;

  constructor(reader: ObjectReader) {
    reader.onChange((change) => {
      for (const watcher of this.#byResource.get(change.resource) ?? []) pass(change, watcher);
    });
  }

  get size(): number {
    return this.#size;
  }

  add(watcher: Watcher): void {
    const known = this.#byResource.get(watcher.resource) ?? new Set();
    known.add(watcher);
    this.#byResource.set(watcher.resource, known);
    this.#size += 1;
  }

  remove(watcher: Watcher): void {
    const known = this.#byResource.get(watcher.resource);
    if (!known?.delete(watcher)) return;
    this.#size -= 1;
    if (known.size === 0) this.#byResource.delete(watcher.resource);
  }
}

/** Delivers the change if the watcher selects the state before it or the state after it. */
export function pass(change: Change, watcher: Watcher): void {
  if (watcher.namespace !== '' && watcher.namespace !== change.namespace) return;
  if (watcher.name !== undefined && watcher.name !== change.name) return;
  const event = eventFor(change, watcher.selects);
  if (event) watcher.deliver(event, change);
}

/** An object that begins or ceases to be selected is added or deleted for this watcher. */
function eventFor(change: Change, selects: Watcher['selects']): WatchEvent | undefined {
  const { type, object: text, previous } = change;
  if (!selects) return { type, text };
  const isNow = type !== 'DELETED' && selects(parseObject(text));
  const was = previous !== undefined && selects(parseObject(previous));
  if (isNow) return { type: was ? 'MODIFIED' : 'ADDED', text };
  return was ? { type: 'DELETED', text: lastSelected(change, previous) } : undefined;
}

/** The last state that was selected, with the resourceVersion of the change that ended it. */
function lastSelected({ revision, type, object }: Change, previous: string): string {
  if (type === 'DELETED') return object;
  const last = parseObject(previous);
  return JSON.stringify({
    ...last,
    metadata: { ...last.metadata, resourceVersion: String(revision) },
  });
}
