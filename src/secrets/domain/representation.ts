import type { VersionInfo } from './secret-history.js';
import type { StoredSecret } from './secret.js';

/** One way to show a Secret. Of two with the same id either serves. */
export interface Representation<T> {
  readonly id: string;
  /** Whether it shows what history says. */
  readonly showsVersion: boolean;
  /** Throws Invalid where its bytes do not fit. */
  render(secret: StoredSecret, info: VersionInfo | undefined): T;
  /** What keeping it costs, about. */
  sizeBytes(content: T): number;
}
