import { Random } from '../../conformance/scenarios/random.js';
import type { DoubleRequest, HttpsDouble } from '../../services/https-double.js';
import { scaled } from '../scale.js';
import type { StoreAnswer, StoreCall, StoreFate, StoreProxy } from '../store-proxy.js';

/** Kind of a call. Pages are many for one look, and logins are never disturbed. */
export type CallKind = 'read' | 'write' | 'page' | 'login';

/** Call of a gateway, as a proxy or a double sees it. */
export type SeenCall = Pick<StoreCall, 'method' | 'path' | 'headers'>;

/** Of how many calls of a kind one is disturbed, on average. A short run has few calls. */
const passing = { read: scaled(12, 4), write: scaled(4, 2), page: 200 } as const;
/** In turns for each kind, so that few calls of a store get each of these. */
const bad: readonly StoreFate[] = ['lost', 429, 503, 'unsent'];

/** Decides what becomes of each call of the gateways to one store, and counts what it gave. */
export class StoreFates {
  /** Numbers of disturbed calls. */
  readonly given = { unsent: 0, lost: 0, lostWrites: 0, 429: 0, 503: 0 };
  /** Writes that the store has answered. */
  writes = 0;
  isDisturbed = false;
  readonly #kindOf: (call: SeenCall) => CallKind;
  readonly #random: Random;
  readonly #awaiting = new Set<() => void>();
  readonly #turns = { read: 0, write: 0, page: 0 };
  #writing = 0;
  #wroteMs = -Infinity;

  constructor(kindOf: (call: SeenCall) => CallKind, seed: number) {
    this.#kindOf = kindOf;
    this.#random = new Random(seed);
  }

  /** Disturbs the calls that go through a proxy. */
  guard(proxy: StoreProxy, onAnswered: StoreProxy['onAnswered'] = () => undefined): void {
    proxy.fate = (call) => this.#begun(call);
    proxy.onAnswered = (call: StoreCall, answer: StoreAnswer) => {
      this.#answered(call);
      onAnswered(call, answer);
    };
  }

  /** Disturbs the calls of a double in this process. */
  guardDouble({ faults }: HttpsDouble): void {
    const fates = new WeakMap<DoubleRequest, StoreFate>();
    faults.before = (request) => {
      const fate = this.#begun(request);
      fates.set(request, fate);
      if (typeof fate === 'number') return { status: fate, body: {} };
      return fate === 'unsent' ? { status: 500 } : undefined;
    };
    faults.loses = (request) => {
      const fate = fates.get(request);
      if (fate === 'passed' || fate === 'lost') this.#answered(request);
      return fate === 'lost' || fate === 'unsent';
    };
  }

  /** Whether an answer was lost, and calls were refused with 429 and 503. */
  get hasDisturbed(): boolean {
    return Math.min(this.given.lost, this.given[429], this.given[503]) > 0;
  }

  /** Reports whether a write is under way, or was answered that short ago. */
  hasWritten(withinMs: number): boolean {
    return this.#writing > 0 || performance.now() - this.#wroteMs <= withinMs;
  }

  /** Waits for the moment in which the store has carried out a write, and not answered yet. */
  async nextWrite(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaiting.add(resolve);
    return promise;
  }

  #begun(call: SeenCall): StoreFate {
    const kind = this.#kindOf(call);
    const fate = this.isDisturbed && kind !== 'login' ? this.#fateOf(kind) : 'passed';
    if (fate !== 'passed') this.#count(kind, fate);
    if (kind === 'write' && (fate === 'passed' || fate === 'lost')) this.#writing += 1;
    return fate;
  }

  #fateOf(kind: Exclude<CallKind, 'login'>): StoreFate {
    if (!this.#random.isOne(passing[kind])) return 'passed';
    const fate = bad[this.#turns[kind] % bad.length] ?? 'passed';
    this.#turns[kind] += 1;
    return fate;
  }

  #count(kind: CallKind, fate: StoreFate): void {
    if (fate === 'unsent' || fate === 'lost' || fate === 429 || fate === 503) this.given[fate] += 1;
    if (fate === 'lost' && kind === 'write') this.given.lostWrites += 1;
  }

  #answered(call: SeenCall): void {
    if (this.#kindOf(call) !== 'write') return;
    this.#writing -= 1;
    this.writes += 1;
    this.#wroteMs = performance.now();
    for (const resolve of this.#awaiting) resolve();
    this.#awaiting.clear();
  }
}
