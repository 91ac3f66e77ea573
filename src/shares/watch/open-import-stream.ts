import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { ResourceRequest } from '../../access/access.service.js';
import type { MonitoredRight } from '../../access/authorization-monitor.service.js';
import { decidedRight } from '../../access/domain/decided-right.js';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import { mapInBatches } from '../../core/map-in-batches.js';
import { PulledStream, type PulledStreamOptions } from '../../core/pulled-stream.js';
import { backgroundLimits } from '../../core/background-limits.js';
import { shareLimits } from '../../core/share-limits.js';
import type { EndReason } from '../../core/stream-end.js';
import type { Turns } from '../../core/turns.js';
import { type ImportChange, type ImportEvent, importEvents } from '../domain/import-events.js';
import type { ParsedImport } from '../domain/import-spec.js';
import type { ImportStates } from '../import-states.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { ImportWaiter } from './import-wakeups.js';

export interface OpenImportStreamDependencies extends PulledStreamOptions {
  readonly ctx: CallContext;
  readonly namespace: string;
  readonly parts: ShareDependencies;
  readonly states: Pick<ImportStates, 'watched'>;
  /** Right under which the stream was opened. */
  readonly right: ResourceRequest;
  readonly held: MonitoredRight;
  readonly waiter: ImportWaiter;
  /** Limit on concurrent looks of all streams. */
  readonly looks: Turns;
}

type Group = readonly ImportEvent[];
type Changes = ReadonlyMap<string, ImportChange>;

interface Present {
  readonly changes: Changes;
  /** Whether the state of each import is known now. */
  readonly isWhole: boolean;
}

/**
 * Stream of imports from which its reader pulls. It compares the present imports with what it has
 * sent, so it stores one state of each import and no queue.
 */
export class OpenImportStream implements AsyncIterableIterator<Group> {
  readonly #parts: OpenImportStreamDependencies;
  readonly #life: PulledStream;
  /** Uid of the namespace at the beginning: a recreated namespace is another one. */
  readonly #namespaceUid: string | undefined;
  #sent: Changes | undefined;

  constructor(parts: OpenImportStreamDependencies) {
    this.#parts = parts;
    this.#namespaceUid = this.#uid();
    this.#life = new PulledStream(parts);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Returns the next events once there are some; done once its end is recorded. */
  next(): Promise<IteratorResult<Group, undefined>> {
    return this.#life.next(() => this.#group());
  }

  /** Ends the stream on behalf of its reader. */
  return(): Promise<IteratorResult<Group, undefined>> {
    return this.#life.return();
  }

  async #group(): Promise<Group | undefined> {
    while (this.#life.reason === undefined) {
      await this.#parts.waiter.next();
      const events = await this.#look();
      if (events.length > 0) return events;
    }
    return undefined;
  }

  /** Returns what has changed; empty if nothing has, or if the stream has ended. */
  async #look(): Promise<Group> {
    const now = await (this.#sent === undefined ? this.#first() : this.#again());
    if (now === undefined) return [];
    const sent = this.#sent ?? new Map<string, ImportChange>();
    const changes = importEvents(sent, now);
    const events = this.#sent === undefined ? [...changes, { type: 'bookmark' } as const] : changes;
    if (events.length === 0 || !(await this.#isAllowed())) return [];
    this.#sent = now;
    return events;
  }

  /** Waits a while: a gateway that has just started, or lost its watch, knows all states soon. */
  async #first(): Promise<Changes | undefined> {
    const { clock } = this.#parts.parts;
    const untilMs = clock.monotonicMs() + limits.streamFollowedMsMax;
    let now = await this.#taken();
    while (now?.isWhole === false && clock.monotonicMs() < untilMs) {
      await this.#pause();
      now = await this.#taken();
    }
    return now?.changes;
  }

  async #again(): Promise<Changes | undefined> {
    await this.#pause();
    return (await this.#taken())?.changes;
  }

  #taken(): Promise<Present | undefined> {
    return this.#parts.looks.run(async () => {
      // Looks in memory would otherwise run one after the other before all other work.
      await turn();
      return this.#present();
    });
  }

  /** Collects changes that come together. */
  async #pause(): Promise<void> {
    const options = { signal: this.#life.signal, ref: false };
    await pause(shareLimits.importStreamPauseMs, undefined, options).catch(() => undefined);
  }

  /** Returns the present imports; undefined if they are not known now, or no longer sent. */
  async #present(): Promise<Present | undefined> {
    const { namespace, parts, waiter } = this.#parts;
    const { knownImports, importFeed } = parts;
    if (this.#life.reason !== undefined) return undefined;
    if (this.#uid() !== this.#namespaceUid) return this.#leave('unfollowed');
    const imports = knownImports.of(namespace);
    waiter.follow([...imports.values()].flatMap(({ spec }) => (spec ? [spec.from] : [])));
    if (!importFeed.knowsAll(namespace, this.#namespaceUid ?? '')) return undefined;
    if (imports.size > shareLimits.streamedImportsMax) return this.#leave('behind');
    const names = [...imports.keys()].toSorted();
    const { viewsAtOnceMax } = backgroundLimits;
    let isWhole = true;
    const found = await mapInBatches(names, viewsAtOnceMax, async (name) => {
      const imported = parts.importNow({ namespace, name });
      if (imported === undefined) return [];
      const change = await this.#change(imported);
      if (change !== undefined) return [change];
      isWhole = false;
      // It stays as it was sent.
      const before = this.#sent?.get(name);
      return before?.uid === imported.object.uid ? [before] : [];
    });
    return { changes: new Map(found.flat().map((change) => [change.name, change])), isWhole };
  }

  /** Returns an import as it is now; undefined if its state is not known now. */
  async #change(imported: ParsedImport): Promise<ImportChange | undefined> {
    const { ctx, states } = this.#parts;
    const { namespace, name, uid } = imported.object;
    try {
      return { namespace, name, uid, ...(await states.watched(ctx, imported)) };
    } catch {
      return undefined;
    }
  }

  /** Checks the right before each group; sends nothing while no decision is possible. */
  async #isAllowed(): Promise<boolean> {
    const { ctx, parts, right } = this.#parts;
    const signal = this.#life.signal;
    const decide = () => parts.access.decide({ ...ctx, signal }, right);
    if (!(await decidedRight(decide, signal))) this.#life.end('right');
    return this.#life.reason === undefined;
  }

  #uid(): string | undefined {
    const { namespace, parts } = this.#parts;
    return parts.namespaces.known(namespace)?.uid;
  }

  #leave(reason: EndReason): undefined {
    this.#life.end(reason);
  }
}
