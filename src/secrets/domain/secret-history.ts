import type { CallContext } from '../../core/call-context.js';
import type { SecretRef, StoredSecret } from './secret.js';

/** Way by which a write came, if it differs from the transport of its call. */
export type WriteTransport =
  | 'rest'
  | 'graphql'
  | 'kubectl'
  | 'rotation'
  | 'restore'
  | 'share'
  | 'sync';

/** Origin of a state, if its call does not define it. */
export interface WriteOrigin {
  readonly door: WriteTransport;
  /** Version that a restore brought back. */
  readonly restoredFrom?: number;
}

/** Known author of a version. */
export interface VersionAuthor {
  readonly username: string;
  readonly kind: string;
  readonly credentialId: string | null;
}

/** Version in which a key last changed. */
export interface KeyVersion {
  readonly name: string;
  readonly version: number;
}

/** Version in the history of a Secret's state. */
export interface VersionInfo {
  readonly version: number;
  /** Null if no author is known. */
  readonly updatedBy: VersionAuthor | null;
  /** Sorted by name. */
  readonly keyVersions: readonly KeyVersion[];
  /** Whether all later changes are reported by `onAttributed`. */
  readonly isFinal: boolean;
}

/** Returns a map by key name; one entry for each state is stored, so it is no Map there. */
export function keyVersionsByName(info: VersionInfo | undefined): ReadonlyMap<string, number> {
  return new Map(info?.keyVersions.map(({ name, version }) => [name, version]));
}

/** Renders a Secret and what history contains of its state. */
export type Render<T> = (secret: StoredSecret, info: VersionInfo | undefined) => T;

/** Fields by which history recognizes a state. */
export type WrittenState = Pick<
  StoredSecret,
  'namespace' | 'name' | 'uid' | 'resourceVersion' | 'type'
>;

export type StateId = Pick<StoredSecret, 'uid' | 'resourceVersion'>;

/** Live Secret with values that a write is about to replace elsewhere. */
export interface ReplacedState {
  readonly secret: StoredSecret;
  /** Id of the values: they are recorded once. */
  readonly id: string;
}

/** Write of the gateway, from before it is sent until its version is known. */
export interface OwnWrite {
  /**
   * Records that the write led here. Resolves with its version once that is in the database.
   * Undefined if that takes over `limits.versionWaitMsMax` or history is off. Never throws.
   */
  wrote(secret: WrittenState, origin?: WriteOrigin): Promise<VersionInfo | undefined>;
  /** Records a deletion: returns the version that a restore brings back. Never throws. */
  deleted(): Promise<number | undefined>;
  /** Ends a write that failed or changed nothing. Idempotent; also called after the others. */
  end(): void;
}

/** Version numbers of states, and their authors. */
export abstract class SecretHistory {
  /**
   * Returns the versions of states that were read. Undefined if history has none (off, not served,
   * not yet seen, database unreachable). Never throws.
   */
  abstract describe(
    secrets: readonly WrittenState[],
  ): Promise<readonly (VersionInfo | undefined)[]>;
  /** Reports whether a state like this gets a number at all, sooner or later. */
  abstract isRecorded(secret: Pick<StoredSecret, 'namespace' | 'type'>): boolean;
  /** Adds a listener, called when this process learns the author of a state's version. */
  abstract onAttributed(listener: (state: StateId) => void): void;
  /**
   * Returns the version of a state that was just written: waits for it up to
   * `limits.changeVersionMsMax`. Never throws.
   */
  abstract soon(secret: WrittenState): Promise<VersionInfo | undefined>;
  /**
   * Completes the version of a state whose write was attributed only later: the gateway's process
   * died, or the response was lost. A known author stays. Never throws.
   */
  abstract attribute(state: WrittenState, author: WriteAuthor, origin?: WriteOrigin): Promise<void>;
  /**
   * Records a state that never was in the cluster as a version that is never current. Returns its
   * number; undefined if Secrets like this have no history. Throws Unavailable.
   */
  abstract keepReplaced(
    author: WriteAuthor,
    replaced: ReplacedState,
    origin: WriteOrigin,
  ): Promise<number | undefined>;
  /** Announces a write of the gateway, so that its state is known to be the gateway's own. */
  abstract begin(ctx: CallContext, ref: SecretRef): OwnWrite;
}

/** Properties that a version stores of the call that made it. */
export type WriteAuthor = Pick<CallContext, 'door' | 'auditId' | 'changeReason' | 'onBehalfOf'> & {
  readonly principal: Pick<CallContext['principal'], 'username' | 'kind' | 'credentialId'>;
};

const noWrite: OwnWrite = {
  wrote: async () => undefined,
  deleted: async () => undefined,
  end: () => undefined,
};

/** History that is off. */
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
    // No author will become known.
  }

  override soon(_secret: WrittenState): Promise<VersionInfo | undefined> {
    return Promise.resolve(undefined);
  }

  override attribute(): Promise<void> {
    return Promise.resolve();
  }

  override keepReplaced(
    _author: WriteAuthor,
    _replaced: ReplacedState,
    _origin: WriteOrigin,
  ): Promise<number | undefined> {
    return Promise.resolve(undefined);
  }

  override begin(): OwnWrite {
    return noWrite;
  }
}
