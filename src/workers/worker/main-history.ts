import type { CallContext } from '../../core/call-context.js';
import {
  type OwnWrite,
  SecretHistory,
  type StateId,
  type VersionInfo,
  type WrittenState,
} from '../../secrets/domain/secret-history.js';
import type { SecretRef, StoredSecret } from '../../secrets/domain/secret.js';
import type { MainLink } from './main-link.js';

export interface MainHistoryParts {
  readonly link: Pick<MainLink, 'ask'>;
  readonly isRecorded: (secret: Pick<StoredSecret, 'namespace' | 'type'>) => boolean;
}

/** History as the main process has it, for reads. */
export class MainHistory extends SecretHistory {
  readonly #parts: MainHistoryParts;
  readonly #listeners: ((state: StateId) => void)[] = [];

  constructor(parts: MainHistoryParts) {
    super();
    this.#parts = parts;
  }

  override async describe(
    secrets: readonly WrittenState[],
  ): Promise<readonly (VersionInfo | undefined)[]> {
    // Field by field: a whole Secret may be given, whose values are nobody's business.
    const states = secrets.map(({ namespace, name, uid, resourceVersion, type }) => {
      return { namespace, name, uid, resourceVersion, type };
    });
    if (!states.some((state) => this.isRecorded(state))) return states.map(() => undefined);
    try {
      return await this.#parts.link.ask('describe', states);
    } catch {
      return states.map(() => undefined);
    }
  }

  override isRecorded(secret: Pick<StoredSecret, 'namespace' | 'type'>): boolean {
    return this.#parts.isRecorded(secret);
  }

  override onAttributed(listener: (state: StateId) => void): void {
    this.#listeners.push(listener);
  }

  /** The main process says that it has become known who made a version of a state. */
  attributed(state: StateId): void {
    for (const listener of this.#listeners) listener(state);
  }

  override async soon(secret: WrittenState): Promise<VersionInfo | undefined> {
    const [info] = await this.describe([secret]);
    return info;
  }

  override attribute(): Promise<void> {
    throw new TypeError('workers write nothing');
  }

  override begin(_ctx: CallContext, _ref: SecretRef): OwnWrite {
    throw new TypeError('workers write nothing');
  }
}
