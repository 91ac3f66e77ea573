import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../conformance/scenarios/random.js';
import type { CrashStore } from './crash-store.js';
import { leaseHolder } from './lease-holder.js';
import type { KillWorld } from './kill-world.js';
import type { SyncedSecrets } from './synced-secrets.js';

/** How recent a write is during which a replica is killed. */
const RECENT_MS = 300;
const DOWN_MS_MAX = 1_500;
const KILL_PAUSE_MS_MAX = 600;
/** A kill that waits for a write comes at most so long after it. */
const AFTER_WRITE_MS_MAX = 30;
const NEXT_WRITE_MS_MAX = 3_000;
/** Longer than some pauses of a store that has failed often. */
const DISTURBED_MS_MAX = 180_000;
const ASK_PAUSE_MS_MAX = 1_500;
/** Longer than a lease and the time that a replica needs to start. */
const HOLDER_MS_MAX = 25_000;
const HOLDER_PAUSE_MS = 50;
/** Duration of one kill before the first one was measured. */
const KILL_MS = 8_000;

/** Secret that is written on both sides. */
export interface WrittenSecret {
  readonly name: string;
  readonly store: CrashStore;
  /** Values whose write was acknowledged, by side. */
  readonly cluster: string[];
  readonly remote: string[];
}

export interface Kill {
  readonly index: number;
  /** Whether the replica had the lease of syncs. */
  readonly isHolder: boolean;
  /** Whether a write of a gateway to a store was under way, or had just been answered. */
  readonly isInWrite: boolean;
  /** The same, or a write of the test had just been acknowledged. */
  readonly isNearWrite: boolean;
  readonly writers: number;
}

export interface DisturbanceOptions {
  readonly world: KillWorld;
  readonly secrets: SyncedSecrets;
  readonly written: readonly WrittenSecret[];
  readonly keys: readonly string[];
  /** Writes of each side of each secret. */
  readonly writes: number;
  readonly kills: number;
  readonly newRandom: () => Random;
}

/** Random writes of both sides, while replicas are killed in turns and asked for looks. */
export class Disturbance {
  readonly kills: Kill[] = [];
  /** Looks that each replica has had on request. */
  readonly looks = [0, 0];
  readonly #options: DisturbanceOptions;
  readonly #beganMs = performance.now();
  readonly #killsEnd = Promise.withResolvers<void>();
  #writers = 0;
  /** Kills after which the replica runs again. */
  #killed = 0;
  #acknowledgedMs = -Infinity;
  #isOver = false;

  constructor(options: DisturbanceOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { written, secrets } = this.#options;
    const writers = written.flatMap(({ name, store, cluster, remote }) => [
      this.#write(`${name}-cluster`, cluster, (change) => secrets.patch(name, change)),
      this.#write(`${name}-store`, remote, (change) => store.patch(name, change)),
    ]);
    const asking = this.#ask();
    await Promise.all([...writers, this.#kill()]);
    this.#isOver = true;
    await asking;
    await this.#disturbAll();
  }

  /** Asks for looks until each store has disturbed some: few may have reached it before. */
  async #disturbAll(): Promise<void> {
    const { secrets, written } = this.#options;
    const endMs = performance.now() + DISTURBED_MS_MAX;
    for (let turn = 0; performance.now() < endMs; turn += 1) {
      const spared = written.filter(({ store }) => !store.fates.hasDisturbed);
      if (spared.length === 0) return;
      const looks = spared.map(({ name }) => secrets.runAt(turn % 2, name).catch(() => false));
      await Promise.all(looks);
    }
  }

  async #write(
    name: string,
    acknowledged: string[],
    patch: (change: Record<string, string>) => Promise<void>,
  ): Promise<void> {
    const { writes, keys, newRandom } = this.#options;
    const random = newRandom();
    this.#writers += 1;
    for (let count = 0; count < writes; count += 1) {
      const value = `${name}-value-${count}`;
      await patch({ [random.pick(keys)]: value });
      acknowledged.push(value);
      this.#acknowledgedMs = performance.now();
      const pauseMs = random.below(2 * this.#pauseMs(writes - count));
      await Promise.race([pause(pauseMs), this.#killsEnd.promise]);
    }
    this.#writers -= 1;
  }

  /** Returns a mean pause with which so many writes last as long as the kills. */
  #pauseMs(left: number): number {
    const done = this.#killed;
    const killMs = done === 0 ? KILL_MS : (performance.now() - this.#beganMs) / done;
    const leftMs = killMs * (this.#options.kills - done);
    return Math.ceil(leftMs / left) + 1;
  }

  async #kill(): Promise<void> {
    const { kills, newRandom, world } = this.#options;
    const random = newRandom();
    for (let count = 0; count < kills; count += 1) {
      // Every second kill is aimed at the replica that works, while it writes.
      const isAimed = count % 2 === 0;
      if (!isAimed) await pause(random.below(KILL_PAUSE_MS_MAX));
      const holder = isAimed ? await this.#holderInTime() : await leaseHolder(world);
      const index = isAimed && holder !== undefined ? holder : random.below(2);
      if (isAimed) await this.#nextWrite(random);
      await this.#killNow(index, index === holder, random.below(DOWN_MS_MAX));
    }
    this.#killsEnd.resolve();
  }

  async #holderInTime(): Promise<number | undefined> {
    const endMs = performance.now() + HOLDER_MS_MAX;
    for (;;) {
      const holder = await leaseHolder(this.#options.world);
      if (holder !== undefined || performance.now() > endMs) return holder;
      await pause(HOLDER_PAUSE_MS);
    }
  }

  async #nextWrite(random: Random): Promise<void> {
    const stores = new Set(this.#options.written.map(({ store }) => store));
    const writes = [...stores].map((store) => store.fates.nextWrite());
    await Promise.race([...writes, pause(NEXT_WRITE_MS_MAX)]);
    await pause(random.below(AFTER_WRITE_MS_MAX));
  }

  /** `kill -9` of a replica, which starts again after a pause. */
  async #killNow(index: number, isHolder: boolean, downMs: number): Promise<void> {
    const { world, written } = this.#options;
    const gateway = world.gateways[index];
    if (gateway === undefined) throw new Error(`no gateway ${index}`);
    const isInWrite = written.some(({ store }) => store.fates.hasWritten(RECENT_MS));
    const isAcknowledged = performance.now() - this.#acknowledgedMs <= RECENT_MS;
    const isNearWrite = isInWrite || isAcknowledged;
    this.kills.push({ index, isHolder, isInWrite, isNearWrite, writers: this.#writers });
    await gateway.kill();
    await pause(downMs);
    await gateway.startAgain();
    this.#killed += 1;
  }

  /** Asks both replicas for looks: they work at the same time. */
  async #ask(): Promise<void> {
    const { secrets, written, newRandom } = this.#options;
    const random = newRandom();
    while (!this.#isOver) {
      await pause(random.below(ASK_PAUSE_MS_MAX));
      const index = random.below(2);
      const { name } = random.pick(written);
      const hasLooked = await secrets.runAt(index, name).catch(() => false);
      if (hasLooked) this.looks[index] = (this.looks[index] ?? 0) + 1;
    }
  }
}
