import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { limits } from '../../core/limits.js';
import { UnfitFile, readBoundedFile } from '../../platform/storage/bounded-file.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import { createDataDir, syncDirectory } from '../../platform/storage/open-database.js';
import { writePrivateDraft } from '../../platform/storage/private-draft.js';
import { type LogKeys, formatLogKeys, parseLogKeys } from './domain/log-keys.js';
import { type NoteVerifier, generateSignerKey, isKeyName } from './domain/note-key.js';

export interface KeyFileOptions {
  readonly path: string;
  /** Name that the log must have; by default, any name is accepted. */
  readonly origin?: string;
}

/** Failure to use the key; the message is a sentence. */
export class LogKeyError extends StorageError {}

const ORIGIN_ID_BYTES = 5;

/** The file with the keys of the log, which may be replaced while the gateway runs. */
export class LogKeyFile {
  readonly options: KeyFileOptions;
  #read: { readonly version: string; readonly keys: LogKeys } | undefined;

  constructor(options: KeyFileOptions) {
    this.options = options;
  }

  /** Returns the default path. */
  static defaultPath(dataDir: string): string {
    return join(dataDir, 'audit', 'log.key');
  }

  get path(): string {
    return this.options.path;
  }

  get isThere(): boolean {
    return statSync(this.path, { throwIfNoEntry: false }) !== undefined;
  }

  /** Returns the current keys; throws LogKeyError if there are none of this log. */
  keys(): LogKeys {
    try {
      const { mtimeMs, ino, size, mode } = statSync(this.path);
      const version = `${ino}:${mtimeMs}:${size}:${mode}`;
      if (this.#read?.version !== version) {
        const bounds = { bytesMax: limits.auditKeyFileBytesMax, isPrivate: true };
        const text = readBoundedFile(this.path, bounds).toString('utf8');
        this.#read = { version, keys: this.#parse(text) };
      }
      return this.#read.keys;
    } catch (error) {
      if (error instanceof LogKeyError) throw error;
      if (error instanceof UnfitFile) {
        throw new LogKeyError(`the key of the audit log ${this.path} ${error.message}`);
      }
      const { code } = error as NodeJS.ErrnoException;
      throw new LogKeyError(`the key of the audit log ${this.path} cannot be read (${code})`);
    }
  }

  /**
   * Creates a key (0600) if there is none, after the keys of a log that was signed before. Keeps a
   * key that another process has created meanwhile.
   */
  create(former: readonly NoteVerifier[] = []): void {
    const made = `sallyport.local/${randomBytes(ORIGIN_ID_BYTES).toString('hex')}`;
    const origin = former.at(-1)?.name ?? this.options.origin ?? made;
    if (!isKeyName(origin)) {
      throw new LogKeyError(`audit.origin ${origin} has a space or a plus sign`);
    }
    createDataDir(dirname(this.path));
    const draft = writePrivateDraft(
      this.path,
      bytesOf(formatLogKeys(former, generateSignerKey(origin))),
    );
    try {
      linkSync(draft, this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
    syncDirectory(dirname(this.path));
  }

  /**
   * Creates the next key for the log, on disk but not in use until `use` is called: the old key
   * must first sign its announcement.
   */
  prepareNext(): { readonly vkey: string; use(): void; drop(): void } {
    const { signer, verifiers } = this.keys();
    if (verifiers.length >= limits.auditLogKeysMax) {
      throw new LogKeyError(`the log has had ${verifiers.length} keys, and can have no more`);
    }
    const signerKey = generateSignerKey(signer.verifier.name);
    const text = formatLogKeys(verifiers, signerKey);
    const vkey = this.#parse(text).signer.verifier.vkey;
    const draft = writePrivateDraft(this.path, bytesOf(text));
    return {
      vkey,
      use: () => {
        renameSync(draft, this.path);
        syncDirectory(dirname(this.path));
      },
      drop: () => rmSync(draft, { force: true }),
    };
  }

  #parse(text: string): LogKeys {
    const keys = parseLogKeys(text);
    if (keys === undefined) {
      throw new LogKeyError(`the file ${this.path} holds no key of an audit log`);
    }
    const { origin } = this.options;
    const { name } = keys.signer.verifier;
    if (origin !== undefined && origin !== name) {
      throw new LogKeyError(
        `audit.origin is ${origin}, but the key in ${this.path} is of the log ${name}`,
      );
    }
    return keys;
  }
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
