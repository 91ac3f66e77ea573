import type { CallContext } from '../../core/call-context.js';
import type { SecretRef, StoredSecret } from './secret.js';

/** By which way a write came, where that is not the door of its call. */
export type WriteTransport = 'rest' | 'graphql' | 'kubectl' | 'rotation' | 'restore';

/** How a state came about, where its call does not say. */
export interface WriteOrigin {
  readonly door: WriteTransport;
  /** Version that a restore brought back. */
  readonly restoredFrom?: number;
}

/** Who is known to have made a version. */
export interface VersionAuthor {
  readonly username: string;
  readonly kind: string;
  readonly credentialId: string | null;
}

/** In which version a key last changed. */
export interface KeyVersion {
  readonly name: string;
  readonly version: number;
}

/** What history says of one state of a Secret. */
export interface VersionInfo {
  readonly version: number;
  /** Null where nobody is known. */
  readonly updatedBy: VersionAuthor | null;
  /** Sorted by name. */
  readonly keyVersions: readonly KeyVersion[];
  /** Nothing of it changes any more that `onAttributed` would not tell. */
  readonly isFinal: boolean;
}

/** By name of the key; one for each state is kept, which is why it is no Map there. */
export function keyVersionsByName(info: VersionInfo | undefined): ReadonlyMap<string, number> {
  return new Map(info?.keyVersions.map(({ name, version }) => [name, version]));
}

/** Takes what is shown of a Secret from it, and from what history says of that state. */
export type Render<T> = (secret: StoredSecret, info: VersionInfo | undefined) => T;

/** What history needs of a state to know it again. */
export type WrittenState = Pick<
  StoredSecret,
  'namespace' | 'name' | 'uid' | 'resourceVersion' | 'type'
>;

export type StateId = Pick<StoredSecret, 'uid' | 'resourceVersion'>;

/** A write of the gateway, from before it is sent until its version is known. */
export interface OwnWrite {
  /**
   * The write led here: resolves with its version once that is in the database, undefined where
   * that takes over `limits.versionWaitMsMax` or history is off. Never throws.
   */
  wrote(secret: WrittenState, origin?: WriteOrigin): Promise<VersionInfo | undefined>;
  /** Deleted: the number of the version that a restore brings back. Never throws. */
  deleted(): Promise<number | undefined>;
  /** It failed or changed nothing. Idempotent; also called after the others. */
  end(): void;
}

/** The numbers of states, and who made them. */
export abstract class SecretHistory {
  /**
   * What history says of states as they were read; undefined where it has none (off, not served,
   * not yet seen, database away). Never throws.
   */
  abstract describe(
    secrets: readonly WrittenState[],
  ): Promise<readonly (VersionInfo | undefined)[]>;
  /** Whether a state like this gets a number at all, sooner or later. */
  abstract isRecorded(secret: Pick<StoredSecret, 'namespace' | 'type'>): boolean;
  /** Called when it has become known in this process who made a version of this state. */
  abstract onAttributed(listener: (state: StateId) => void): void;
  /**
   * What history says of a state that is just coming: waits for it up to
   * `limits.changeVersionMsMax`. Never throws.
   */
  abstract soon(secret: WrittenState): Promise<VersionInfo | undefined>;
  /**
   * Completes the version of a state that a write of the gateway led to, which was found only
   * afterwards: its process died, or its answer was lost. A known author stays. Never throws.
   */
  abstract attribute(state: WrittenState, author: WriteAuthor, origin?: WriteOrigin): Promise<void>;
  /** Announces a write of the gateway, so that the state it leads to is known to be its own. */
  abstract begin(ctx: CallContext, ref: SecretRef): OwnWrite;
}

/** What a version says of the call that made it. */
export type WriteAuthor = Pick<CallContext, 'door' | 'auditId' | 'changeReason' | 'onBehalfOf'> & {
  readonly principal: Pick<CallContext['principal'], 'username' | 'kind' | 'credentialId'>;
};

const noWrite: OwnWrite = {
  wrote: async () => undefined,
  deleted: async () => undefined,
  end: () => undefined,
};

/** History is off. */
export class NoHistory extends SecretHistory {
  override describe(
    secrets: readonly WrittenState[],
  ): Promise<readonly (VersionInfo | undefined)[]> {
    return Promise.resolve(secrets.map(() => undefined));
  }

  override isRecorded(): boolean {
    return false;
  }

  override onAttributed(): void {
    // Nobody will be known.
  }

  override soon(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override attribute(): Promise<void> {
    return Promise.resolve();
  }

  override begin(): OwnWrite {
    return noWrite;
  }
}
