import { z } from 'zod';
import { UsageError } from '../command.js';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { printable } from '../output/table.js';
import type { Terminal } from '../terminal.js';
import { type ProgramResult, runBounded } from './bounded-program.js';
import type { CredentialStore } from './credential-store.js';
import { type SavedTokens, parseSavedTokens } from './saved-tokens.js';

/** Time in which a helper responds: it may ask the user to open the keyring. */
const HELPER_LIMIT_MS = 60_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const USERNAME = 'sallyport';
const MESSAGE_LENGTH_MAX = 200;
/** Message of all helpers if nothing is stored. */
const NOT_FOUND = 'credentials not found';

const credentialsSchema = z.object({ Secret: z.string() });

/** Place of a login in a keyring. */
export interface HelperKey {
  readonly helper: string;
  readonly address: string;
  readonly context: string;
}

/**
 * Storage of tokens in a keyring, by a program of the protocol of Docker's credential helpers.
 * https://github.com/docker/docker-credential-helpers
 */
export class Keyring implements CredentialStore {
  readonly #key: HelperKey;
  readonly #env: Terminal['env'];

  /** Throws UsageError for a name that could be a path. */
  constructor(key: HelperKey, env: Terminal['env']) {
    if (!NAME.test(key.helper)) {
      throw new UsageError(`${key.helper} is no name of a credential helper`);
    }
    this.#key = key;
    this.#env = env;
  }

  async read(): Promise<SavedTokens | undefined> {
    const result = await this.#run('get', serverUrl(this.#key));
    if (result.code === 0) return secretIn(result.output);
    if (result.output.includes(NOT_FOUND)) return undefined;
    throw this.#failure('get', result);
  }

  async write(tokens: SavedTokens): Promise<void> {
    const secret = JSON.stringify(tokens);
    const entry = { ServerURL: serverUrl(this.#key), Username: USERNAME, Secret: secret };
    const { code, output } = await this.#run('store', JSON.stringify(entry));
    if (code === 0) return;
    // A helper could repeat its input.
    const isSafe = !output.includes(tokens.token);
    throw this.#failure('store', { code, output: isSafe ? output : '' });
  }

  async remove(): Promise<void> {
    const result = await this.#run('erase', serverUrl(this.#key));
    if (result.code === 0 || result.output.includes(NOT_FOUND)) return;
    throw this.#failure('erase', result);
  }

  #run(action: string, input: string): Promise<ProgramResult> {
    return runBounded({
      ...{ program: this.#program, args: [action], input, env: this.#env },
      limitMs: HELPER_LIMIT_MS,
      advice: 'install it, or log in with another --credential-helper, or without one',
    });
  }

  get #program(): string {
    return `docker-credential-${this.#key.helper}`;
  }

  #failure(action: string, { code, output }: ProgramResult): CommandFailure {
    const text = printable(output.trim().slice(0, MESSAGE_LENGTH_MAX));
    const reason = text === '' ? `it ended with ${code ?? 'a signal'}` : text;
    return new CommandFailure(`${this.#program} ${action} has failed: ${reason}`, exitCodes.failed);
  }
}

/**
 * Returns the name of an entry: helpers read it as a URL. It has the address of the gateway, so a
 * context with another address has no token.
 */
export function serverUrl({ address, context }: HelperKey): string {
  return `${address.replace(/\/+$/, '')}/sallyport-contexts/${encodeURIComponent(context)}`;
}

/** Returns the tokens in the output of a helper; undefined if the entry is something else. */
function secretIn(output: string): SavedTokens | undefined {
  try {
    const found = credentialsSchema.safeParse(JSON.parse(output));
    return found.success ? parseSavedTokens(found.data.Secret) : undefined;
  } catch {
    return undefined;
  }
}
