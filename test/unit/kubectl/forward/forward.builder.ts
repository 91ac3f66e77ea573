import { setImmediate as turn } from 'node:timers/promises';
import { ServedNamespaces } from '../../../../src/access/domain/served-namespaces.js';
import { AuditNotWritten } from '../../../../src/audit/audit-not-written.js';
import type { KubernetesAuditEvent } from '../../../../src/audit/domain/kubernetes-event.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import { RefusedByCluster } from '../../../../src/core/errors/refused-by-cluster.js';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import type { RawAnswer, RawRequest, RawStream } from '../../../../src/core/forwarding.js';
import { limits } from '../../../../src/core/limits.js';
import { Principal } from '../../../../src/core/principal.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import type { ForwardedRequest } from '../../../../src/kubectl/domain/forward/forwarded.js';
import type { SecretRef, StoredSecret } from '../../../../src/secrets/domain/secret.js';
import {
  SecretHistory,
  type OwnWrite,
  type WrittenState,
} from '../../../../src/secrets/domain/secret-history.js';
import { ToldCache } from './told-cache.js';
import type { SecretStore } from '../../../../src/secrets/domain/secret.store.js';
import { RevealLimiter } from '../../../../src/kubectl/forward/reveal-limiter.js';
import { SecretForwards } from '../../../../src/kubectl/forward/secret-forwards.js';
import { AskedRights, standingRights } from '../../access/rights.builder.js';
import { callContext } from '../../audit/audit-builders.js';
import { callsOver } from '../../calls/calls.builder.js';
import { NoChecks } from '../../secrets/no-checks.js';
import { auditOver } from '../../audit/trail.builder.js';
import { AnsweringUpstream, jsonAnswer, rawRequest } from '../facade.builder.js';
import { storedSecret } from '../../secrets/domain/secret.builder.js';

/** Of every Secret of these tests; never in a trail. */
export const value = 'czNjcjN0LW1hcmtlcg==';

type Asked = AnsweringUpstream['asked'][number];

interface Wishes {
  readonly answering: ConstructorParameters<typeof AnsweringUpstream>[0];
  readonly scope?: TokenScope;
  /** Whether the API server's authorizer would let the caller. */
  readonly isAllowed?: boolean;
  /** What the cache has; without it nothing is cached. */
  readonly cache?: ToldCache;
  /** `pay` alone, or all of the cluster. */
  readonly reach?: 'served' | 'cluster';
  /** Of which events there is no record to be had. */
  readonly refuses?: (note: string) => boolean;
  readonly ctx?: Partial<CallContext>;
  /** The Secret that the broker reads; without it every Secret is mutable. */
  readonly stored?: StoredSecret;
}

/** The version of every write. */
export const versionMade = 7;

/** What was announced to the history, and where it led. */
class ToldHistory extends SecretHistory {
  readonly begun: SecretRef[] = [];
  readonly states: WrittenState[] = [];
  ended = 0;

  override describe() {
    return Promise.resolve([]);
  }

  override isRecorded() {
    return false;
  }

  override onAttributed() {
    // Nobody of these tests asks.
  }

  override soon() {
    return Promise.resolve(undefined);
  }

  override keepReplaced() {
    return Promise.resolve(undefined);
  }

  override attribute() {
    return Promise.resolve();
  }

  override begin(_ctx: CallContext, ref: SecretRef): OwnWrite {
    this.begun.push(ref);
    const info = { version: versionMade, updatedBy: null, keyVersions: [], isFinal: true };
    return {
      wrote: async (state) => {
        this.states.push(state);
        return info;
      },
      deleted: () => Promise.reject(new Error('not used here')),
      end: () => void (this.ended += 1),
    };
  }
}

/** `action place [keys]: outcome`, the action without its kind; an intent has no outcome. */
function noteOf({ objectRef, annotations }: KubernetesAuditEvent): string {
  const { namespace = '*', name } = objectRef ?? {};
  const place = name === undefined ? namespace : `${namespace}/${name}`;
  const keys = annotations['sallyport.dev/keys'];
  const outcome = annotations['sallyport.dev/outcome'] ?? 'intent';
  const action = annotations['sallyport.dev/action']?.replace('secrets.', '');
  return `${action} ${place}${keys === undefined ? '' : ` [${keys}]`}: ${outcome}`;
}

/** Answer to each dry run of a check. */
const rehearsed: RawAnswer = {
  status: 200,
  headers: {},
  body: Buffer.from('{"kind":"Secret","metadata":{"namespace":"pay","name":"db"}}'),
};

/** The façade's door to Secrets, before an API server and over a trail that the test makes. */
export function forwardWorld(wishes: Wishes) {
  const { answering, scope, isAllowed = true, reach = 'cluster', refuses = () => false } = wishes;
  const { cache = new ToldCache() } = wishes;
  /** Everything in its order: what went upstream, what got on record, what left. */
  const timeline: string[] = [];
  const trail: KubernetesAuditEvent[] = [];
  const audit = auditOver(async (event) => {
    await turn();
    if (refuses(noteOf(event))) throw new AuditNotWritten('full');
    timeline.push(noteOf(event));
    return trail.push(event);
  });
  const access = new AskedRights(isAllowed);
  const { standing, revoke } = standingRights(access);
  const history = new ToldHistory();
  const upstream = new AnsweringUpstream((asked) => {
    timeline.push(`upstream ${asked.request.method}`);
    return answering(asked);
  });
  const patterns = ['pay'];
  const served = new ServedNamespaces({ patterns, scope: reach, gatewayNamespace: 'sallyport' });
  const turns = new RevealLimiter(limits.kubectlRevealsWaitingMax);
  const store: Pick<SecretStore, 'get'> = {
    get: async ({ as }) => {
      timeline.push(`store read as ${as}`);
      return wishes.stored ?? storedSecret();
    },
  };
  const calls = callsOver(audit);
  const parts = {
    calls,
    audit,
    access,
    served,
    history,
    checks: new NoChecks(),
    cache,
    store,
    upstream,
    rehearse: async () => rehearsed,
    standing,
    turns,
  };
  const forwards = new SecretForwards(parts);
  const ctx = callContext({
    door: 'kubectl',
    ...(scope && { principal: narrowed(scope) }),
    ...wishes.ctx,
  });
  const ask = (request: Partial<ForwardedRequest>, raw: Partial<RawRequest> = {}) => {
    const whole = { verb: 'get', namespace: 'pay', name: '', raw: rawRequest([], raw) } as const;
    return forwards.forward(ctx, { ...whole, ...request });
  };
  return { ctx, ask, access, cache, history, revoke, standing, timeline, trail, upstream };
}

export type ForwardWorld = ReturnType<typeof forwardWorld>;

function narrowed(scope: TokenScope): Principal {
  const token = { id: 't1', owner: 'alice', scope };
  return Principal.forUser({ username: 'alice', kind: 'token', credentialId: 't1', token });
}

/** Reads a stream to its end, and notes of which Secrets each chunk is as it leaves. */
export async function receive(world: ForwardWorld, answer: unknown): Promise<string> {
  let text = '';
  for await (const chunk of (answer as RawStream).chunks) {
    text += chunk.toString();
    world.timeline.push(`sent ${namesIn(chunk.toString())}`);
  }
  return text;
}

export function namesIn(text: string): string {
  return [...text.matchAll(/"name":"([^"]*)"/g)].map(([, name]) => name).join(',');
}

export function bodyOf(answer: unknown): unknown {
  return JSON.parse((answer as RawAnswer).body.toString());
}

export function secretOf(name: string, keys: readonly string[] = ['password'], namespace = 'pay') {
  const data = Object.fromEntries(keys.map((key) => [key, value]));
  const metadata = { name, namespace, uid: `u-${name}`, resourceVersion: '41' };
  return { kind: 'Secret', apiVersion: 'v1', metadata, data, type: 'Opaque' };
}

export function statusAnswer(status: number, reason: string): RawAnswer {
  const message = `secrets "db": ${reason}`;
  return { ...jsonAnswer({ kind: 'Status', apiVersion: 'v1', message, reason }), status };
}

/** As the API server refuses in its own words. */
export function refusedByCluster(code: 'Forbidden' | 'NotFound' | 'Conflict'): RefusedByCluster {
  const error = new SallyportError(code, `the cluster says ${code}`);
  return new RefusedByCluster(error, statusAnswer(error.status, code));
}

/** As where the gateway lacks a right. */
export const installationFault = unavailable('the gateway is not set up to do this', {
  isInstallationFault: true,
});

export function throwing(error: Error): (asked: Asked) => never {
  return () => {
    throw error;
  };
}

/** All that came of it is in the trail, and no value of a Secret. */
export function textOfTrail({ trail }: ForwardWorld): string {
  return JSON.stringify(trail);
}
