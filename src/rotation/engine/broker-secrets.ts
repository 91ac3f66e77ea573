import { CallOutcome } from '../../calls/domain/call-trace.js';
import type { CallRunner } from '../../calls/call-runner.service.js';
import type { CallContext } from '../../core/call-context.js';
import { SecretValue } from '../../core/secret-value.js';
import { checkWrite } from '../../secrets/domain/check-write.js';
import { changedKeys, keyChanges } from '../../secrets/domain/key-changes.js';
import type { SecretChecks } from '../../secrets/domain/secret-checks.js';
import type { SecretHistory } from '../../secrets/domain/secret-history.js';
import type { SecretRef, StoredSecret } from '../../secrets/domain/secret.js';
import type { SecretStore } from '../../secrets/domain/secret.store.js';
import type { RotationRun } from '../domain/rotation-run.js';
import { RunStopped } from '../domain/run-stopped.js';

export interface BrokerSecretsDependencies {
  readonly store: Pick<SecretStore, 'get' | 'patch'>;
  readonly calls: Pick<CallRunner, 'read' | 'write'>;
  readonly history: SecretHistory;
  readonly checks: SecretChecks;
}

/** Secrets for rotation: reads and writes them as the broker, each time recorded. */
export class BrokerSecrets {
  readonly #parts: BrokerSecretsDependencies;

  constructor(parts: BrokerSecretsDependencies) {
    this.#parts = parts;
  }

  /** Reads a Secret; `keys`: the keys in use. Throws NotFound, Unavailable. */
  read(ctx: CallContext, ref: SecretRef, keys: readonly string[]): Promise<StoredSecret> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'secrets.reveal', namespace, secret, keys } as const;
    return this.#parts.calls.read(eventOf(ctx), facts, (trace) =>
      this.#parts.store.get({ ctx, as: 'broker', trace }, { namespace, name: secret }),
    );
  }

  /** Reads a Secret for facts other than values. Throws NotFound, Unavailable. */
  look(ctx: CallContext, { namespace, name }: SecretRef): Promise<StoredSecret> {
    const facts = { action: 'secrets.get', namespace, secret: name } as const;
    return this.#parts.calls.read(eventOf(ctx), facts, (trace) =>
      this.#parts.store.get({ ctx, as: 'broker', trace }, { namespace, name }),
    );
  }

  /** Reads another Secret of the namespace. Throws RunStopped ReferencedSecretMissing. */
  async referenced(
    ctx: CallContext,
    ref: SecretRef,
    keys: readonly string[],
  ): Promise<readonly SecretValue[]> {
    const secret = await this.read(ctx, ref, keys).catch((error: unknown) => {
      if ((error as { readonly code?: unknown }).code !== 'NotFound') throw error;
      throw new RunStopped('ReferencedSecretMissing', `Secret ${ref.name} is not there`);
    });
    return keys.map((key) => {
      const value = secret.data.get(key);
      if (value !== undefined) return value;
      throw new RunStopped('ReferencedSecretMissing', `Secret ${ref.name} has no key ${key}`);
    });
  }

  /** Checks the state that `publish` leads to. Throws Invalid if it breaks a rule of a schema. */
  async check(seen: StoredSecret, { pending, user }: PublishedValues): Promise<void> {
    const after = { ...seen, data: new Map([...seen.data, ...withUser(pending, user)]) };
    const touched = changedKeys(keyChanges(seen.data, after.data));
    const caller = { work: 'rotations', namespace: seen.namespace } as const;
    await checkWrite(this.#parts.checks, { before: seen, after, touched, isDryRun: false, caller });
  }

  /**
   * Writes once, conditional on the seen state; resolves with the number of the version, null if
   * history does not know it. Throws as the cluster refuses it.
   */
  publish(
    { ctx, run, requireLease }: PublishCall,
    seen: StoredSecret,
    { pending, user }: PublishedValues,
  ): Promise<Published> {
    const { namespace, name } = run;
    const keys = [...pending.keys(), ...(user.key === undefined ? [] : [user.key])];
    const facts = { action: 'secrets.patch', namespace, secret: name, keys } as const;
    // The version names the event of this exact write.
    const event = eventOf(ctx);
    return this.#parts.calls.write(event, facts, async (trace) => {
      const own = this.#parts.history.begin(event, run);
      try {
        const call = { ctx, as: 'broker', trace } as const;
        // The preceding calls may have taken long, and another process may have undone `set`.
        requireLease();
        const patch = { kind: 'merge', document: documentOf(seen, pending, user) } as const;
        const written = await this.#parts.store.patch(call, { namespace, name }, patch, {
          dryRun: false,
        });
        const version = await own.wrote(written, { door: 'rotation' });
        const published = { secret: written, version: version?.version ?? null };
        return new CallOutcome<Published>(published, { version: version?.version });
      } finally {
        own.end();
      }
    });
  }
}

/** Secret as written, and the number of its version. */
export interface Published {
  readonly secret: StoredSecret;
  readonly version: number | null;
}

interface PublishCall {
  readonly ctx: CallContext;
  readonly run: RotationRun;
  /** Throws if another process has the run by now. */
  readonly requireLease: () => void;
}

/** Values that a run writes to its Secret. */
export interface PublishedValues {
  readonly pending: ReadonlyMap<string, SecretValue>;
  /** Key for the user's name, if it is stored. */
  readonly user: { readonly key: string | undefined; readonly name: string | null };
}

function documentOf(
  { uid, resourceVersion }: StoredSecret,
  pending: PublishedValues['pending'],
  user: PublishedValues['user'],
): Readonly<Record<string, unknown>> {
  const values = [...withUser(pending, user)];
  // fromEntries defines members, so that a key `__proto__` stays a key.
  const data = Object.fromEntries(values.map(([key, value]) => [key, value.revealBase64()]));
  return { metadata: { uid, resourceVersion }, data };
}

/** Returns the values with the name of the user, if its key is stored. */
function withUser(
  pending: PublishedValues['pending'],
  { key, name }: PublishedValues['user'],
): PublishedValues['pending'] {
  if (key === undefined || name === null) return pending;
  return new Map([...pending, [key, SecretValue.fromBytes(Buffer.from(name))]]);
}

/** Returns a context with a separate event id; the run connects all of its events. */
function eventOf(ctx: CallContext): CallContext {
  const auditId = crypto.randomUUID();
  return { ...ctx, auditId, requestId: auditId };
}
