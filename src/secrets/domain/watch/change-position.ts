import { limits } from '../../../core/limits.js';
import { isNoNewer } from '../../../versions/domain/resource-version.js';
import type { CachedSecret } from '../cache/cached-secret.js';
import type { ChangeLog, SecretChange } from '../cache/change-log.js';
import type { CachePage, NamespaceView } from '../cache/secret-cache.js';
import type { ChangeCursor } from './change-cursor.js';
import { type ChangeSelection, kindOfChange } from './change-selection.js';

/** Change to send, and the client's cursor after it. */
export interface TakenChange {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly change: SecretChange;
  readonly cursor: ChangeCursor;
}

/** Events to send next: first changes, then current Secrets, then a bookmark. */
export interface Taken {
  readonly changes: readonly TakenChange[];
  readonly secrets: readonly { readonly secret: CachedSecret; readonly cursor: ChangeCursor }[];
  readonly bookmark: ChangeCursor | undefined;
  /** Whether there is already more to take. */
  readonly hasMore: boolean;
}

interface Start {
  readonly sequence: number;
  readonly cursor: ChangeCursor;
  /** Cursor from another stream, maybe from a replica that is ahead of this one. */
  readonly seen?: ChangeCursor;
}

const nothing = { secrets: [], bookmark: undefined, hasMore: false } as const;

/**
 * Position of a stream in the log of its namespace. Current Secrets are sent by name, in pages,
 * while the log continues. For names already sent, each change is sent. For later names, no change
 * is sent, because their page will contain it. So at any moment, names up to `upTo` are sent as of
 * one resourceVersion. A client that resumes there misses nothing and receives nothing twice.
 */
export class ChangePosition {
  readonly #log: ChangeLog;
  readonly #selection: ChangeSelection;
  readonly #seen: ChangeCursor | undefined;
  #sequence: number;
  /** Last name that was sent; undefined once all names have been sent. */
  #upTo: string | undefined;
  /** Resource version up to which all changes have been taken. */
  #reached: string;
  /** Resource version of the last cursor that was taken. */
  #told: string;
  /** Whether it has reached the end of the log: from then on it may lag. */
  #wasLevel: boolean;

  private constructor(log: ChangeLog, selection: ChangeSelection, start: Start) {
    this.#log = log;
    this.#selection = selection;
    this.#sequence = start.sequence;
    this.#upTo = start.cursor.upTo;
    this.#reached = start.cursor.reached;
    this.#told = start.cursor.reached;
    this.#seen = start.seen;
    this.#wasLevel = start.seen === undefined;
  }

  /** Returns a position before everything that exists. */
  static begin(log: ChangeLog, selection: ChangeSelection): ChangePosition {
    const cursor = { reached: log.reached, upTo: '' };
    return new ChangePosition(log, selection, { sequence: log.next, cursor });
  }

  /** Returns a position after a cursor; undefined if the log does not go back that far. */
  static resume(
    log: ChangeLog,
    selection: ChangeSelection,
    cursor: ChangeCursor,
  ): ChangePosition | undefined {
    const sequence = log.after(cursor.reached);
    if (sequence === undefined) return undefined;
    return new ChangePosition(log, selection, { sequence, cursor, seen: cursor });
  }

  /** Returns the next part of the changes since the last call; `behind` if there are too many. */
  take(): Taken | 'behind' {
    // End the stream early, so that it can resume before the log drops its cursor.
    const behind = this.#log.next - this.#sequence;
    if (this.#wasLevel && behind > limits.changesBehindMax) return 'behind';
    const found = this.#log.from(this.#sequence, limits.changesTakenMax + 1);
    if (found === undefined) return 'behind';
    const passed = found.slice(0, limits.changesTakenMax);
    const changes = passed.flatMap((change, index) => this.#pass(change, found[index + 1]));
    const isLevel = passed.length === found.length;
    this.#wasLevel ||= isLevel;
    const { secrets, bookmark, hasMore } = isLevel ? this.#page() : { ...nothing, hasMore: true };
    const last = bookmark ?? secrets.at(-1)?.cursor ?? changes.at(-1)?.cursor;
    if (last !== undefined) this.#told = last.reached;
    return { changes, secrets, bookmark, hasMore };
  }

  /** Returns a bookmark if the version has advanced since the last cursor, without an event. */
  mark(): ChangeCursor | undefined {
    const isLevel = this.#upTo === undefined && this.#log.next === this.#sequence;
    if (!isLevel || isNoNewer(this.#log.reached, this.#told)) return undefined;
    this.#reached = this.#log.reached;
    this.#told = this.#reached;
    return { reached: this.#reached };
  }

  #pass(change: SecretChange, next: SecretChange | undefined): TakenChange[] {
    this.#sequence = change.sequence + 1;
    // A client that received only some of the changes of one batch has not reached its end.
    if (next?.reached !== change.reached) this.#reached = change.reached;
    const name = (change.after ?? change.before)?.name ?? '';
    if (this.#upTo !== undefined && name > this.#upTo) return [];
    if (this.#wasSeen(change, name)) return [];
    const type = kindOfChange(this.#selection, change);
    return type === undefined ? [] : [{ type, change, cursor: this.#cursor(this.#upTo) }];
  }

  #wasSeen({ resourceVersion }: SecretChange, name: string): boolean {
    if (this.#seen === undefined) return false;
    const { reached, upTo } = this.#seen;
    return (upTo === undefined || name <= upTo) && isNoNewer(resourceVersion, reached);
  }

  /** Reads the log and the cache in one moment, so that no change comes between. */
  #page(): Omit<Taken, 'changes'> {
    const after = this.#upTo;
    const view = after === undefined ? undefined : this.#log.view();
    if (after === undefined || view === undefined) return nothing;
    this.#reached = this.#log.reached;
    const { items, hasMore } = this.#lookUp(view, after);
    const secrets = items
      .filter((secret) => this.#selection.matches(secret))
      .map((secret) => ({ secret, cursor: this.#cursor(secret.name) }));
    this.#upTo = hasMore ? (items.at(-1)?.name ?? after) : undefined;
    return { secrets, bookmark: hasMore ? undefined : this.#cursor(undefined), hasMore };
  }

  #lookUp(view: NamespaceView, after: string): Pick<CachePage, 'items' | 'hasMore'> {
    const { name, query } = this.#selection;
    if (name === undefined) {
      return view.page({ ...query, after, limit: limits.cacheListTurnSecrets });
    }
    const one = name > after ? view.get(name) : undefined;
    return { items: one === undefined ? [] : [one], hasMore: false };
  }

  #cursor(upTo: string | undefined): ChangeCursor {
    return upTo === undefined ? { reached: this.#reached } : { reached: this.#reached, upTo };
  }
}
