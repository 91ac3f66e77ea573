import type { CallRunner } from '../../calls/call-runner.service.js';
import { CallOutcome } from '../../calls/domain/call-trace.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import {
  isOutboundFault,
  type OutboundFault,
} from '../../platform/outbound/domain/outbound-fault.js';
import { changedKeys, keyChanges } from '../../secrets/domain/key-changes.js';
import type { SideValues } from '../domain/merged-sides.js';
import {
  type MarkChange,
  type PendingWrite,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../domain/remote-store.js';
import { namedVersions } from '../domain/overwritten-versions.js';
import type { SyncedKeys } from '../domain/synced-keys.js';
import { decisionOf, type SyncIdentity, workContext } from './sync-identity.js';

export interface RecordedStoreDependencies {
  readonly store: RemoteStore;
  readonly calls: Pick<CallRunner, 'write'>;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
  readonly identity: SyncIdentity;
  readonly keys: SyncedKeys;
  /** Throws if another replica may do the work now. */
  readonly requireWork: () => void;
}

/** Store whose writes are in the audit trail before they happen: values leave the cluster. */
export class RecordedStore extends RemoteStore {
  readonly #parts: RecordedStoreDependencies;

  constructor(parts: RecordedStoreDependencies) {
    super();
    this.#parts = parts;
  }

  override pendingOf(write: RemoteWrite): PendingWrite | undefined {
    return this.#parts.store.pendingOf(write);
  }

  /** Records an event if there are any: the event of the write itself does not name them. */
  override async overwrittenBy(
    name: string,
    write: PendingWrite,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const versions = await this.#parts.store.overwrittenBy(name, write, signal);
    if (versions.length > 0)
      await this.#recorded(
        [],
        async () => versions,
        (found) => found,
      );
    return versions;
  }

  override read(name: string, signal: AbortSignal): Promise<RemoteState> {
    return this.#parts.store.read(name, signal);
  }

  override write(name: string, write: RemoteWrite, signal: AbortSignal): Promise<RemoteWritten> {
    const { keys, store } = this.#parts;
    const before: SideValues =
      write.expected.kind === 'present' ? write.expected.values : new Map();
    const changed = changedKeys(keyChanges(keys.ofStore(before), keys.ofStore(write.values)));
    return this.#recorded(
      [...changed],
      () => store.write(name, write, signal),
      ({ overwritten }) => overwritten,
    );
  }

  override claim(name: string, change: MarkChange, signal: AbortSignal): Promise<void> {
    return this.#recorded([], () => this.#parts.store.claim(name, change, signal));
  }

  override remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    return this.#recorded([], () => this.#parts.store.remove(name, expected, signal));
  }

  /** `overwritten`: returns the versions of others that the effect has overwritten. */
  async #recorded<T>(
    keys: readonly string[],
    effect: () => Promise<T>,
    overwritten: (result: T) => readonly string[] = () => [],
  ): Promise<T> {
    const { calls, accounts, identity, requireWork } = this.#parts;
    const { namespace, secretName: secret } = identity;
    const facts = { action: 'syncs.push', namespace, secret, keys } as const;
    let fault: OutboundFault<string> | undefined;
    try {
      return await calls.write(workContext(accounts, identity), facts, async (trace) => {
        trace.decisionReason = decisionOf(identity);
        requireWork();
        try {
          const result = await effect();
          trace.decisionReason += overwrittenText(overwritten(result));
          return new CallOutcome(result, {});
        } catch (error) {
          if (!isOutboundFault(error)) throw error;
          fault = error;
          throw eventErrorOf(error);
        }
      });
    } catch (error) {
      throw fault ?? error;
    }
  }
}

function overwrittenText(versions: readonly string[]): string {
  return versions.length === 0 ? '' : `; overwritten unseen: ${namedVersions(versions)}`;
}

/** Returns the error that the event states: whether the store may have the values. */
function eventErrorOf(fault: OutboundFault<string>): SallyportError {
  const { reason, message, mayHaveChanged } = fault;
  // Also a StoreChanged may come after the values were written.
  if (mayHaveChanged) return new SallyportError('OutcomeUnknown', message);
  if (reason === 'StoreChanged') return new SallyportError('Conflict', message);
  return new SallyportError('Unavailable', message, { internal: reason });
}
