import { isDeepStrictEqual } from 'node:util';
import type { FoundMark } from '../../../../src/sync/domain/remote-mark.js';
import {
  type MarkChange,
  type PendingWrite,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../../../../src/sync/domain/remote-store.js';
import { changed } from '../../../../src/sync/stores/store-answer.js';
import { textsOf, valuesOf } from '../engine/sync-world.js';

export interface StoreCall {
  readonly call: 'read' | 'write' | 'claim' | 'remove';
  readonly name: string;
}

/** A store in memory with many names, in which a test can write and fail calls. */
export class NamedStore extends RemoteStore {
  override isConditional = true;
  readonly states = new Map<string, RemoteState>();
  /** Writes that `overwrittenBy` was asked about. */
  readonly asked: object[] = [];
  readonly calls: (StoreCall & { readonly token?: string })[] = [];
  /** Called before and after each call: a test may change states or throw. */
  before: (call: StoreCall) => void = () => undefined;
  after: (call: StoreCall) => void = () => undefined;
  /** Versions that each write says it has overwritten. */
  overwritten: readonly string[] = [];
  /** Concurrent calls at most. */
  mostConcurrent = 0;
  #concurrent = 0;
  #versions = 0;

  override async overwrittenBy(
    name: string,
    { expectedVersion, idempotencyToken: token }: PendingWrite,
  ): Promise<readonly string[]> {
    this.asked.push({ name, expectedVersion, token });
    return this.overwritten;
  }

  override async read(name: string): Promise<RemoteState> {
    return this.#carriedOut({ call: 'read', name }, () => this.stateOf(name));
  }

  override async write(
    name: string,
    { values, mark, expected, idempotencyToken: token }: RemoteWrite,
  ): Promise<RemoteWritten> {
    return this.#carriedOut({ call: 'write', name, token }, () => {
      if (!isDeepStrictEqual(identityOf(this.stateOf(name)), identityOf(expected))) throw changed();
      const version = this.put(name, textsOf(values) as Record<string, string>, mark);
      return { version, overwritten: this.overwritten };
    });
  }

  override async claim(name: string, { former, mark }: MarkChange): Promise<void> {
    return this.#carriedOut({ call: 'claim', name }, () => {
      const state = this.stateOf(name);
      if (state.kind !== 'present' || !isDeepStrictEqual(state.mark, former)) throw changed();
      this.states.set(name, { ...state, mark });
    });
  }

  override async remove(name: string, expected: RemoteSecret): Promise<void> {
    return this.#carriedOut({ call: 'remove', name }, () => {
      const state = this.stateOf(name);
      if (!isDeepStrictEqual(identityOf(state), identityOf(expected))) throw changed();
      const { version, mark } = expected;
      this.states.set(name, { kind: 'deleted', version, mark });
    });
  }

  stateOf(name: string): RemoteState {
    return this.states.get(name) ?? { kind: 'absent' };
  }

  /** Writes as somebody else does, or as the owner of a mark; returns the version. */
  put(name: string, texts: Readonly<Record<string, string>>, mark?: FoundMark): string {
    const version = `v${(this.#versions += 1)}`;
    const changedAt = new Date(this.#versions * 1_000).toISOString();
    const values = valuesOf(texts);
    this.states.set(name, { kind: 'present', version, values, mark, changedAt });
    return version;
  }

  /** Names of calls that were begun, without reads. */
  get changes(): readonly string[] {
    const changes = this.calls.filter(({ call }) => call !== 'read');
    return changes.map(({ call, name }) => `${call} ${name}`);
  }

  /** Values of all names that are there. */
  get texts(): Readonly<Record<string, unknown>> {
    const present = [...this.states].flatMap(([name, state]) => {
      return state.kind === 'present' ? [[name, textsOf(state.values)['value']]] : [];
    });
    return Object.fromEntries(present) as Record<string, unknown>;
  }

  async #carriedOut<T>(call: StoreCall & { readonly token?: string }, work: () => T): Promise<T> {
    this.calls.push(call);
    this.#concurrent += 1;
    this.mostConcurrent = Math.max(this.mostConcurrent, this.#concurrent);
    await new Promise(setImmediate);
    this.#concurrent -= 1;
    this.before(call);
    const result = work();
    this.after(call);
    return result;
  }
}

function identityOf(state: RemoteState): unknown {
  if (state.kind === 'absent') return null;
  return [state.kind, state.version, state.mark];
}
