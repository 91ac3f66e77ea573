import { type KubeObject, isJsonObject } from '../model/kube-object.js';
import type { Change, ObjectReader } from '../model/object-reader.js';
import { isSameJson } from '../model/same-json.js';
import { parseObject } from '../store/object-text.js';
import { bounds } from '../store/sandbox-bounds.js';

/** What a watch sees of a change: which kind of event, and of which state. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly text: string;
}

/** Which changes a watch is about. */
export interface WatchScope {
  /** As `storageKey` makes it. */
  readonly resource: string;
  /** Empty: all of them. */
  readonly namespace: string;
  /** The only name that matters, where the selector names one. */
  readonly name: string | undefined;
  /** Undefined: everything is selected. */
  readonly selects: ((object: KubeObject) => boolean) | undefined;
}

export interface Watcher {
  readonly scope: WatchScope;
  /** False for as long as it catches up with what was before, which it does by itself. */
  readonly isLive: boolean;
  /** What its client has not taken yet. */
  readonly backlogBytes: number;
  deliver(event: WatchEvent, change: Change): void;
  /** Its resource is no longer what it was: sends what is there, and no more. */
  end(): void;
  /** Gives up its connection, and with it all that waits to be sent. */
  cutOff(): void;
}

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** Hands each change to those who watch its resource, and bounds what waits for them. */
export class Watchers {
  readonly #onFault: (error: unknown) => void;
  readonly #byResource = new Map<string, Set<Watcher>>();
  #size = 0;
  /** What waited when it was last counted, and what was written since. */
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

  /** Takes it as well that this was done before. */
  remove(watcher: Watcher): void {
    const { resource } = watcher.scope;
    const known = this.#byResource.get(resource);
    if (!known?.delete(watcher)) return;
    this.#size -= 1;
    if (known.size === 0) this.#byResource.delete(resource);
  }

  /** Told of every line; cuts off the slowest clients where all together have too much to take. */
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
      // Some room besides, so that not every line that follows counts again.
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

  /** A watch that fails takes neither the write that it hears of with it nor other watches. */
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

  /** A definition has the name that `storageKey` gives to its resource. */
  #endOf(change: Change): void {
    const watchers = [...this.#of(change.name)];
    if (watchers.length === 0 || !changesResource(change)) return;
    for (const watcher of watchers) watcher.end();
  }
}

/** The event of a change whose state before or after it is selected; undefined for others. */
export function eventFor(change: Change, scope: WatchScope): WatchEvent | undefined {
  const { namespace, name, selects } = scope;
  if (namespace !== '' && namespace !== change.namespace) return undefined;
  if (name !== undefined && name !== change.name) return undefined;
  return selects ? selectedEvent(change, selects) : { type: change.type, text: change.object };
}

/** An object that begins or ceases to be selected is added or deleted for this watcher. */
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

/** The last state that was selected, with the resourceVersion of the change that ended it. */
function lastSelected({ revision, type, object }: Change, previous: string): string {
  if (type === 'DELETED') return object;
  const last = parseObject(previous);
  return JSON.stringify({
    ...last,
    metadata: { ...last.metadata, resourceVersion: String(revision) },
  });
}

/** Whether a change of a definition is more than one of its metadata or its status. */
function changesResource({ type, object, previous }: Change): boolean {
  if (type === 'DELETED') return true;
  return previous !== undefined && !isSameJson(specOf(object), specOf(previous));
}

function specOf(text: string) {
  const { spec } = parseObject(text);
  return isJsonObject(spec) ? spec : {};
}
