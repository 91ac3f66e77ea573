import { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallGate } from '../../access/domain/call-gate.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { isSameStatus } from '../../custom-resources/domain/same-status.js';
import { secretTypeErrors } from '../../secrets/domain/secret-types.js';
import { importKind, type ParsedImport } from '../domain/import-spec.js';
import { rightsToTarget } from '../domain/target-rights.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { CopyDelivery, CopyImport } from './copy-delivery.js';
import type { QueuedImport } from './copy-queue.js';
import type { CopyRecords } from './copy-records.js';
import type { CopySource, CopySources } from './copy-sources.js';
import { copyOwnerOf } from './copy-writes.js';
import type { CopyProblem } from './domain/copy-state.js';
import { type ImportOutcome, importStatus } from './domain/import-status.js';

export interface CopyPassDependencies {
  readonly shares: ShareDependencies;
  readonly gate: CallGate;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
  readonly sources: CopySources;
  readonly delivery: CopyDelivery;
  readonly records: CopyRecords;
}

/** One look at an import: its copy and its status are brought to what is granted now. */
export class CopyPass {
  readonly #parts: CopyPassDependencies;

  constructor(parts: CopyPassDependencies) {
    this.#parts = parts;
  }

  /** Throws Unavailable if it must be tried again; nothing is taken away then. */
  async run(item: QueuedImport): Promise<void> {
    const { gate, shares } = this.#parts;
    if (gate.refusal !== undefined) throw gate.refusal;
    const imported = shares.knownImports.get(item);
    if (imported?.object.uid !== item.uid) return this.#end(item);
    const outcome = await this.#settle(imported);
    await this.#writeStatus(imported, outcome);
  }

  /** Ends the copy of an import that the cluster does not have any more. */
  async #end(item: QueuedImport): Promise<void> {
    const { records, delivery, sources } = this.#parts;
    if (records.get(item.uid) === undefined) return;
    if (!(await sources.isGone(item))) throw unavailable('imports are not known now');
    const problem = await delivery.remove({ ...item, author: undefined });
    if (problem !== undefined) throw unavailable('the target cannot be changed');
    await records.remove(item.uid);
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
    const { author, problem } = await this.#authorOf(imported);
    if (problem !== undefined) return this.#withdrawn(imported, author, 'AuthorLostRight');
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
    return { kind: 'ready', version: source.version, isWritten: delivered === 'written' };
  }

  async #withdrawn(
    imported: ParsedImport,
    author: string | undefined,
    problem: CopyProblem,
  ): Promise<ImportOutcome> {
    const kept = await this.#parts.delivery.remove(copyOwnerOf(imported, author));
    return { kind: 'problem', problem: kept ?? problem };
  }

  async #authorOf(imported: ParsedImport) {
    const { authors, records } = this.#parts.shares;
    const { object, specHash, spec } = imported;
    const authored = { object, specHash, recorded: await records.get(object.uid) };
    const { resource } = importKind;
    const author = (await authors.of(resource, authored))?.username;
    const problem = await authors.problemOf(resource, authored, rightsToTarget(spec ?? {}));
    return { author, problem };
  }

  async #writeStatus({ object }: ParsedImport, outcome: ImportOutcome): Promise<void> {
    const { shares, accounts } = this.#parts;
    const status = importStatus(object, outcome, shares.clock.nowMs());
    if (isSameStatus(status, object.status)) return;
    const call = { ctx: accounts.broker(), as: 'broker', trace: new CallTrace() } as const;
    await shares.imports.writeStatus(call, object, status);
  }
}

/** Returns why the values do not fit the target: it gets all that its type demands, or nothing. */
function unfitProblem({ imported, spec }: CopyImport, { data }: CopySource) {
  if (data.size === 0) return 'NotGranted';
  const { namespace } = imported.object;
  const { secretName: name, type } = spec.target;
  const content = { labels: {}, annotations: {}, immutable: false, data };
  const errors = secretTypeErrors({ namespace, name, type, ...content });
  return errors.length > 0 ? 'KeySetIncomplete' : undefined;
}
