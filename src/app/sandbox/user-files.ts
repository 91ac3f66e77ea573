import { rm } from 'node:fs/promises';
import type { SandboxRequests } from './apply-manifests.js';
import { type DataFolder, type UserName, userNames } from './data-folder.js';
import { makePrivateFolder, writePrivateFile } from './private-files.js';
import { type IssuedToken, isDue, requestToken } from './request-token.js';

const NAMESPACE = 'people';
const EXPIRATION_SECONDS = 24 * 60 * 60;

/** Files with the users' tokens, and with the headers that contain these tokens. */
export class UserFiles {
  readonly #folder: DataFolder;
  readonly #sandbox: SandboxRequests;
  readonly #audiences: readonly string[];
  readonly #issued = new Map<UserName, IssuedToken>();

  constructor(folder: DataFolder, sandbox: SandboxRequests, audiences: readonly string[]) {
    this.#folder = folder;
    this.#sandbox = sandbox;
    this.#audiences = audiences;
  }

  /** Requests a token for every user without a token or with one in the second half of its life. */
  async renew(): Promise<void> {
    makePrivateFolder(this.#folder.tokens);
    makePrivateFolder(this.#folder.headers);
    await Promise.all(userNames.map((user) => this.#renewOne(user)));
  }

  /** Returns the users that have files, in the usual order. */
  known(): readonly UserName[] {
    return userNames.filter((user) => this.#issued.has(user));
  }

  async #renewOne(user: UserName): Promise<void> {
    const old = this.#issued.get(user);
    if (old !== undefined && !isDue(old, Date.now())) return;
    const issued = await requestToken(
      this.#sandbox,
      { namespace: NAMESPACE, name: user },
      { audiences: this.#audiences, expirationSeconds: EXPIRATION_SECONDS },
    );
    if (issued === undefined) {
      await this.#remove(user);
      return;
    }
    // The token file has no line feed, since programs copy its text into a header unchanged.
    writePrivateFile(this.#folder.token(user), issued.token);
    writePrivateFile(this.#folder.header(user), `Authorization: Bearer ${issued.token}\n`);
    this.#issued.set(user, issued);
  }

  /** Removes the files of a user whose ServiceAccount, and so every token, is deleted. */
  async #remove(user: UserName): Promise<void> {
    this.#issued.delete(user);
    await rm(this.#folder.token(user), { force: true });
    await rm(this.#folder.header(user), { force: true });
  }
}
