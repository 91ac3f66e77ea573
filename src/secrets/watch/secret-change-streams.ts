import type { AccessService } from '../../access/access.service.js';
import { watchRights } from '../../access/domain/secret-rights.js';
import type { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import type {
  MonitoredRight,
  AuthorizationMonitor,
} from '../../access/authorization-monitor.service.js';
import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallRunner } from '../../calls/call-runner.service.js';
import type { AuditService } from '../../audit/audit.service.js';
import type { AuditFacts, AuditResult } from '../../audit/domain/audit-event.js';
import type { CallContext } from '../../core/call-context.js';
import { childContext } from '../../core/child-context.js';
import { ClientClosed, isClosedByClient } from '../../core/errors/client-closed.js';
import { SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { type EndReason, streamEndings } from '../../core/stream-end.js';
import type { ChangeLog } from '../domain/cache/change-log.js';
import type { SecretCache } from '../domain/cache/secret-cache.js';
import type { SecretHistory } from '../domain/secret-history.js';
import { type ChangeCursor, decodeChangeCursor } from '../domain/watch/change-cursor.js';
import { ChangePosition } from '../domain/watch/change-position.js';
import { type ChangeSelection, parseChangeSelection } from '../domain/watch/change-selection.js';
import type { RepresentationRenderer } from '../read/representation-renderer.js';
import { type ChangeRequest, type ChangeStream, ChangeStreams } from './change-stream.js';
import { ChangeWakeups } from './change-wakeups.js';
import { StreamScheduler } from './stream-scheduler.js';
import { OpenChangeStream } from './open-change-stream.js';
import { SharedMetadata } from './shared-metadata.js';
import { StreamEventBuilder } from './stream-event-builder.js';

export interface SecretChangeStreamsDependencies {
  readonly calls: CallRunner;
  readonly audit: AuditService;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly cache: Pick<SecretCache, 'followed'>;
  readonly history: Pick<SecretHistory, 'isRecorded' | 'soon'>;
  /** Renderer of the cache. */
  readonly shown: Pick<RepresentationRenderer, 'all'>;
  readonly standing: Pick<AuthorizationMonitor, 'hold'>;
}

interface Asked {
  readonly namespace: string;
  readonly selection: ChangeSelection;
  readonly after: ChangeCursor | undefined;
}

/** Result of opening a stream after a decision. */
interface Opened {
  readonly held: MonitoredRight;
  readonly log: ChangeLog;
  readonly position: ChangePosition;
}

/**
 * Changes of Secrets as the cache receives them. Records the beginning of each stream and its end.
 * Parts that all streams share are created once for each change.
 */
export class SecretChangeStreams extends ChangeStreams {
  readonly #parts: SecretChangeStreamsDependencies;
  readonly #wakeups = new ChangeWakeups();
  readonly #turns = new StreamScheduler();
  readonly #told: StreamEventBuilder;

  constructor(parts: SecretChangeStreamsDependencies) {
    super();
    this.#parts = parts;
    this.#told = new StreamEventBuilder(parts.history, new SharedMetadata(parts.shown));
  }

  override async open(
    ctx: CallContext,
    request: ChangeRequest,
    signal: AbortSignal,
  ): Promise<ChangeStream> {
    const { calls, access } = this.#parts;
    const asked = await this.#parsed(ctx, request);
    const facts = factsOf(asked.namespace, asked.selection.name);
    let held: MonitoredRight | undefined;
    try {
      const opened = await calls.read(ctx, facts, async (trace) => {
        const right = await this.#authorise(ctx, trace, asked);
        held = this.#parts.standing.hold(ctx, right);
        return { right, held, ...(await this.#position(asked, signal)) };
      });
      return new OpenChangeStream({
        ...opened,
        ctx,
        access,
        signal,
        namespace: asked.namespace,
        turns: this.#turns,
        told: this.#told,
        waiter: this.#wakeups.join(opened.log),
        onEnd: (reason) => this.#recordEnd(ctx, facts, reason),
      });
    } catch (error) {
      held?.release();
      throw error;
    }
  }

  /** Parses a request; records a refusal of its selector or cursor, after the scope check. */
  async #parsed(ctx: CallContext, request: ChangeRequest): Promise<Asked> {
    const { namespace, name, after } = request;
    try {
      const selection = parseChangeSelection(request, ctx.principal.scope);
      const cursor = after === undefined ? undefined : decodeChangeCursor(namespace, after);
      return { namespace, selection, after: cursor };
    } catch (error) {
      return this.#parts.calls.read(ctx, factsOf(namespace, name), async () => {
        throw error;
      });
    }
  }

  async #authorise(ctx: CallContext, trace: CallTrace, { namespace, selection }: Asked) {
    const { access, served } = this.#parts;
    served.requireReachable(namespace);
    const rights = watchRights(namespace, selection.name);
    const { right, reason } = await access.tracedBy(trace.upstreamIds).require(ctx, ...rights);
    served.requireServed(namespace);
    trace.plane = 'broker';
    trace.decisionReason = reason;
    return right;
  }

  /** Waits: a gateway that has just started, or lost its watch, watches the namespace soon. */
  async #position(
    { namespace, selection, after }: Asked,
    signal: AbortSignal,
  ): Promise<Pick<Opened, 'log' | 'position'>> {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(limits.streamFollowedMsMax)]);
    const log = await this.#parts.cache.followed(namespace, soon);
    if (log === undefined) {
      if (isClosedByClient(signal)) throw new ClientClosed({ isAllowed: true });
      throw unavailable(`changes of namespace ${namespace} cannot be followed just now`);
    }
    if (after === undefined) return { log, position: ChangePosition.begin(log, selection) };
    const position = ChangePosition.resume(log, selection, after);
    if (position !== undefined) return { log, position };
    throw new SallyportError('Expired', 'the cursor is too old: start the stream again');
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

function factsOf(namespace: string, secret: string | undefined): AuditFacts {
  return { action: 'secrets.watch', namespace, ...(secret === undefined ? {} : { secret }) };
}
