import { setImmediate as turn } from 'node:timers/promises';
import type { Grant, ResourceRequest } from '../../../../src/access/access.service.js';
import { ServedNamespaces } from '../../../../src/access/domain/served-namespaces.js';
import { AuditNotWritten } from '../../../../src/audit/audit-not-written.js';
import type { KubernetesAuditEvent } from '../../../../src/audit/domain/kubernetes-event.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { Principal } from '../../../../src/core/principal.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import type { CachedSecret } from '../../../../src/secrets/domain/cache/cached-secret.js';
import type { ChangeLog } from '../../../../src/secrets/domain/cache/change-log.js';
import {
  type VersionInfo,
  type WrittenState,
} from '../../../../src/secrets/domain/secret-history.js';
import type {
  ChangeRequest,
  ChangeStream,
  StreamEvent,
} from '../../../../src/secrets/watch/change-stream.js';
import { SecretChangeStreams } from '../../../../src/secrets/watch/secret-change-streams.js';
import { AskedRights, standingRights } from '../../access/rights.builder.js';
import { callContext } from '../../audit/audit-builders.js';
import { callsOver } from '../../calls/calls.builder.js';
import { auditOver } from '../../audit/trail.builder.js';
import { MemoryLog } from '../domain/watch/change-log.builder.js';

/** Rights on the resources of a list, asked for one after the other. */
class RightsOn extends AskedRights {
  resources: readonly string[] = ['secrets', 'secretmetadata'];
  isAway = false;

  override decide(ctx: CallContext, right: ResourceRequest) {
    if (this.isAway) return Promise.reject(new Error('away'));
    if (this.resources.includes(right.resource)) return super.decide(ctx, right);
    this.asked.push(right);
    return Promise.resolve({ allowed: false, reason: '' });
  }

  override async require(ctx: CallContext, ...rights: ResourceRequest[]): Promise<Grant> {
    for (const right of rights) {
      const { allowed, reason } = await this.decide(ctx, right);
      if (allowed) return { allowed, reason, right };
    }
    throw new SallyportError('Forbidden', 'no');
  }
}

/** Numbers states as it is told to, or when the test says so. */
class NumberedHistory {
  readonly asked: string[] = [];
  #open: Promise<void> = Promise.resolve();

  /** From here on numbers wait until what is returned is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open = promise;
    return resolve;
  }

  isRecorded(): boolean {
    return true;
  }

  async soon({ name, resourceVersion }: WrittenState): Promise<VersionInfo> {
    this.asked.push(name);
    await this.#open;
    const version = Number(resourceVersion);
    const keyVersions = [{ name: 'password', version }];
    return { version, updatedBy: null, isFinal: true, keyVersions };
  }
}

interface Wishes {
  readonly scope?: TokenScope;
  readonly refuses?: () => boolean;
}

/** Streams over a log that the test writes. */
export function streamsWorld({ scope, refuses = () => false }: Wishes = {}) {
  const log = new MemoryLog();
  const trail: KubernetesAuditEvent[] = [];
  const audit = auditOver(async (event) => {
    await turn();
    if (refuses()) throw new AuditNotWritten('full');
    return trail.push(event);
  });
  const access = new RightsOn(true);
  const { standing, revoke } = standingRights(access);
  const history = new NumberedHistory();
  const followed = new Map<string, ChangeLog>([['pay', log]]);
  const made: string[] = [];
  /** Ends of the waits until a namespace is followed. */
  const waits: AbortSignal[] = [];
  const shown = {
    all: <T>(states: readonly CachedSecret[]): Promise<readonly T[]> => {
      made.push(...states.map(({ name }) => name));
      return Promise.resolve(states.map(({ name }) => log.stateOf(name) as T));
    },
  };
  const served = new ServedNamespaces({
    ...{ patterns: ['pay', 'empty'], scope: 'cluster', gatewayNamespace: 'sallyport' },
  });
  const cache = {
    followed: (namespace: string, signal: AbortSignal) => {
      waits.push(signal);
      return Promise.resolve(followed.get(namespace));
    },
  };
  const parts = { calls: callsOver(audit), audit, access, served, cache, history, shown, standing };
  const streams = new SecretChangeStreams(parts);
  const ctx = callContext(scope && { principal: narrowed(scope) });
  const open = (request: Partial<ChangeRequest> = {}, signal = new AbortController().signal) =>
    streams.open(ctx, { namespace: 'pay', ...request }, signal);
  return { access, followed, history, log, made, open, revoke, standing, trail, waits };
}

export type StreamsWorld = ReturnType<typeof streamsWorld>;

function narrowed(scope: TokenScope): Principal {
  const token = { id: 't1', owner: 'alice', scope };
  return Principal.forUser({ username: 'alice', kind: 'token', credentialId: 't1', token });
}

/** Reads a stream in the background, as a client that always wants more. */
export class Reader {
  readonly told: StreamEvent[] = [];
  readonly ended: Promise<void>;
  readonly #stream: ChangeStream;

  constructor(stream: ChangeStream) {
    this.#stream = stream;
    this.ended = this.#read();
  }

  get end() {
    return this.#stream.end();
  }

  get cursor(): string | undefined {
    return this.told.at(-1)?.cursor;
  }

  /** `type name` of each event. */
  get lines(): readonly string[] {
    return this.told.map((change) =>
      change.type === 'bookmark' ? change.type : `${change.type} ${change.secret.name}`,
    );
  }

  async #read(): Promise<void> {
    for await (const group of this.#stream.changes) this.told.push(...group);
  }
}

export function iteratorOf({ changes }: ChangeStream): AsyncIterator<readonly StreamEvent[]> {
  return changes[Symbol.asyncIterator]();
}

/** Outcome, place and the reason of each event of the trail. */
export function recorded({ trail }: StreamsWorld): readonly string[] {
  return trail.map(({ objectRef, annotations }) => {
    const { namespace = '', name } = objectRef ?? {};
    const place = name === undefined ? namespace : `${namespace}/${name}`;
    const outcome = annotations['sallyport.dev/outcome'];
    return `${outcome} ${place}: ${annotations['authorization.k8s.io/reason'] ?? ''}`;
  });
}
