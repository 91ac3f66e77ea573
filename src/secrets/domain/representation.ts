import type { VersionInfo } from './secret-history.js';
import type { StoredSecret } from './secret.js';

/** Representation of a Secret; two with one id are interchangeable. */
export interface Representation<T> {
  readonly id: string;
  /** Whether it contains facts from history. */
  readonly showsVersion: boolean;
  /** Throws Invalid if its bytes do not fit. */
  render(secret: StoredSecret, info: VersionInfo | undefined): T;
  /** Returns the approximate cost of caching the content. */
  sizeBytes(content: T): number;
}
