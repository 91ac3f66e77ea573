import type { SavedTokens } from './saved-tokens.js';

/** Storage of the tokens of one context. */
export interface CredentialStore {
  /** Resolves to undefined if nothing usable is stored. */
  read(): Promise<SavedTokens | undefined>;
  write(tokens: SavedTokens): Promise<void>;
  remove(): Promise<void>;
}
