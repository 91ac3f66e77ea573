import { rm } from 'node:fs/promises';
import type { SandboxRequests } from './apply-manifests.js';
import { type DataFolder, type UserName, userNames } from './data-folder.js';
import { makePrivateFolder, writePrivateFile } from '../../sandbox/keys/private-files.js';
import { type IssuedToken, isDue, requestToken } from './request-token.js';

const NAMESPACE = 'people';
const EXPIRATION_SECONDS = 24 * 60 * 60;

/** Tokens of the users as files, and the headers made of them. */
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

  /** A new token for every user whose token has none or is in the second half of its life. */
  async renew(): Promise<void> {
    await makePrivateFolder(this.#folder.tokens);
    await makePrivateFolder(this.#folder.headers);
    await Promise.all(userNames.map((user) => this.#renewOne(user)));
  }

  /** Users who have files, in their usual order. */
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
    // Without a line feed: programs put what they read into a header as it is.
    await writePrivateFile(this.#folder.token(user), issued.token);
    await writePrivateFile(this.#folder.header(user), `Authorization: Bearer ${issued.token}\n`);
    this.#issued.set(user, issued);
  }

  /** Somebody has deleted the ServiceAccount, and with it what its tokens are good for. */
  async #remove(user: UserName): Promise<void> {
    this.#issued.delete(user);
    await rm(this.#folder.token(user), { force: true });
    await rm(this.#folder.header(user), { force: true });
  }
}
