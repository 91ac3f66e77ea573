import { type KubeObject, isJsonObject } from '../model/kube-object.js';
import type { Change, ObjectReader } from '../model/object-reader.js';
import { isSameJson } from '../model/same-json.js';
import { parseObject } from '../store/object-text.js';
import { bounds } from '../store/sandbox-bounds.js';

/** Change as a watch sees it: the type of event, and the state to send. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly text: string;
}

/** Changes that a watch selects. */
export interface WatchScope {
  /** Resource as `storageKey` returns it. */
  readonly resource: string;
  /** Empty: all namespaces. */
  readonly namespace: string;
  /** Single name that the field selector allows. */
  readonly name: string | undefined;
  /** Undefined: all objects are selected. */
  readonly selects: ((object: KubeObject) => boolean) | undefined;
}

export interface Watcher {
  readonly scope: WatchScope;
  /** False while the watch itself sends its history. */
  readonly isLive: boolean;
  /** Bytes that the client has not read yet. */
  readonly backlogBytes: number;
  deliver(event: WatchEvent, change: Change): void;
  /** Sends what waits and then ends, because the resource's definition has changed. */
  end(): void;
  /** Destroys the connection, and with it everything that waits to be sent. */
  cutOff(): void;
}

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** Delivers each change to the watches of its resource, and bounds their unsent bytes. */
export class Watchers {
  readonly #onFault: (error: unknown) => void;
  readonly #byResource = new Map<string, Set<Watcher>>();
  #size = 0;
  /** Bytes that waited at the last count, and bytes written since. */
  #countedBytes = 0;
  #writtenBytes = 0;

  constructor(reader: ObjectReader, onFault: (error: unknown) => void) {
    this.#onFault = onFault;
    reader.onChange((change) => {
      for (const watcher of this.#of(change.resource)) this.#tell(change, watcher);
      if (change.resource === DEFINITIONS) this.#endOf(change);
    });
  }

  get size(): number {
    return this.#size;
  }

  add(watcher: Watcher): void {
    const { resource } = watcher.scope;
    const known = this.#byResource.get(resource) ?? new Set();
    known.add(watcher);
    this.#byResource.set(resource, known);
    this.#size += 1;
  }

  /** Accepts a watcher that was already removed. */
  remove(watcher: Watcher): void {
    const { resource } = watcher.scope;
    const known = this.#byResource.get(resource);
    if (!known?.delete(watcher)) return;
    this.#size -= 1;
    if (known.size === 0) this.#byResource.delete(resource);
  }

  /** Counts written lines; cuts off the slowest clients if all together have too much unread. */
  written(bytes: number): void {
    this.#writtenBytes += bytes;
    const max = bounds.watchBacklogTotalBytesMax;
    if (this.#countedBytes + this.#writtenBytes <= max) return;
    const all = [...this.#byResource.values()].flatMap((watchers) => [...watchers]);
    const slowestFirst = all
      .map((watcher) => ({ watcher, bytes: watcher.backlogBytes }))
      .toSorted((a, b) => b.bytes - a.bytes);
    let total = slowestFirst.reduce((sum, entry) => sum + entry.bytes, 0);
    const isOver = total > max;
    for (const entry of isOver ? slowestFirst : []) {
      // Frees a quarter of the limit, so that not every following line counts again.
      if (total <= (max / 4) * 3) break;
      entry.watcher.cutOff();
      total -= entry.bytes;
    }
    this.#countedBytes = total;
    this.#writtenBytes = 0;
  }

  #of(resource: string): Iterable<Watcher> {
    return this.#byResource.get(resource) ?? [];
  }

  /** A watch that fails affects neither the write nor other watches. */
  #tell(change: Change, watcher: Watcher): void {
    if (!watcher.isLive) return;
    try {
      const event = eventFor(change, watcher.scope);
      if (event) watcher.deliver(event, change);
    } catch (error) {
      this.#onFault(error);
      watcher.cutOff();
    }
  }

  /** The name of a definition equals `storageKey` of its resource. */
  #endOf(change: Change): void {
    const watchers = [...this.#of(change.name)];
    if (watchers.length === 0 || !changesResource(change)) return;
    for (const watcher of watchers) watcher.end();
  }
}

/** Returns the event of a change whose old or new state is selected; undefined for others. */
export function eventFor(change: Change, scope: WatchScope): WatchEvent | undefined {
  const { namespace, name, selects } = scope;
  if (namespace !== '' && namespace !== change.namespace) return undefined;
  if (name !== undefined && name !== change.name) return undefined;
  return selects ? selectedEvent(change, selects) : { type: change.type, text: change.object };
}

/** An object that becomes selected is added; an object that is no longer selected is deleted. */
function selectedEvent(
  change: Change,
  selects: (object: KubeObject) => boolean,
): WatchEvent | undefined {
  const { type, object: text, previous } = change;
  const isNow = type !== 'DELETED' && selects(parseObject(text));
  const was = previous !== undefined && selects(parseObject(previous));
  if (isNow) return { type: was ? 'MODIFIED' : 'ADDED', text };
  return was ? { type: 'DELETED', text: lastSelected(change, previous) } : undefined;
}

/** Returns the last selected state, with the resourceVersion of the change that ended it. */
function lastSelected({ revision, type, object }: Change, previous: string): string {
  if (type === 'DELETED') return object;
  const last = parseObject(previous);
  return JSON.stringify({
    ...last,
    metadata: { ...last.metadata, resourceVersion: String(revision) },
  });
}

/** Reports whether a change of a definition affects more than metadata and status. */
function changesResource({ type, object, previous }: Change): boolean {
  if (type === 'DELETED') return true;
  return previous !== undefined && !isSameJson(specOf(object), specOf(previous));
}

function specOf(text: string) {
  const { spec } = parseObject(text);
  return isJsonObject(spec) ? spec : {};
}
