import { rm } from 'node:fs/promises';
import { UnfitFile, readBoundedFile } from '../../platform/storage/bounded-file.js';
import { writePrivateFile } from '../files/private-file.js';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { codeOf } from '../output/system-error.js';
import type { CredentialStore } from './credential-store.js';
import { type SavedTokens, parseSavedTokens } from './saved-tokens.js';

/** Longest stored login, in bytes. */
const LOGIN_BYTES_MAX = 256 * 1024;

/** A file that only the user can read. */
export class LoginFile implements CredentialStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<SavedTokens | undefined> {
    try {
      const bytes = readBoundedFile(this.#path, { bytesMax: LOGIN_BYTES_MAX, isPrivate: true });
      return parseSavedTokens(bytes.toString('utf8'));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (!(error instanceof UnfitFile)) throw error;
      throw new CommandFailure(`${this.#path} ${error.message}`, exitCodes.failed);
    }
  }

  async write(tokens: SavedTokens): Promise<void> {
    await writePrivateFile(this.#path, `${JSON.stringify(tokens)}\n`);
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
