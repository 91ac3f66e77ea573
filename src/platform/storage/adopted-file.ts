import type { FileIdentity } from './file-identity.js';

const SLOTS = { database: 0, wal: 2 } as const;

/**
 * Which file all threads of a process take for the database, and which write-ahead log is its own.
 * Only the thread that appends may take another one: opening a file that took its place beside the
 * former one's log would have SQLite replay that log into it.
 * https://www.sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use
 */
export class AdoptedFile {
  /** What other threads are started with. */
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

  /** An inode is never 0. */
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
