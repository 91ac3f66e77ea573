import { limits } from '../../../core/limits.js';
import { isNoNewer } from '../../../versions/domain/resource-version.js';
import type { CachedSecret } from '../cache/cached-secret.js';
import type { ChangeLog, SecretChange } from '../cache/change-log.js';
import type { CachePage, NamespaceView } from '../cache/secret-cache.js';
import type { ChangeCursor } from './change-cursor.js';
import { type ChangeSelection, kindOfChange } from './change-selection.js';

/** A change that is told, and how far whoever has heard of it has been told. */
export interface TakenChange {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly change: SecretChange;
  readonly cursor: ChangeCursor;
}

/** What is to be told next: first changes, then Secrets that are there, then a bookmark. */
export interface Taken {
  readonly changes: readonly TakenChange[];
  readonly secrets: readonly { readonly secret: CachedSecret; readonly cursor: ChangeCursor }[];
  readonly bookmark: ChangeCursor | undefined;
  /** Whether there is more to take already. */
  readonly hasMore: boolean;
}

interface Start {
  readonly sequence: number;
  readonly cursor: ChangeCursor;
  /** What was told elsewhere, maybe by a replica that is ahead of this one. */
  readonly seen?: ChangeCursor;
}

const nothing = { secrets: [], bookmark: undefined, hasMore: false } as const;

/**
 * Where a stream stands in the log of its namespace. What is there is told by name, in pages, and
 * the log goes on meanwhile: of names that were told, each change; of those behind them nothing,
 * for their page will have it. So at any moment names up to `upTo` are told as of one
 * resourceVersion, and who goes on from there misses nothing and is told nothing twice.
 */
export class ChangePosition {
  readonly #log: ChangeLog;
  readonly #selection: ChangeSelection;
  readonly #seen: ChangeCursor | undefined;
  #sequence: number;
  /** Names behind this one have not been told of; undefined once all have. */
  #upTo: string | undefined;
  /** Up to where all changes have been taken. */
  #reached: string;
  /** Of the last cursor that was taken. */
  #told: string;
  /** Whether it has been at the end of the log: from then on it may fall behind. */
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

  /** Before everything that is there. */
  static begin(log: ChangeLog, selection: ChangeSelection): ChangePosition {
    const cursor = { reached: log.reached, upTo: '' };
    return new ChangePosition(log, selection, { sequence: log.next, cursor });
  }

  /** Behind a cursor; undefined where the log does not go back that far. */
  static resume(
    log: ChangeLog,
    selection: ChangeSelection,
    cursor: ChangeCursor,
  ): ChangePosition | undefined {
    const sequence = log.after(cursor.reached);
    if (sequence === undefined) return undefined;
    return new ChangePosition(log, selection, { sequence, cursor, seen: cursor });
  }

  /** What has come since the last call, a part at a time; `behind` where that is too much. */
  take(): Taken | 'behind' {
    // Let go early, so that it can go on from its cursor before the log has forgotten that.
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

  /** A bookmark where time has gone on since the last cursor without anything to be told. */
  mark(): ChangeCursor | undefined {
    const isLevel = this.#upTo === undefined && this.#log.next === this.#sequence;
    if (!isLevel || isNoNewer(this.#log.reached, this.#told)) return undefined;
    this.#reached = this.#log.reached;
    this.#told = this.#reached;
    return { reached: this.#reached };
  }

  #pass(change: SecretChange, next: SecretChange | undefined): TakenChange[] {
    this.#sequence = change.sequence + 1;
    // Who has been told one of several that came at once has not been told them all.
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

  /** The log and the cache are looked at in one moment, so that nothing lies between them. */
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
