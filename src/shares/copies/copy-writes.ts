import type { AuditService } from '../../audit/audit.service.js';
import type { AuditFacts } from '../../audit/domain/audit-event.js';
import type { CallRunner } from '../../calls/call-runner.service.js';
import { CallOutcome, CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { timeOrderedId } from '../../core/time-ordered-id.js';
import type { SecretHistory } from '../../secrets/domain/secret-history.js';
import type {
  SecretData,
  SecretRef,
  StoredSecret,
  StringMap,
} from '../../secrets/domain/secret.js';
import type { SecretStore } from '../../secrets/domain/secret.store.js';
import type { ParsedImport } from '../domain/import-spec.js';
import type { OwnerEvent } from '../domain/owner-event.js';
import type { CopyTarget } from './domain/copy-target.js';
import { fieldManagerOf } from './domain/provenance.js';

export interface CopyWritesDependencies {
  readonly store: Pick<SecretStore, 'apply' | 'delete'>;
  readonly calls: Pick<CallRunner, 'write'>;
  readonly audit: Pick<AuditService, 'record'>;
  readonly history: Pick<SecretHistory, 'begin'>;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
  /** Throws if another replica may do the work now. */
  readonly requireLease: () => void;
}

/** Import whose copy is written, and the user who answers for it. */
export interface CopyOwner {
  readonly uid: string;
  readonly name: string;
  readonly author: string | undefined;
}

/** Fields that a copy gets. */
export interface CopyFields {
  readonly target: SecretRef;
  readonly type: string;
  readonly data: SecretData;
  readonly annotations: StringMap;
  readonly before: CopyTarget | undefined;
  readonly force: boolean;
}

/** Records of a delivery, apart from its event in the consumer's namespace. */
export interface DeliveryRecords {
  /** Event in the namespace of the share, recorded before the cluster has the copy. */
  readonly event: OwnerEvent;
  /** Called once the Secret exists, before its version is awaited. */
  readonly onCreated: (secret: StoredSecret) => Promise<void>;
}

/** Writes of copies, as the broker; each is recorded before the cluster has it. */
export class CopyWrites {
  readonly #parts: CopyWritesDependencies;

  constructor(parts: CopyWritesDependencies) {
    this.#parts = parts;
  }

  /**
   * Applies the fields of a copy. Throws Conflict if the target has another state, Invalid if the
   * cluster refuses the fields.
   */
  deliver(
    of: CopyOwner,
    fields: CopyFields,
    { event, onCreated }: DeliveryRecords,
  ): Promise<StoredSecret> {
    const keys = [...fields.data.keys()];
    return this.#write(of, fields.target, { action: 'imports.deliver', keys }, async (call) => {
      await this.#recordForOwner(call.ctx, event);
      const secret = await this.#apply(call, of, fields);
      // The cluster has the Secret by now; the record of the copy makes up for a failure.
      if (fields.before === undefined) await onCreated(secret).catch(() => undefined);
      const isUnchanged = secret.resourceVersion === fields.before?.resourceVersion;
      const version = isUnchanged ? undefined : await call.own.wrote(secret, { door: 'share' });
      return new CallOutcome(secret, { version: version?.version });
    });
  }

  /** Gives up the fields of a copy; keys of other owners stay. Throws as `deliver`. */
  release(of: CopyOwner, ref: SecretRef, target: CopyTarget): Promise<void> {
    const keys = [...target.owned];
    const { type } = target;
    return this.#write(of, ref, { action: 'imports.withdraw', keys }, async (call) => {
      const nothing = { data: new Map(), annotations: {}, force: false } as const;
      const fields = { target: ref, type, before: target, ...nothing };
      await call.own.wrote(await this.#apply(call, of, fields), { door: 'share' });
      return new CallOutcome(undefined, {});
    });
  }

  /** Deletes a Secret that the import created, in the state that was seen. Throws Conflict. */
  delete(
    of: CopyOwner,
    ref: SecretRef,
    { uid, resourceVersion, owned }: CopyTarget,
  ): Promise<void> {
    const facts = { action: 'imports.withdraw', keys: [...owned] } as const;
    return this.#write(of, ref, facts, async ({ ctx, trace, own }) => {
      this.#parts.requireLease();
      const call = { ctx, as: 'broker', trace } as const;
      await this.#parts.store.delete(call, ref, { uid, resourceVersion }, { dryRun: false });
      return new CallOutcome(undefined, { version: await own.deleted() });
    });
  }

  #write<T>(
    { name, author }: CopyOwner,
    { namespace, name: secret }: SecretRef,
    facts: Pick<AuditFacts, 'action' | 'keys'>,
    effect: (call: CopyCall) => Promise<CallOutcome<T>>,
  ): Promise<T> {
    const { calls, history, accounts } = this.#parts;
    const broker = accounts.broker();
    const ctx = author === undefined ? broker : { ...broker, onBehalfOf: author };
    return calls.write(ctx, { ...facts, namespace, secret }, async (trace) => {
      trace.decisionReason = `SecretImport "${name}"`;
      const own = history.begin(ctx, { namespace, name: secret });
      try {
        return await effect({ ctx, trace, own });
      } finally {
        own.end();
      }
    });
  }

  async #apply({ ctx, trace }: CopyCall, of: CopyOwner, fields: CopyFields) {
    // Records may have taken long.
    this.#parts.requireLease();
    const { target, type, data, annotations, before, force } = fields;
    const manager = fieldManagerOf(of.uid);
    const call = { ctx, as: 'broker', trace } as const;
    return this.#parts.store.apply(call, {
      ...target,
      type,
      data,
      annotations,
      manager,
      before,
      force,
    });
  }

  /** Records that values leave the namespace of the share, before they do. */
  #recordForOwner(ctx: CallContext, { facts, decisionReason }: OwnerEvent): Promise<void> {
    const auditId = timeOrderedId();
    const part = { ...ctx, auditId, requestId: auditId, parentId: ctx.auditId };
    const result = { outcome: 'allowed', code: 200, plane: 'broker', upstreamIds: [] } as const;
    return this.#parts.audit.record(part, facts, { ...result, decisionReason });
  }
}

interface CopyCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
  readonly own: ReturnType<SecretHistory['begin']>;
}

/** Returns the owner of an import's copy. */
export function copyOwnerOf({ object }: ParsedImport, author: string | undefined): CopyOwner {
  return { uid: object.uid, name: object.name, author };
}
