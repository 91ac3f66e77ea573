import { setTimeout as wait } from 'node:timers/promises';
import { EventReader, type StreamPlace } from './event-reader.js';

/** Between tries to open a stream that was refused. */
const RETRY_MS = 100;

/** A client of a stream that comes back behind the last event it has seen, whenever that ended. */
export class StreamFollower {
  /** Streams that were opened, and how many of them began anew since the cursor was too old. */
  opened = 0;
  begunAnew = 0;
  readonly #place: StreamPlace;
  /** Those whose events follow each other, since it last began anew. */
  #readers: EventReader[] = [];
  #isAway = false;
  #isOver = false;
  readonly #running: Promise<void>;

  constructor(place: StreamPlace) {
    this.#place = place;
    this.#running = this.#run();
  }

  /** The version of each Secret that is there, as far as was told. */
  get seen(): ReadonlyMap<string, string> {
    const seen = new Map<string, string>();
    for (const { type, data } of this.#readers.flatMap(({ events }) => events)) {
      const { name, resourceVersion = '' } = data;
      if (name === undefined) continue;
      if (type === 'deleted') seen.delete(name);
      else seen.set(name, resourceVersion);
    }
    return seen;
  }

  get lastId(): string | undefined {
    return this.#readers.findLast(({ lastId }) => lastId !== undefined)?.lastId;
  }

  /** Breaks its connection off; it comes back. */
  cut(): void {
    this.#readers.at(-1)?.close();
  }

  /** The same, and it comes back when it is told to. */
  leave(): void {
    this.#isAway = true;
    this.cut();
  }

  comeBack(): void {
    this.#isAway = false;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.cut();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      if (this.#isAway || !(await this.#follow())) await wait(RETRY_MS);
    }
  }

  /** Whether a stream was opened, which has ended since. */
  async #follow(): Promise<boolean> {
    const after = this.lastId;
    const reader = await EventReader.open({ ...this.#place, after });
    if (reader.status !== 200) {
      await reader.ended;
      if (reader.status !== 410) return false;
      this.begunAnew += 1;
      this.#readers = [];
      return true;
    }
    if (after === undefined) this.#readers = [];
    this.#readers.push(reader);
    this.opened += 1;
    if (this.#isOver || this.#isAway) reader.close();
    await reader.ended;
    return true;
  }
}
