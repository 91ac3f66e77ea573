import type { SecretValue } from '../../core/secret-value.js';
import type { FoundMark, RemoteMark } from './remote-mark.js';

const noKeys: ReadonlySet<string> = new Set();

export type RemoteValues = ReadonlyMap<string, SecretValue>;

/** State of a name in a store. */
export type RemoteState =
  /** Nothing has the name, and nothing of it can be restored. */
  | { readonly kind: 'absent' }
  /** The last version is deleted, and can be restored. */
  | { readonly kind: 'deleted'; readonly version: string; readonly mark: FoundMark }
  | RemoteSecret;

export interface RemoteSecret {
  readonly kind: 'present';
  /** Identity of this state: another one for each write, also after a deletion. */
  readonly version: string;
  readonly values: RemoteValues;
  /** Keys whose members are JSON other than texts, such as numbers: a write leaves them so. */
  readonly jsonKeys?: ReadonlySet<string>;
  readonly mark: FoundMark;
  /** Time of the write, as the store has it. */
  readonly changedAt: string | undefined;
  /** Times of the writes of keys, if each key has a secret of its own. */
  readonly keyTimes?: ReadonlyMap<string, string>;
}

/** Returns the keys of a state whose members are JSON other than texts. */
export function jsonKeysOf(state: RemoteState): ReadonlySet<string> {
  return (state.kind === 'present' ? state.jsonKeys : undefined) ?? noKeys;
}

export interface RemoteWrite {
  /** All values of the secret: others are removed. */
  readonly values: RemoteValues;
  readonly mark: RemoteMark;
  /** State that the values are for. */
  readonly expected: RemoteState;
  /** 64 hexadecimal digits, the same for each repetition of one write to one state. */
  readonly idempotencyToken: string;
}

export interface RemoteWritten {
  readonly version: string;
  /**
   * Versions of others that were written after the expected state, and were current until this
   * write. Always empty for a store with a conditional write.
   */
  readonly overwritten: readonly string[];
}

/** Write whose end is not known: its answer was lost, or the process has ended. */
export interface PendingWrite {
  /** Version that the values were for; undefined: there was none. */
  readonly expectedVersion: string | undefined;
  readonly idempotencyToken: string;
  /** Writes of the secrets of keys, if each key has its own. */
  readonly keys?: readonly PendingKey[] | undefined;
}

export interface PendingKey extends Pick<PendingWrite, 'expectedVersion' | 'idempotencyToken'> {
  /** Name of the key in the store. */
  readonly key: string;
}

export interface MarkChange {
  readonly former: FoundMark;
  readonly mark: RemoteMark;
}

/**
 * Secrets of another store, by names that `nameReason` accepts. Each method throws OutboundFault,
 * which includes RemoteFault. The signal limits its time.
 */
export abstract class RemoteStore {
  /** Whether a write is refused if another state is there: none is overwritten unseen. */
  readonly isConditional: boolean = true;

  /** Returns what must be remembered of a write before it begins; undefined: nothing. */
  pendingOf({ expected, idempotencyToken }: RemoteWrite): PendingWrite | undefined {
    if (this.isConditional) return undefined;
    const expectedVersion = expected.kind === 'absent' ? undefined : expected.version;
    return { expectedVersion, idempotencyToken };
  }

  /**
   * Returns versions of others that a write may have overwritten whose end is not known. Its own
   * version can be among them, if others have overwritten that one.
   */
  async overwrittenBy(
    _name: string,
    _write: PendingWrite,
    _signal: AbortSignal,
  ): Promise<readonly string[]> {
    return [];
  }

  /** Names of which one call returns the change tags; 0: the store has none. */
  readonly changeTagsMax: number = 0;

  /** Returns how many calls `changeTags` makes for these names, at least. */
  changeTagsCalls(names: readonly string[]): number {
    return Math.ceil(names.length / Math.max(this.changeTagsMax, 1));
  }

  /**
   * Returns a text for each name that is another one after each change of the state, without the
   * values. A name that the result lacks must be read.
   */
  async changeTags(
    _names: readonly string[],
    _signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    return new Map();
  }

  /** Returns the state. Only an answer that says so is `absent`, never a doubt. */
  abstract read(name: string, signal: AbortSignal): Promise<RemoteState>;
  /**
   * Writes if the expected state is still there. Throws RemoteFault StoreChanged otherwise. A store
   * without a condition finds out afterwards what was overwritten.
   */
  abstract write(name: string, write: RemoteWrite, signal: AbortSignal): Promise<RemoteWritten>;
  /**
   * Puts the mark of an owner on a secret that is there, and changes no value. Throws RemoteFault
   * StoreChanged if its mark is not the expected one any more.
   */
  abstract claim(name: string, change: MarkChange, signal: AbortSignal): Promise<void>;
  /** Deletes the expected state so that it can be restored. Throws RemoteFault StoreChanged. */
  abstract remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void>;
}
