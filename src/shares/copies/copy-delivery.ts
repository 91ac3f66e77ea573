import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import { shareLimits } from '../../core/share-limits.js';
import { checkWrite } from '../../secrets/domain/check-write.js';
import type { SecretChecks } from '../../secrets/domain/secret-checks.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { ImportSpec, ParsedImport } from '../domain/import-spec.js';
import { ownerEvent } from '../domain/owner-event.js';
import type { LastReads } from '../last-reads.js';
import type { ShareStates } from '../share-states.js';
import type { CopyProvenance } from './copy-provenance.js';
import type { CopyRecords } from './copy-records.js';
import type { CopySource } from './copy-sources.js';
import type { CopyTargets } from './copy-targets.js';
import { type CopyOwner, copyOwnerOf, type CopyWrites } from './copy-writes.js';
import { type CopyRecord, isPending } from './domain/copy-record.js';
import { checkedDelivery } from './domain/checked-delivery.js';
import { type CopyProblem, isRefusal, type Refusal } from './domain/copy-state.js';
import { type CopyTarget, copyTargetOf } from './domain/copy-target.js';
import { type DeliveryPlan, planDelivery, type WantedCopy } from './domain/plan-delivery.js';
import { planRemoval } from './domain/plan-removal.js';
import { afterRemoval, hasNothing, isOriginKnown, recordBefore } from './domain/record-changes.js';
import { provenanceAnnotation } from './domain/provenance.js';
import type { RefusedWrites } from '../../custom-resources/domain/refused-writes.js';

export interface CopyDeliveryDependencies {
  readonly targets: Pick<CopyTargets, 'recent' | 'read'>;
  readonly writes: CopyWrites;
  readonly records: CopyRecords;
  readonly provenance: CopyProvenance;
  readonly states: Pick<ShareStates, 'pin'>;
  readonly lastReads: Pick<LastReads, 'note'>;
  readonly refused: RefusedWrites<CopyProblem>;
  readonly checks: SecretChecks;
}

/** Import with a target, and who answers for it. */
export interface CopyImport {
  readonly imported: ParsedImport;
  readonly spec: ImportSpec & { readonly target: NonNullable<ImportSpec['target']> };
  readonly author: string | undefined;
}

/** Result of a delivery: whether it wrote, or why it did not. */
export type Delivered = 'written' | 'unchanged' | CopyProblem;

type Apply = Extract<DeliveryPlan, { kind: 'apply' }>;

/** Deliveries and removals of copies: recorded before the cluster has them, and tried again. */
export class CopyDelivery {
  readonly #parts: CopyDeliveryDependencies;

  constructor(parts: CopyDeliveryDependencies) {
    this.#parts = parts;
  }

  /** Gives the target the values of the source. Throws Unavailable if it must be tried again. */
  async deliver(copy: CopyImport, source: CopySource): Promise<Delivered> {
    const wanted = wantedOf(copy, source);
    for (let tries = 0; tries < shareLimits.copyTriesMax; tries += 1) {
      const { uid } = copy.imported.object;
      const target = await this.#target(uid, targetRef(copy), tries).catch(whetherForbidden);
      if (target === 'GatewayForbidden') return target;
      const record = this.#parts.records.get(uid);
      const plan = planDelivery(wanted, target, record);
      if (plan.kind === 'refuse') return plan.problem;
      if (plan.kind === 'none') {
        // The process may have ended after the write and before its record.
        await this.#saveDelivered(copy, source, { target, keys: [...source.data.keys()] });
        return 'unchanged';
      }
      const result = await this.#applyUnlessRefused(copy, source, plan);
      if (result !== 'conflict') return result;
    }
    throw changesTooFast();
  }

  /**
   * Takes away what the import still owns. Returns why that is not possible, if it is not. Throws
   * Unavailable if it must be tried again.
   */
  async remove(of: CopyOwner): Promise<CopyProblem | undefined> {
    for (let tries = 0; tries < shareLimits.copyTriesMax; tries += 1) {
      const record = this.#parts.records.get(of.uid);
      if (record === undefined || hasNothing(record)) return undefined;
      const result = await this.#tryRemove(of, record);
      if (result !== 'conflict') return result;
    }
    throw changesTooFast();
  }

  async #tryRemove(
    of: CopyOwner,
    record: CopyRecord,
  ): Promise<CopyProblem | 'conflict' | undefined> {
    const { writes, records, provenance } = this.#parts;
    const ref = { namespace: record.namespace, name: record.secretName };
    const target = await this.#parts.targets.read(of.uid, ref).catch(whetherForbidden);
    if (target === 'GatewayForbidden') return target;
    // A creation without an answer may still happen: the record stays, and is looked at again.
    if (target === undefined && isPending(record)) return undefined;
    const plan = planRemoval(target, record);
    // After a removal without a record, no key counts as delivered.
    if (plan.kind !== 'none') await records.save(of.uid, { ...record, pending: record.keys });
    try {
      if (plan.kind === 'delete') await writes.delete(of, ref, plan.target);
      if (plan.kind === 'release') await writes.release(of, ref, plan.target);
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      return problem === 'TargetRefused' ? 'TargetImmutable' : problem;
    }
    if (record.secretUID !== undefined) await provenance.forget(record.secretUID, of.uid);
    await records.save(of.uid, afterRemoval(record, plan.kind === 'release'));
    return undefined;
  }

  /** Attempts a write that neither a schema nor the cluster has refused lately. */
  async #applyUnlessRefused(
    copy: CopyImport,
    source: CopySource,
    plan: Apply,
  ): Promise<'written' | 'conflict' | CopyProblem> {
    const { refused } = this.#parts;
    const { uid } = copy.imported.object;
    const write = writeOf(copy, source, plan);
    const known = refused.problemOf(uid, write);
    if (known !== undefined) return known;
    const isFit = await this.#isFit(copy, plan);
    const result = isFit ? await this.#apply(copy, source, plan) : 'SchemaRefused';
    if (isRefusal(result) || result === 'SchemaRefused') refused.note(uid, write, result);
    else refused.forget(uid);
    return result;
  }

  /**
   * Reports whether the schemas of the target allow its state after the delivery. A copy that they
   * refuse stays as it is: a new schema must not take away what consumers have.
   */
  async #isFit({ imported, spec }: CopyImport, plan: Apply): Promise<boolean> {
    const { namespace } = imported.object;
    const { secretName: name, type } = spec.target;
    try {
      await checkWrite(this.#parts.checks, checkedDelivery({ namespace, name, type }, plan));
      return true;
    } catch (error) {
      if (error instanceof SallyportError && error.code === 'Invalid') return false;
      throw error;
    }
  }

  async #apply(
    copy: CopyImport,
    source: CopySource,
    plan: Apply,
  ): Promise<'written' | 'conflict' | CopyProblem> {
    const { writes, records, provenance } = this.#parts;
    const { object } = copy.imported;
    await this.#pin(copy, source);
    const known = records.get(object.uid);
    const { data, keys, before, force } = plan;
    const { reshare } = source.grant.spec;
    const record = recordBefore(known, { ...placeOf(copy), reshare, plan, newId: randomUUID() });
    // Another Secret has the name now: nothing is known of the former one.
    if (known?.secretUID !== undefined && known.secretUID !== record.secretUID) {
      await provenance.forget(known.secretUID, object.uid);
    }
    await records.save(object.uid, record);
    const { grant, version } = source;
    const origin = { keys: record.keys, reshare };
    if (before !== undefined && !isOriginKnown(record, known, reshare)) {
      await provenance.note(before.uid, object.uid, origin);
    }
    const shareUID = grant.share.object.uid;
    const { expiresAt } = grant.spec;
    const { delivery } = record;
    const stated = { import: object.name, shareUID, keys, delivery };
    const annotations = provenanceAnnotation(object.uid, {
      ...stated,
      ...(version !== null && { version }),
      ...(expiresAt !== undefined && { expiresAt }),
    });
    const { target } = copy.spec;
    const fields = { target: targetRef(copy), type: target.type, data, annotations, before, force };
    try {
      const owner = copyOwnerOf(copy.imported, copy.author);
      const delivered = grant.keys.filter(({ as }) => data.has(as));
      const secret = await writes.deliver(owner, fields, {
        event: ownerEvent(grant, delivered),
        onCreated: ({ uid }) => provenance.note(uid, object.uid, origin),
      });
      await this.#saveDelivered(copy, source, { target: copyTargetOf(secret, object.uid), keys });
      this.#noteRead(source);
      return plan.problem ?? 'written';
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      return problem;
    }
  }

  /** Records the use of the share, which the owner sees. */
  async #pin({ imported }: CopyImport, { grant, state, found }: CopySource): Promise<void> {
    const { namespace } = imported.object;
    const use = { secretUID: found.uid, namespace, namespaceUID: grant.imported.namespaceUid };
    if (!(await this.#parts.states.pin(grant.share, state, use))) throw changesTooFast();
  }

  /** Notes for the owner what the consumer has. */
  #noteRead({ grant: { share, imported }, found }: CopySource): void {
    const { namespace } = imported.object;
    const { namespaceUid } = imported;
    this.#parts.lastReads.note(share, { namespace, namespaceUid }, found);
  }

  async #saveDelivered(
    copy: CopyImport,
    { grant }: CopySource,
    { target, keys }: { readonly target: CopyTarget | undefined; readonly keys: readonly string[] },
  ): Promise<void> {
    const { records, provenance } = this.#parts;
    const { uid } = copy.imported.object;
    const record = records.get(uid);
    if (record === undefined || target === undefined) return;
    const { reshare } = grant.spec;
    const { pending: _, ...confirmed } = record;
    const delivered = { ...confirmed, secretUID: target.uid, keys: [...keys], reshare };
    if (isDeepStrictEqual(delivered, record)) return;
    // In this order: what the record states is known of the Secret as well.
    await provenance.note(target.uid, uid, { keys: [...keys], reshare });
    await records.save(uid, delivered);
  }

  /**
   * Returns the recent state of the target if that is the recorded Secret, and the present one
   * after a conflict. Another replica may have created the Secret since.
   */
  async #target(uid: string, ref: SecretRef, tries: number): Promise<CopyTarget | undefined> {
    const { targets, records } = this.#parts;
    const secretUid = records.get(uid)?.secretUID;
    const recent = tries === 0 && secretUid !== undefined && (await targets.recent(uid, ref));
    return recent && recent.uid === secretUid ? recent : targets.read(uid, ref);
  }
}

function wantedOf({ spec }: CopyImport, { data }: CopySource): WantedCopy {
  const { target, repair, adopt = '' } = spec;
  return { type: target.type, data, repair, adopts: adopt !== '' };
}

function placeOf({ imported: { object }, spec: { target } }: CopyImport) {
  const { namespace, name } = object;
  const { secretName, type } = target;
  return { namespace, name, secretName, type };
}

function targetRef({ imported, spec }: CopyImport) {
  return { namespace: imported.object.namespace, name: spec.target.secretName };
}

/** Returns that the gateway has no right in a namespace. Throws all other errors. */
function whetherForbidden(error: unknown): 'GatewayForbidden' {
  if (problemOf(error) === 'GatewayForbidden') return 'GatewayForbidden';
  throw error;
}

/** Returns what a refused write means; undefined if it must be tried again later. */
function problemOf(error: unknown): 'conflict' | Refusal | undefined {
  if (!(error instanceof SallyportError)) return undefined;
  if (error.isInstallationFault) return 'GatewayForbidden';
  switch (error.code) {
    case 'Conflict':
    case 'NotFound':
      return 'conflict';
    case 'Invalid':
    case 'TooLarge':
      return 'TargetRefused';
    case 'Forbidden':
      return 'TargetForbidden';
    default:
      return undefined;
  }
}

/** Names a write: another spec, source or state of the target makes it another one. */
function writeOf({ imported }: CopyImport, { found, grant }: CopySource, plan: Apply): string {
  const { before } = plan;
  const { uid, resourceVersion } = found;
  const { object } = grant.share;
  return JSON.stringify([
    [imported.object.generation, object.uid, object.generation],
    [uid, resourceVersion, before?.uid, before?.resourceVersion],
  ]);
}

function changesTooFast(): SallyportError {
  return unavailable('the target changes too fast');
}
