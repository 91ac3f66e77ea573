import { Buffer } from 'node:buffer';
import { type KeyObject, createSecretKey, randomBytes } from 'node:crypto';
import { KEY_BYTES } from '../domain/aead.js';
import { EncryptionKeyError } from '../key-error.js';
import { KeySource, type StoredKey } from '../key-source.js';
import { KmsError, KmsPlugin } from './kms-plugin.js';
import { kmsRow, kmsWrappedIn } from './kms-row.js';
import type { KmsStatus } from './kms-messages.js';

const HEALTHY = 'ok';
const VERSIONS: readonly string[] = ['v2', 'v2beta1'];

/** Keys that the gateway creates and a Kubernetes KMS v2 plugin wraps: the only kind stored. */
export class KmsKeySource extends KeySource {
  override readonly provider = 'kms';
  override readonly makesKeys = true;
  override readonly id: string;
  readonly #plugin: KmsPlugin;
  #problem: string | undefined;

  constructor(id: string, socket: string) {
    super();
    this.id = id;
    this.#plugin = new KmsPlugin(socket);
  }

  override get problem(): string | undefined {
    return this.#problem;
  }

  override async load(stored: StoredKey): Promise<KeyObject> {
    const bytes = await this.#unwrap(stored);
    try {
      return createSecretKey(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  override async make(): Promise<{ readonly key: KeyObject; readonly wrapped: Buffer }> {
    await this.#ask(() => this.#healthy());
    const bytes = randomBytes(KEY_BYTES);
    try {
      const wrapped = await this.#ask(() => this.#plugin.encrypt(bytes));
      return { key: createSecretKey(bytes), wrapped: kmsRow(wrapped) };
    } finally {
      bytes.fill(0);
    }
  }

  /**
   * Checks that the plugin is healthy and still unwraps. It unwraps a key if the plugin's key
   * differs from the row's key, to wrap it again, and after any fault.
   */
  override async look(keys: readonly StoredKey[]): Promise<readonly StoredKey[]> {
    try {
      const { keyId } = await this.#healthy();
      const isTroubled = this.#problem !== undefined;
      const asked = keys.filter((key) => isTroubled || kmsWrappedIn(key.wrapped)?.keyId !== keyId);
      const renewed: StoredKey[] = [];
      for (const key of asked) {
        const again = await this.#wrappedAnew(key, keyId);
        if (again !== undefined) renewed.push(again);
      }
      this.#problem = undefined;
      return renewed;
    } catch (error) {
      this.#problem = error instanceof EncryptionKeyError ? error.message : this.#sentence(error);
      return [];
    }
  }

  override close(): void {
    this.#plugin.close();
  }

  async #wrappedAnew(stored: StoredKey, keyId: string): Promise<StoredKey | undefined> {
    const bytes = await this.#unwrap(stored);
    try {
      if (kmsWrappedIn(stored.wrapped)?.keyId === keyId) return undefined;
      return { id: stored.id, wrapped: kmsRow(await this.#plugin.encrypt(bytes)) };
    } finally {
      bytes.fill(0);
    }
  }

  async #unwrap({ id, wrapped }: StoredKey): Promise<Buffer> {
    const kept = kmsWrappedIn(wrapped);
    if (kept === undefined) {
      throw new EncryptionKeyError(`the encryption key ${id} is damaged in the database`);
    }
    const bytes = await this.#ask(() => this.#plugin.decrypt(kept), ` to unwrap the key ${id}`);
    if (bytes.length === KEY_BYTES) return bytes;
    bytes.fill(0);
    throw new EncryptionKeyError(`the KMS plugin of ${this.id} unwraps ${id} to what is no key`);
  }

  async #healthy(): Promise<KmsStatus> {
    const found = await this.#plugin.status();
    if (!VERSIONS.includes(found.version)) throw new KmsError('does not speak KMS v2');
    // Its text other than "ok" is for its own operators.
    if (found.healthz !== HEALTHY) throw new KmsError('says that it is not healthy');
    if (found.keyId === '') throw new KmsError('has no key');
    return found;
  }

  async #ask<T>(call: () => Promise<T>, what = ''): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw new EncryptionKeyError(this.#sentence(error, what));
    }
  }

  #sentence(error: unknown, what = ''): string {
    const reason = error instanceof KmsError ? error.message : 'failed';
    return `the KMS plugin of ${this.id} at ${this.#plugin.socket} ${reason}${what}`;
  }
}
