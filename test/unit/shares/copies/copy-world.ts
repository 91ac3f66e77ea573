import type { AuditFacts } from '../../../../src/audit/domain/audit-event.js';
import type { AuditService } from '../../../../src/audit/audit.service.js';
import type { CallRunner } from '../../../../src/calls/call-runner.service.js';
import { CallOutcome, CallTrace } from '../../../../src/calls/domain/call-trace.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { GatewayAccounts } from '../../../../src/core/gateway-accounts.js';
import type { NamespaceView } from '../../../../src/secrets/domain/cache/secret-cache.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';
import { NoHistory } from '../../../../src/secrets/domain/secret-history.js';
import { SchemaRegistry } from '../../../../src/schemas/domain/schema-registry.js';
import { CopyDelivery, type CopyImport } from '../../../../src/shares/copies/copy-delivery.js';
import { CopyProvenance } from '../../../../src/shares/copies/copy-provenance.js';
import { CopyRecords } from '../../../../src/shares/copies/copy-records.js';
import type { CopySource } from '../../../../src/shares/copies/copy-sources.js';
import { CopyTargets } from '../../../../src/shares/copies/copy-targets.js';
import { CopyWrites } from '../../../../src/shares/copies/copy-writes.js';
import type { CopyProblem } from '../../../../src/shares/copies/domain/copy-state.js';
import { RefusedWrites } from '../../../../src/custom-resources/domain/refused-writes.js';
import type { Grant } from '../../../../src/shares/domain/grant.js';
import type { ParsedImport } from '../../../../src/shares/domain/import-spec.js';
import type { ShareSpec } from '../../../../src/shares/domain/share-spec.js';
import { aShare, anImport } from '../domain/sharing.builder.js';
import { checksOf } from '../../schemas/built-in-checks.js';
import { Rows } from '../object-rows.builder.js';
import { ClusterSecrets } from './cluster-secrets.builder.js';
import { values } from './domain/copy.builder.js';

export const accounts = new GatewayAccounts({
  gatewayNamespace: 'sallyport',
  brokerServiceAccount: 'sallyport-broker',
});

export const target = { secretName: 'pay-db', type: 'Opaque' };

/** Event that a call or the owner's part of it has left. */
export interface Noted {
  readonly action: AuditFacts['action'];
  readonly namespace: string | undefined;
  readonly keys: readonly string[] | undefined;
  readonly onBehalfOf?: string | undefined;
  readonly parentId?: string | undefined;
}

/** A replica that writes copies of pay/db into shop, on a database and a cluster of the test. */
export class CopyWorld {
  readonly rows: Rows;
  readonly cluster: ClusterSecrets;
  readonly events: Noted[] = [];
  readonly reads: string[] = [];
  readonly records: CopyRecords;
  readonly provenance: CopyProvenance;
  readonly targets: CopyTargets;
  readonly writes: CopyWrites;
  readonly delivery: CopyDelivery;
  readonly schemas = new SchemaRegistry();
  readonly checks = checksOf(this.schemas);
  isLeader = true;
  isPinned = true;
  isAuditDown = false;
  nowMs = 0;
  /** Watch cache; undefined: it has nothing. */
  view: NamespaceView | undefined;
  /** State of the watch cache, if that is not the present one. */
  seen: StoredSecret | undefined;

  constructor(rows = new Rows(), cluster = new ClusterSecrets()) {
    this.rows = rows;
    this.cluster = cluster;
    this.records = new CopyRecords(rows, () => undefined);
    this.provenance = new CopyProvenance(rows);
    this.targets = new CopyTargets({
      store: cluster,
      cache: { view: () => this.view },
      documents: { read: ({ name }) => this.seen ?? cluster.stateOf('shop', name) },
      accounts,
    });
    this.writes = new CopyWrites({
      store: cluster,
      calls: this.#calls(),
      audit: this.#audit(),
      history: new NoHistory(),
      accounts,
      requireLease: () => {
        if (!this.isLeader) throw unavailable('another replica works on copies now');
      },
    });
    const { records, provenance, targets, writes } = this;
    const states = { pin: async () => this.isPinned };
    const lastReads = { note: (): void => void this.reads.push('read') };
    const refused = new RefusedWrites<CopyProblem>({ monotonicMs: () => this.nowMs });
    const known = { records, provenance, states, lastReads, refused };
    const { checks } = this;
    this.delivery = new CopyDelivery({ targets, writes, checks, ...known });
  }

  /** Returns the replica after it has ended and begun again. */
  async restarted(): Promise<CopyWorld> {
    const next = new CopyWorld(this.rows, this.cluster);
    await next.records.load();
    return next;
  }

  deliver(texts: Readonly<Record<string, string>>, imported = copyOf(), spec: object = {}) {
    return this.delivery.deliver(imported, aSource(texts, spec));
  }

  remove({ imported, author }: CopyImport = copyOf()) {
    const { uid, name } = imported.object;
    return this.delivery.remove({ uid, name, author });
  }

  #calls(): Pick<CallRunner, 'write'> {
    const write = async (ctx: CallContext, facts: AuditFacts, effect: Effect) => {
      if (this.isAuditDown) throw unavailable('the audit trail cannot be written');
      const { action, namespace, keys } = facts;
      this.events.push({ action, namespace, keys, onBehalfOf: ctx.onBehalfOf });
      const outcome = await effect(new CallTrace());
      return outcome instanceof CallOutcome ? outcome.value : outcome;
    };
    return { write: write as CallRunner['write'] };
  }

  #audit(): Pick<AuditService, 'record'> {
    const record: AuditService['record'] = async (ctx, { action, namespace, keys }) => {
      if (this.isAuditDown) throw unavailable('the audit trail cannot be written');
      this.events.push({ action, namespace, keys, parentId: ctx.parentId });
    };
    return { record };
  }
}

type Effect = (trace: CallTrace) => Promise<unknown>;

/** An import of the share into the Secret pay-db of shop. */
export function copyOf(spec: object = {}, rest: Parameters<typeof anImport>[1] = {}): CopyImport {
  const imported: ParsedImport = anImport({ target, ...spec }, rest);
  const { spec: parsed } = imported;
  if (parsed?.target === undefined) throw new Error('the import has no target');
  return { imported, spec: { ...parsed, target: parsed.target }, author: 'alice' };
}

/** What the import gets. */
export function aSource(
  texts: Readonly<Record<string, string>> = { password: 'first' },
  spec: object = {},
): CopySource {
  const share = aShare({ delivery: ['copy'], keys: Object.keys(texts), ...spec });
  const keys = Object.keys(texts).map((key) => ({ key, as: key }));
  const grant: Grant = { imported: copyOf().imported, share, spec: share.spec as ShareSpec, keys };
  const place = { namespace: 'pay', name: 'db', uid: 'uid-of-db', resourceVersion: '5' };
  const show = (): never => {
    throw new Error('a delivery has the values already');
  };
  const found = { ...place, type: 'Opaque', keys: Object.keys(texts), show };
  const state = { pins: { consumers: {} }, problem: undefined };
  return { grant, state, found, version: 3, data: values(texts) };
}
