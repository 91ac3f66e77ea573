import type { FileIdentity } from './file-identity.js';

const SLOTS = { database: 0, wal: 2 } as const;

/**
 * Identity of the file that all threads of a process use as the database, and of its write-ahead
 * log. Only the thread that appends may adopt another file. If another thread opened a replacement
 * with the former log, SQLite would replay that log into it.
 * https://www.sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use
 */
export class AdoptedFile {
  /** Memory that other threads receive at their start. */
  readonly memory: SharedArrayBuffer;
  readonly #words: BigUint64Array;

  constructor(memory = new SharedArrayBuffer(4 * BigUint64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#words = new BigUint64Array(memory);
  }

  get database(): FileIdentity | undefined {
    return this.#read(SLOTS.database);
  }

  get wal(): FileIdentity | undefined {
    return this.#read(SLOTS.wal);
  }

  adopt(database: FileIdentity | undefined, wal: FileIdentity | undefined): void {
    this.#write(SLOTS.wal, wal);
    this.#write(SLOTS.database, database);
  }

  /** Returns an identity; undefined if unset, because an inode is never 0. */
  #read(slot: number): FileIdentity | undefined {
    const inode = Atomics.load(this.#words, slot + 1);
    return inode === 0n ? undefined : `${Atomics.load(this.#words, slot)}:${inode}`;
  }

  #write(slot: number, identity: FileIdentity | undefined): void {
    const [device = '0', inode = '0'] = identity?.split(':') ?? [];
    Atomics.store(this.#words, slot, BigInt(device));
    Atomics.store(this.#words, slot + 1, BigInt(inode));
  }
}
