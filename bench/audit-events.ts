import type { AuditAction } from '../src/audit/domain/audit-event.js';
import { buildEvent, type EventParts } from '../src/audit/domain/build-event.js';
import { entryRows, type EntryRows } from '../src/audit/domain/entry-rows.js';
import { annotation } from '../src/audit/domain/kubernetes-event.js';
import type { LogEntry } from '../src/audit/domain/log-entry.js';
import type { CallContext } from '../src/core/call-context.js';
import { Principal } from '../src/core/principal.js';
import { rowMac } from './row-key.js';

/** When the last event of a generated log happened. */
export const endMs = Date.parse('2026-06-01T00:00:00Z');
/** Over how long they spread. */
export const spanMs = 90 * 86_400_000;

const namespaces = 200;
const secretNames = ['db', 'tls', 'api-key', 'session', 'smtp', 'registry', 'oauth', 'signing'];
const keyNames = ['password', 'user', 'token', 'tls.crt', 'tls.key', 'dsn', 'salt', 'pin'];
const reads = ['secrets.reveal', 'secrets.reveal', 'secrets.get', 'secrets.list'] as const;
const writes = ['secrets.update', 'secrets.patch', 'secrets.create', 'secrets.delete'] as const;
const outOfTime = 86_400_000;

/**
 * The rows of a log of so many entries, one by one, the same each time: few users and namespaces
 * do most, some names are very rare, a tenth of the calls are writes of two entries.
 */
export function* generatedRows(entries: number): Generator<EntryRows> {
  const random = randomFrom(1);
  for (let index = 0; index < entries;) {
    const timeMs = Math.round(endMs - spanMs + (spanMs * index) / entries);
    const isWrite = random() < 0.1 && index + 1 < entries;
    const call = someCall(random, index, entries);
    if (!isWrite) {
      yield rowsOf(call, 'single', index, timeMs);
      index += 1;
      continue;
    }
    // The cluster reports a call once.
    const own = { source: 'gateway', action: pick(writes, random()), result: allowed } as const;
    const write = { ...call, ...own };
    yield rowsOf(write, 'intent', index, timeMs);
    yield rowsOf(write, 'outcome', index + 1, timeMs, index);
    index += 2;
  }
}

interface Call {
  readonly action: AuditAction;
  readonly user: string;
  readonly namespace: string;
  readonly secret: string;
  readonly keys: readonly string[];
  readonly result: EventParts['result'] & object;
  readonly sourceIp: string;
  readonly source: 'gateway' | 'cluster';
  readonly isDryRun: boolean;
  /** How long before it was written down it happened. */
  readonly delayMs: number;
}

const allowed = { outcome: 'allowed', code: 200, plane: 'caller', upstreamIds: [] } as const;

function someCall(random: () => number, index: number, entries: number): Call {
  const user = skewed(random(), 5_000);
  const place = skewed(random(), namespaces);
  const fate = random();
  const sixteenth = Math.floor(entries / 16);
  // Six calls of somebody in one week long ago, about a Secret that nobody else ever wanted.
  const isRare = index >= sixteenth && index < sixteenth + 60 && index % 10 === 0;
  const common = {
    action: pick(reads, random()),
    user:
      user < 50 ? `person-${user}` : `system:serviceaccount:ns-${user % namespaces}:app-${user}`,
    namespace: `ns-${place}`,
    secret: pick(secretNames, random()),
    keys: random() < 0.5 ? [pick(keyNames, random())] : [],
    result: resultOf(fate),
    sourceIp: `10.${user % 16}.${place % 64}.${user % 250}`,
    source: random() < 0.001 ? 'cluster' : 'gateway',
    isDryRun: random() < 0.000_5,
    delayMs: random() < 0.000_2 ? outOfTime : 0,
  } as const;
  return isRare ? { ...common, user: 'mallory', secret: 'crown', keys: ['jewel'] } : common;
}

function resultOf(fate: number): Call['result'] {
  if (fate < 0.01) return { outcome: 'denied', code: 403, plane: 'caller', upstreamIds: [] };
  if (fate < 0.012) return { outcome: 'failed', code: 503, plane: 'broker', upstreamIds: [] };
  return fate < 0.3 ? { ...allowed, plane: 'broker' } : allowed;
}

function rowsOf(
  call: Call,
  stage: 'single' | 'intent' | 'outcome',
  index: number,
  timeMs: number,
  callIndex = index,
): EntryRows {
  const { action, namespace, secret, keys, isDryRun } = call;
  const facts = {
    action,
    namespace,
    ...(action === 'secrets.list' ? {} : { secret }),
    keys: action === 'secrets.reveal' || stage !== 'single' ? keys : [],
    ...(isDryRun && { dryRun: true }),
  };
  const { source } = call;
  const built = buildEvent({
    caller: contextOf(call, callIndex),
    facts,
    stage,
    ...(stage !== 'intent' && { result: call.result }),
    receivedAtMs: timeMs - (stage === 'single' ? call.delayMs : 0),
    nowMs: timeMs + 2,
  });
  const said = source === 'cluster' ? { [annotation.source]: source } : {};
  const event = { ...built, annotations: { ...built.annotations, ...said } };
  const entry: LogEntry = {
    json: JSON.stringify(event),
    stage,
    source,
    ...(callIndex !== index && { call: callIndex }),
  };
  return entryRows(entry, index, { mac, nowMs: timeMs });
}

const mac = rowMac;
const principals = new Map<string, Principal>();

function contextOf({ user, sourceIp }: Call, index: number): CallContext {
  const known = principals.get(user) ?? principalOf(user);
  principals.set(user, known);
  const auditId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  return {
    principal: known,
    door: 'rest',
    requestId: auditId,
    auditId,
    sourceIp,
    userAgent: 'curl/8.5.0',
    requestUri: '/v1/namespaces/ns/secrets/name',
  };
}

function principalOf(user: string): Principal {
  const [, , namespace, name] = user.split(':');
  if (namespace !== undefined && name !== undefined) {
    const credentialId = `serviceaccount:${namespace}/${name}`;
    return Principal.forServiceAccount({ namespace, name, uid: 'u', credentialId });
  }
  const groups = [`team-${user.length}`];
  return Principal.forUser({ username: user, groups, kind: 'oidc', credentialId: `oidc:${user}` });
}

/** A number below `count`, small ones far more often. */
function skewed(random: number, count: number): number {
  return Math.min(count - 1, Math.floor(count * random ** 3));
}

function pick<T>(from: readonly [T, ...T[]] | readonly T[], random: number): T {
  const found = from[Math.floor(random * from.length)] ?? from[0];
  if (found === undefined) throw new Error('there is nothing to pick from');
  return found;
}

/** Xorshift: numbers from 0 to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
