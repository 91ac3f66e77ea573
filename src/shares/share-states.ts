import type { Authors } from '../custom-resources/authors.service.js';
import type { NeededRight } from '../custom-resources/domain/author-rights.js';
import type { AuthorProblem } from '../custom-resources/domain/author.js';
import type { ObjectRecord, ObjectRecords } from '../custom-resources/domain/object-records.js';
import type { Clock } from '../core/clock.js';
import { RecentMap } from '../core/recent-map.js';
import { shareLimits } from '../core/share-limits.js';
import { rightToSecret, rightsToKeys } from './domain/author-needs.js';
import {
  endingOf,
  isUseUndisturbed,
  parsePins,
  pinsAfter,
  type ShareEnding,
  type SharePins,
  type ShareUse,
} from './domain/share-pins.js';
import { type ParsedShare, shareKind, type ShareSpec } from './domain/share-spec.js';

/** Facts about a share that are not in its object. */
export interface ShareState {
  readonly pins: SharePins;
  /** Why the author may not share the keys; undefined if the author may. */
  readonly problem: AuthorProblem | undefined;
}

interface Known extends ShareState {
  readonly untilMs: number;
}

type Records = Pick<ObjectRecords, 'get' | 'saveFacts'>;

/** States of shares: the rights of their authors, and the uids that they have used. */
export class ShareStates {
  readonly #authors: Pick<Authors, 'problemOf' | 'of'>;
  readonly #records: Records;
  readonly #clock: Clock;
  readonly #known = new RecentMap<string, Known>({
    entriesMax: shareLimits.statesMax,
    keptMs: shareLimits.authorCheckedMs,
  });
  /** Questions that concurrent reads of a share have in common. */
  readonly #running = new Map<string, Promise<ShareState>>();

  constructor(authors: Pick<Authors, 'problemOf' | 'of'>, records: Records, clock: Clock) {
    this.#authors = authors;
    this.#records = records;
    this.#clock = clock;
  }

  /** Returns the state as `of` does, without a question; undefined if a question is due. */
  known(share: ParsedShare): ShareState | undefined {
    const known = this.#known.get(keyOf(share));
    return known !== undefined && this.#clock.monotonicMs() < known.untilMs ? known : undefined;
  }

  /**
   * Returns a state that is at most `shareLimits.authorCheckedMs` old. Throws Unavailable if the
   * cluster or the database cannot answer.
   */
  async of(share: ParsedShare, spec: ShareSpec): Promise<ShareState> {
    const known = this.known(share);
    if (known !== undefined) return known;
    const running = this.#running.get(keyOf(share));
    if (running !== undefined) return running;
    const asked = this.#ask(share, spec);
    this.#running.set(keyOf(share), asked);
    try {
      const state = await asked;
      // A state that was forgotten meanwhile is not remembered.
      const isWanted = this.#running.get(keyOf(share)) === asked;
      return isWanted ? this.#keep(share, state) : state;
    } finally {
      if (this.#running.get(keyOf(share)) === asked) this.#running.delete(keyOf(share));
    }
  }

  async #ask(share: ParsedShare, spec: ShareSpec): Promise<ShareState> {
    const record = await this.#records.get(share.object.uid);
    const problem = await this.#problemOf(share, spec, record);
    return { pins: parsePins(record?.facts), problem };
  }

  /**
   * Records the first use of a share by a namespace, or of its Secret. Returns false if something
   * was recorded meanwhile that concerns the use: decide again.
   */
  async pin(share: ParsedShare, state: ShareState, use: ShareUse): Promise<boolean> {
    const nowMs = this.#clock.nowMs();
    let { pins } = state;
    if (pinsAfter(pins, { ...use, nowMs }) === pins) return true;
    const { uid } = share.object;
    // Recorded with the first use: the object is gone when it is needed.
    const onDelete = await this.#endingOf(share);
    for (let tries = 0; tries < shareLimits.pinTriesMax; tries += 1) {
      const used = pinsAfter(pins, { ...use, nowMs });
      if (used === pins) return true;
      const after = onDelete === undefined ? used : { ...used, onDelete };
      if (await this.#save(uid, pins, after)) {
        this.#setPins(share, after);
        return true;
      }
      // Other namespaces that begin to use the share at the same time record it as well.
      pins = parsePins((await this.#records.get(uid))?.facts);
      if (!isUseUndisturbed(state.pins, pins, use)) break;
    }
    this.#known.delete(keyOf(share));
    return false;
  }

  /** Saves the uids after a use; reports false if the recorded ones are not `before`. */
  #save(uid: string, before: SharePins, after: SharePins): Promise<boolean> {
    const object = { uid, resource: shareKind.resource };
    const expected = before.secretUID === undefined ? null : before;
    return this.#records.saveFacts(object, { before: expected, after });
  }

  /** The rights of the author were not checked again: the state gets no older. */
  #setPins(share: ParsedShare, pins: SharePins): void {
    const known = this.#known.get(keyOf(share));
    if (known !== undefined) this.#set(share, { ...known, pins });
  }

  async #endingOf(share: ParsedShare): Promise<ShareEnding | undefined> {
    const { object, specHash, spec } = share;
    if (spec?.onRevoke !== 'rotate') return undefined;
    const recorded = await this.#records.get(object.uid);
    const authored = { object, specHash, recorded };
    return endingOf(object, spec, await this.#authors.of(shareKind.resource, authored));
  }

  /** Forgets a share whose author is another one now. */
  forget(share: Pick<ParsedShare, 'object'>): void {
    this.#known.delete(keyOf(share));
    this.#running.delete(keyOf(share));
  }

  async #problemOf(share: ParsedShare, spec: ShareSpec, recorded: ObjectRecord | undefined) {
    const { object, specHash } = share;
    const authored = { object, specHash, recorded };
    const ask = (rights: readonly NeededRight[]) =>
      this.#authors.problemOf(shareKind.resource, authored, rights);
    const problem = await ask([rightToSecret(spec)]);
    return problem?.reason === 'AuthorForbidden' ? ask(rightsToKeys(spec)) : problem;
  }

  /** Remembers a problem only shortly: its end is often awaited. */
  #keep(share: ParsedShare, state: ShareState): ShareState {
    const nowMs = this.#clock.monotonicMs();
    const { authorCheckedMs, problemCheckedMs } = shareLimits;
    const keptMs = state.problem === undefined ? authorCheckedMs : problemCheckedMs;
    this.#set(share, { ...state, untilMs: nowMs + keptMs });
    return state;
  }

  #set(share: ParsedShare, known: Known): void {
    this.#known.set(keyOf(share), known, this.#clock.monotonicMs());
  }
}

function keyOf({ object: { uid, generation } }: Pick<ParsedShare, 'object'>): string {
  return `${uid}/${generation}`;
}
