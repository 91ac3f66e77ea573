import type { CallGate } from '../../access/domain/call-gate.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { shareLimits } from '../../core/share-limits.js';
import type { ShareMetrics } from '../../platform/telemetry/share-metrics.js';
import { isClusterCredentialType, secretTypeErrors } from '../../secrets/domain/secret-types.js';
import { AuthorAwaited, AuthorGrace } from '../../custom-resources/domain/author-grace.js';
import { importKind, type ParsedImport } from '../domain/import-spec.js';
import type { ParsedShare } from '../domain/share-spec.js';
import { reasonOf } from '../../custom-resources/domain/status-condition.js';
import type { ObjectStatuses } from '../../custom-resources/domain/object-statuses.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { CopyDelivery, CopyImport } from './copy-delivery.js';
import type { Looked, QueuedObject } from '../../platform/lifecycle/object-queue.js';
import type { CopyRecords } from './copy-records.js';
import type { CopySource, CopySources } from './copy-sources.js';
import { copyOwnerOf } from './copy-writes.js';
import { isPending } from './domain/copy-record.js';
import { type CopyProblem, isRefusal } from './domain/copy-state.js';
import { type ImportOutcome, importStatus } from './domain/import-status.js';
import { hasNothing } from './domain/record-changes.js';
import { authorOfImport } from './import-author.js';

export interface CopyPassDependencies {
  readonly shares: ShareDependencies;
  readonly gate: CallGate;
  readonly statuses: Pick<ObjectStatuses, 'write' | 'lastOf'>;
  readonly sources: CopySources;
  readonly delivery: CopyDelivery;
  readonly records: CopyRecords;
  readonly metrics: Pick<ShareMetrics, 'deliveryEnded' | 'revocationEnded'>;
  /** Called after the first delivery to a namespace: the owner sees who uses the share. */
  readonly onUsed: (share: ParsedShare) => void;
}

const authorProblems = {
  AuthorUnknown: 'AuthorUnknown',
  AuthorGone: 'AuthorGone',
  AuthorForbidden: 'AuthorLostRight',
} as const;

/** One look at an import: its copy and its status are brought to what is granted now. */
export class CopyPass {
  readonly #parts: CopyPassDependencies;
  readonly #grace: AuthorGrace;

  constructor(parts: CopyPassDependencies) {
    this.#parts = parts;
    this.#grace = new AuthorGrace(parts.shares.clock);
  }

  /** Throws Unavailable if it must be tried again; nothing is taken away then. */
  async run(item: QueuedObject): Promise<Looked> {
    const { gate, shares } = this.#parts;
    if (gate.refusal !== undefined) throw gate.refusal;
    const imported = shares.knownImports.get(item);
    if (imported?.object.uid !== item.uid) return this.#end(item);
    const isCopied = this.#isCopied(item);
    const outcome = await this.#counted(imported).catch(whetherAwaited);
    // Nothing is wrong yet, and nothing is taken away.
    if (outcome === 'awaited') return 'repeat';
    this.#measureEnd(item, isCopied);
    await this.#writeStatus(imported, outcome);
    return isRepeated(outcome) ? 'repeat' : 'done';
  }

  /** Ends the copy of an import that the cluster does not have any more. */
  async #end(item: QueuedObject): Promise<Looked> {
    const { records, delivery, sources } = this.#parts;
    if (records.get(item.uid) === undefined) return 'done';
    if (!(await sources.isGone(item))) throw unavailable('imports are not known now');
    const isCopied = this.#isCopied(item);
    const problem = await delivery.remove({ ...item, author: undefined });
    if (problem !== undefined) throw unavailable('the target cannot be changed');
    this.#measureEnd(item, isCopied);
    if (this.#mayBeCreated(item)) return 'repeat';
    await records.remove(item.uid);
    return 'done';
  }

  /**
   * Reports whether a creation without an answer may still happen: its record stays for as long as
   * the API server may work on a request.
   */
  #mayBeCreated({ uid, notedMs = 0 }: QueuedObject): boolean {
    const record = this.#parts.records.get(uid);
    const isOpen = record !== undefined && !hasNothing(record) && isPending(record);
    return isOpen && performance.now() - notedMs < shareLimits.creationLateMsMax;
  }

  #isCopied({ uid }: QueuedObject): boolean {
    return (this.#parts.records.get(uid)?.keys.length ?? 0) > 0;
  }

  /** Measures how long a copy stayed after this replica knew of its end. */
  #measureEnd(item: QueuedObject, wasCopied: boolean): void {
    if (!wasCopied || this.#isCopied(item) || item.notedMs === undefined) return;
    this.#parts.metrics.revocationEnded('copy', performance.now() - item.notedMs);
  }

  /** Settles an import, and counts what a delivery came to. */
  async #counted(imported: ParsedImport): Promise<ImportOutcome> {
    const { metrics, statuses } = this.#parts;
    const isCopy = imported.spec?.target !== undefined;
    try {
      const outcome = await this.#settle(imported);
      if (outcome.kind === 'problem') {
        // A problem that lasts is counted once.
        const isNew = reasonOf(statuses.lastOf(imported.object)) !== outcome.problem;
        if (isCopy && isNew) metrics.deliveryEnded('copy', 'refused');
      } else if (outcome.isWritten) {
        metrics.deliveryEnded('copy', 'delivered');
      }
      return outcome;
    } catch (error) {
      const isFailed = !(error instanceof AuthorAwaited);
      if (isCopy && isFailed) metrics.deliveryEnded('copy', 'failed');
      throw error;
    }
  }

  async #settle(imported: ParsedImport): Promise<ImportOutcome> {
    const { sources, delivery } = this.#parts;
    const { spec } = imported;
    if (spec?.target === undefined) {
      // A copy that an earlier spec had ends, also if the spec cannot be read any more.
      const kept = await delivery.remove(copyOwnerOf(imported, undefined));
      if (kept !== undefined) return { kind: 'problem', problem: kept };
      const isLive = await sources.isLive(imported);
      if (!isLive) return { kind: 'problem', problem: 'NotGranted' };
      return { kind: 'ready', version: undefined, isWritten: false };
    }
    const source = await sources.ofCopy(imported);
    if (source === undefined) return this.#withdrawn(imported, undefined, 'NotGranted');
    const { author, problem } = await authorOfImport(this.#parts.shares, imported);
    if (problem !== undefined) {
      if (problem.reason === 'AuthorUnknown') this.#grace.require(imported.object);
      return this.#withdrawn(imported, author, authorProblems[problem.reason]);
    }
    const copy = { imported, spec: { ...spec, target: spec.target }, author };
    const unfit = unfitProblem(copy, source);
    if (unfit !== undefined) return this.#withdrawn(imported, author, unfit);
    return this.#deliver(copy, source);
  }

  async #deliver(copy: CopyImport, source: CopySource): Promise<ImportOutcome> {
    const delivered = await this.#parts.delivery.deliver(copy, source);
    if (delivered !== 'written' && delivered !== 'unchanged') {
      return { kind: 'problem', problem: delivered };
    }
    const isWritten = delivered === 'written';
    if (isWritten && !isUseKnown(source)) this.#parts.onUsed(source.grant.share);
    const problem = lacksKeys(copy, source) ? 'SomeKeysMissing' : undefined;
    return { kind: 'ready', version: source.version, isWritten, problem };
  }

  async #withdrawn(
    imported: ParsedImport,
    author: string | undefined,
    problem: CopyProblem,
  ): Promise<ImportOutcome> {
    const kept = await this.#parts.delivery.remove(copyOwnerOf(imported, author));
    return { kind: 'problem', problem: kept ?? problem };
  }

  async #writeStatus({ object }: ParsedImport, outcome: ImportOutcome): Promise<void> {
    const { shares, statuses } = this.#parts;
    const before = { generation: object.generation, status: statuses.lastOf(object) };
    const status = importStatus(before, outcome, shares.clock.nowMs());
    await statuses.write({ kind: importKind, objects: shares.imports }, object, status);
  }
}

/** Returns why the values do not fit the target: all that its type demands, or nothing. */
function unfitProblem(
  { imported, spec }: CopyImport,
  { data }: CopySource,
): CopyProblem | undefined {
  if (data.size === 0) return 'KeyMissing';
  const { namespace } = imported.object;
  const { secretName: name, type } = spec.target;
  if (isClusterCredentialType(type)) return 'TargetRefused';
  const content = { immutable: false, labels: {}, annotations: {}, data };
  const errors = secretTypeErrors({ namespace, name, type, ...content });
  return errors.length === 0 ? undefined : 'KeySetIncomplete';
}

/** Returns that an author may still become known. Throws all other errors. */
function whetherAwaited(error: unknown): 'awaited' {
  if (error instanceof AuthorAwaited) return 'awaited';
  throw error;
}

/** Reports whether the import names keys that the share or its Secret lacks, or the share does. */
function lacksKeys({ spec }: CopyImport, { grant, data }: CopySource): boolean {
  return data.size < (spec.keys ?? grant.spec.keys).length;
}

/** Reports whether the namespace has used the share, and this Secret of it, before. */
function isUseKnown({ grant, state: { pins }, found }: CopySource): boolean {
  const { object, namespaceUid } = grant.imported;
  const consumer = pins.consumers[object.namespace];
  return consumer?.namespaceUID === namespaceUid && pins.secretUID === found.uid;
}

/** Reports a refusal that can end without a change that the gateway observes. */
function isRepeated(outcome: ImportOutcome): boolean {
  return outcome.kind === 'problem' && isRefusal(outcome.problem);
}
