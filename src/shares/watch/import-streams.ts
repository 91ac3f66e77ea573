import type {
  AuthorizationMonitor,
  MonitoredRight,
} from '../../access/authorization-monitor.service.js';
import { authoriseServed } from '../../access/domain/authorise-served.js';
import { importRight } from '../../access/domain/secret-rights.js';
import type { AuditFacts, AuditResult } from '../../audit/domain/audit-event.js';
import type { CallContext } from '../../core/call-context.js';
import { childContext } from '../../core/child-context.js';
import { ClientClosed, isClosedByClient } from '../../core/errors/client-closed.js';
import { SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { shareLimits } from '../../core/share-limits.js';
import { type EndReason, streamEndings } from '../../core/stream-end.js';
import { Turns } from '../../core/turns.js';
import type { ImportEvent } from '../domain/import-events.js';
import { ImportStates } from '../import-states.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import { ImportWakeups } from './import-wakeups.js';
import { OpenImportStream } from './open-import-stream.js';

/** Streams of the imports of a namespace; audited at their beginning and end. */
export class ImportStreams {
  readonly #parts: ShareDependencies;
  readonly #standing: Pick<AuthorizationMonitor, 'hold'>;
  readonly #states: ImportStates;
  readonly #wakeups: ImportWakeups;
  readonly #looks: Turns;

  constructor(parts: ShareDependencies, standing: Pick<AuthorizationMonitor, 'hold'>) {
    const { importLooksAtOnceMax, importStreamsMax } = shareLimits;
    this.#parts = parts;
    this.#standing = standing;
    this.#states = new ImportStates(parts);
    this.#wakeups = new ImportWakeups(parts);
    this.#looks = new Turns(importLooksAtOnceMax, importStreamsMax, 'streams of imports');
  }

  /**
   * Opens a stream; resolves once its beginning is recorded. Throws Forbidden, Invalid (namespace
   * not served), Unavailable (not watched now), TooLarge. `signal` ends it: client disconnected,
   * credential ended, gateway stopping.
   */
  async open(
    ctx: CallContext,
    namespace: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<readonly ImportEvent[]>> {
    const facts = { action: 'imports.watch', namespace } as const;
    const right = importRight('watch', { namespace, name: '' });
    let held: MonitoredRight | undefined;
    try {
      held = await this.#parts.calls.read(ctx, facts, async (trace) => {
        await authoriseServed(this.#parts, { ctx, trace }, right);
        trace.plane = 'broker';
        this.#requireStreamed(ctx, namespace);
        await this.#requireFollowed(namespace, signal);
        held = this.#standing.hold(ctx, right);
        return held;
      });
    } catch (error) {
      held?.release();
      throw error;
    }
    return new OpenImportStream({
      ...{ ctx, namespace, right, held, signal },
      parts: this.#parts,
      states: this.#states,
      looks: this.#looks,
      waiter: this.#wakeups.join(namespace),
      onEnd: (reason) => this.#recordEnd(ctx, facts, reason),
    });
  }

  #requireStreamed(ctx: CallContext, namespace: string): void {
    const { importFeed, knownImports } = this.#parts;
    this.#parts.requireKnown(importFeed, namespace);
    const { size } = knownImports.of(namespace);
    const { streamedImportsMax } = shareLimits;
    if (size > streamedImportsMax) {
      throw new SallyportError('TooLarge', `a stream has at most ${streamedImportsMax} imports`);
    }
    // Each may ask the cluster about its author.
    ctx.charge?.(Math.max(0, size - 1));
  }

  /** Waits as streams of Secrets do; without a watch of Secrets, no state would ever be known. */
  async #requireFollowed(namespace: string, signal: AbortSignal): Promise<void> {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(limits.streamFollowedMsMax)]);
    if ((await this.#parts.cache.followed(namespace, soon)) !== undefined) return;
    if (isClosedByClient(signal)) throw new ClientClosed({ isAllowed: true });
    throw unavailable(`changes of namespace ${namespace} cannot be followed just now`);
  }

  /** Records the end; the trail itself reports if it cannot be written. */
  #recordEnd(ctx: CallContext, facts: AuditFacts, reason: EndReason): Promise<void> {
    const result: AuditResult = {
      outcome: 'allowed',
      code: 200,
      plane: 'broker',
      upstreamIds: [],
      decisionReason: `the stream has ended: ${streamEndings[reason]}`,
    };
    return this.#parts.audit.record(childContext(ctx), facts, result).catch(() => undefined);
  }
}
