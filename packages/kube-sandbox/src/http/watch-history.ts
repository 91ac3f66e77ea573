import { expired } from '../model/api-status.js';
import type { Change } from '../model/object-reader.js';
import { parseObject } from '../store/object-text.js';
import type { ObjectStore, StoredText } from '../store/object-store.js';
import { bounds } from '../store/sandbox-bounds.js';
import { fromPath, pathOf } from '../store/storage-path.js';
import { ListProgress } from './list-progress.js';
import { type WatchEvent, type WatchScope, eventFor } from './watchers.js';

/** Sends one event; returns false if the client should read before more is sent. */
export type Take = (event: WatchEvent, change?: Change) => boolean;

/**
 * Events that a watch sends before it is live, in pieces: optionally the existing objects, then the
 * changes since. The history keeps nothing between two pieces, so that a slow client costs no
 * memory. An event has the object's state when its page is read, and later changes follow. So no
 * change is missed or repeated.
 */
export class WatchHistory {
  readonly #store: ObjectStore;
  readonly #scope: WatchScope;
  readonly #list: ListProgress | undefined;
  #revision: number;

  /** `since`: revision after which the changes begin; undefined to begin with the objects. */
  constructor(store: ObjectStore, scope: WatchScope, since: number | undefined) {
    this.#store = store;
    this.#scope = scope;
    this.#list = since === undefined ? new ListProgress() : undefined;
    this.#revision = since ?? store.revision;
  }

  /** Revision up to which every change was sent. */
  get revision(): number {
    return this.#revision;
  }

  /** Sends one more piece; returns true at the end. Throws 410 if the read took too long. */
  advance(take: Take): boolean {
    const list = this.#list;
    if (list && !list.isComplete && !this.#tellObjects(list, take)) return false;
    return this.#tellChanges(take);
  }

  /** Returns true after the last objects. */
  #tellObjects(list: ListProgress, take: Take): boolean {
    const { resource, namespace } = this.#scope;
    const { last } = list;
    const turn = new Turn();
    let path = last;
    const range = { resource, namespace, ...(last !== undefined && { after: last }) };
    for (const stored of this.#store.rows({ ...range, limit: bounds.watchTurnRowsMax })) {
      path = stored.path;
      turn.took(stored.text.length, this.#tellObject(stored, take));
      if (turn.isOver) break;
    }
    list.note(turn.isOver ? path : undefined, this.#store.revision);
    return !turn.isOver;
  }

  #tellObject({ path, text }: StoredText, take: Take): boolean {
    const { resource, name, selects } = this.#scope;
    if (name !== undefined && fromPath(resource, path).name !== name) return true;
    if (selects !== undefined && !selects(parseObject(text))) return true;
    return take({ type: 'ADDED', text });
  }

  /** Returns true after the last changes. */
  #tellChanges(take: Take): boolean {
    const { changes, revision } = this.#store;
    if (this.#revision < changes.floor) {
      throw expired(`too old resource version: ${this.#revision} (${changes.floor})`);
    }
    const { resource, namespace } = this.#scope;
    const since = this.#revision;
    const turn = new Turn();
    for (const change of changes.after(since, resource, namespace, bounds.watchTurnRowsMax)) {
      this.#revision = change.revision;
      const { object, previous = '' } = change;
      turn.took(object.length + previous.length, this.#tellChange(change, take));
      if (turn.isOver) return false;
    }
    this.#revision = Math.max(this.#revision, revision);
    return true;
  }

  #tellChange(change: Change, take: Take): boolean {
    const isTold = change.revision <= (this.#list?.revisionAt(pathOf(change)) ?? 0);
    const event = isTold ? undefined : eventFor(change, this.#scope);
    return event === undefined || take(event, change);
  }
}

/** Limit of one piece, so that other requests are not delayed. */
class Turn {
  #rows = 0;
  #characters = 0;
  #hasRoom = true;

  get isOver(): boolean {
    const isLong = this.#characters >= bounds.watchTurnCharactersMax;
    return !this.#hasRoom || isLong || this.#rows >= bounds.watchTurnRowsMax;
  }

  took(characters: number, hasRoom: boolean): void {
    this.#rows += 1;
    this.#characters += characters;
    this.#hasRoom = hasRoom;
  }
}
