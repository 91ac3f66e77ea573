import { type KeyObject, createHmac } from 'node:crypto';
import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { type ActiveKeyDependencies, activeOf, replaceActiveKey } from './active-key.js';
import { associatedData } from './domain/associated-data.js';
import { openVersion, rewrapVersion, sealVersion } from './domain/envelope.js';
import { IntegrityError } from './domain/integrity-error.js';
import { isRotationDue } from './domain/key-age.js';
import type { VersionBinding } from './domain/version-binding.js';
import type { EncryptionKeyRow } from './encryption-keys.store.js';
import type { HeldKey } from './loaded-keys.js';
import { KeyRing, type Sealed } from './key-ring.js';
import { KeyWatch } from './key-watch.js';
import { type MacKeys, openMacKeys } from './mac-key.js';
import type { KeySources } from './open-key-sources.js';
import { retireUnusedKeys } from './retire-keys.js';
import { WrapCount } from './wrap-count.js';

export interface KeyRingDependencies extends ActiveKeyDependencies {
  readonly sources: KeySources;
  /** Whether other processes may use the database. */
  readonly writers: 'one' | 'many';
  readonly onAlarm: (message: string) => void;
  /** Ids with versions at the start that the database did not know. */
  readonly lost: ReadonlySet<string>;
}

/** Keys that several replicas share: the database contains which key is active. */
export class StoredKeyRing extends KeyRing {
  readonly #parts: KeyRingDependencies;
  readonly #watch: KeyWatch;
  readonly #macs: MacKeys;
  #active: HeldKey;
  #count: WrapCount;
  /** Reason that nothing new may be sealed here, though keys are available. */
  #obstacle: string | undefined;
  #told: string | undefined;
  readonly #overdue = new Set<string>();

  constructor(
    parts: KeyRingDependencies,
    keys: { readonly active: HeldKey; readonly macs: MacKeys },
  ) {
    super();
    this.#parts = parts;
    this.#active = keys.active;
    this.#macs = keys.macs;
    this.#count = this.#counterOf(keys.active);
    this.#watch = new KeyWatch(() => this.#look());
  }

  override get activeKeyId(): string {
    return this.#active.id;
  }

  /** Returns for operators why history is closed. */
  get problem(): string | undefined {
    const sources = [...this.#parts.held.sources].map(({ problem }) => problem);
    return sources.find((problem) => problem !== undefined) ?? this.#obstacle;
  }

  override requireAvailable(): void {
    const { problem } = this;
    if (problem === undefined) return;
    throw unavailable('history is closed: its encryption keys cannot be had at present', {
      internal: problem,
      retryAfterSeconds: limits.keyLookMs / 1000,
    });
  }

  override seal(plaintext: Uint8Array, binding: VersionBinding): Sealed {
    this.requireAvailable();
    this.#count.take();
    return sealVersion(this.#active, plaintext, binding);
  }

  override open(sealed: Sealed, binding: VersionBinding): Buffer {
    return openVersion(this.#keyOf(sealed), sealed, binding);
  }

  override rewrap(sealed: Sealed, binding: VersionBinding): Pick<Sealed, 'keyId' | 'wrappedKey'> {
    const { held, lost } = this.#parts;
    // The key will not come back: moving all others need not wait for it.
    if (lost.has(sealed.keyId) && held.get(sealed.keyId) === undefined) throw new IntegrityError();
    const from = this.#keyOf(sealed);
    this.requireAvailable();
    this.#count.take();
    return rewrapVersion({ from, to: this.#active }, sealed, binding);
  }

  override mac(context: string, bytes: Uint8Array): Buffer {
    return createHmac('sha256', this.#macs.content)
      .update(associatedData([context]))
      .update(bytes)
      .digest();
  }

  /** Returns the key of MACs over rows of the database. */
  get rowKey(): KeyObject {
    return this.#macs.rows;
  }

  /** Returns the key of the fingerprints of requests. */
  get requestKey(): KeyObject {
    return this.#macs.requests;
  }

  override async learn(keyId: string): Promise<void> {
    if (this.#parts.held.get(keyId) === undefined) await this.#watch.lookSoon();
  }

  /** Reserves wraps ahead; rejects with StorageError. */
  ready(): Promise<void> {
    return this.#count.fill();
  }

  /** Begins to check the keys in the database and their sources periodically. */
  start(): void {
    this.#watch.start();
  }

  /** Checks now. */
  look(): Promise<void> {
    return this.#watch.look();
  }

  /** Replaces the active key by one of its source; returns its id. Throws EncryptionKeyError. */
  async rotate(): Promise<string> {
    await replaceActiveKey(this.#parts, this.#active);
    await this.look();
    return this.#active.id;
  }

  /** Retires unused keys; `versions`: current number of versions of each key. */
  retireUnused(versions: ReadonlyMap<string, number>): Promise<readonly string[]> {
    return retireUnusedKeys(this.#parts, versions);
  }

  /** Ends the checks of keys, and with these rotations; the ring still seals and opens. */
  stop(): Promise<void> {
    return this.#watch.stop();
  }

  async close(): Promise<void> {
    await this.#watch.stop();
    await this.#count.giveBack().catch(() => undefined);
    for (const source of this.#parts.sources.all.values()) source.close();
  }

  #keyOf({ keyId }: Sealed): HeldKey {
    const held = this.#parts.held.get(keyId);
    if (held !== undefined && held.source.problem === undefined) return held;
    if (held === undefined) this.#watch.lookSoon().catch(() => undefined);
    throw unavailable('history is closed: its encryption keys cannot be had at present', {
      internal: held?.source.problem ?? `this gateway does not have the encryption key ${keyId}`,
    });
  }

  async #look(): Promise<void> {
    const { store, held, sources } = this.#parts;
    const rows = await store.keys();
    for (const source of sources.all.values()) {
      const theirs = rows.filter(
        ({ id, state }) => state !== 'retired' && held.sourceOf(id) === source,
      );
      const renewed = await source.look(theirs);
      for (const { id, wrapped } of renewed) {
        const former = theirs.find((row) => row.id === id);
        await store.replaceWrapped(id, former?.wrapped ?? null, wrapped);
      }
    }
    await this.#follow(rows);
    await this.#rotateIfDue(rows);
    await this.#count.fill().catch(() => undefined);
    this.#tell();
  }

  /** Adopts the database's keys: it decides which exist, and which is active. */
  async #follow(rows: readonly EncryptionKeyRow[]): Promise<void> {
    const { held } = this.#parts;
    const problems = new Map<string, string>();
    for (const row of rows) {
      if (row.state === 'retired') held.drop(row.id);
      else await held.take(row).catch((error: Error) => problems.set(row.id, error.message));
    }
    const active = activeOf(rows);
    const key = active && held.get(active.id);
    this.#obstacle =
      key === undefined ? (problems.get(active?.id ?? '') ?? 'no key is active') : undefined;
    if (key === undefined || key.id === this.#active.id) return;
    const former = this.#count;
    this.#active = key;
    this.#count = this.#counterOf(key);
    await former.giveBack().catch(() => undefined);
    await openMacKeys(this.#parts.store, { ...this.#now(), active: key });
  }

  async #rotateIfDue(rows: readonly EncryptionKeyRow[]): Promise<void> {
    const row = rows.find(({ id }) => id === this.#active.id);
    const use = row && { createdMs: row.created_ms, wraps: row.wraps };
    if (use === undefined || !isRotationDue(use, this.#parts.clock.nowMs())) return;
    const { makesKeys, provider } = this.#active.source;
    // Other replicas would not have the file.
    const isAlone = provider !== 'embedded' || this.#parts.writers === 'one';
    if (makesKeys && isAlone) {
      await replaceActiveKey(this.#parts, this.#active);
      await this.#follow(await this.#parts.store.keys());
      return;
    }
    if (this.#overdue.has(this.#active.id)) return;
    this.#overdue.add(this.#active.id);
    this.#parts.onAlarm(`the encryption key ${this.#active.id} is due to be replaced by another`);
  }

  #tell(): void {
    const { problem } = this;
    if (problem === this.#told) return;
    this.#told = problem;
    this.#parts.onAlarm(
      problem === undefined ? 'history is open again' : `history is closed: ${problem}`,
    );
  }

  #counterOf({ id }: HeldKey): WrapCount {
    return new WrapCount(id, (count) => this.#parts.store.reserve(id, count));
  }

  #now() {
    return { held: this.#parts.held, nowMs: this.#parts.clock.nowMs() };
  }
}
