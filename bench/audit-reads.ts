import { AlteredEntries } from '../src/audit/altered-entries.js';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AuditReader } from '../src/audit/audit-reader.js';
import { CallRunner } from '../src/calls/call-runner.service.js';
import { AuditService } from '../src/audit/audit.service.js';
import type { CallContext } from '../src/core/call-context.js';
import { SystemClock } from '../src/core/clock.js';
import { Principal } from '../src/core/principal.js';
import type { Place } from './audit-place.js';
import { cpuOfEach, heading, p50AndP99, perSecond, report } from './audit-report.js';
import { startTrail } from './audit-trail-beside.js';
import { publishAll } from './audit-tree.js';
import { bounded, type Figures } from './floors.js';
import { percentile } from './percentile.js';

const perSecondWanted = 2_000;
const warmMs = 1_000;
const users = 500;
const namespaces = 200;

/** What recording adds to reads that come at a steady rate, however long each has to wait. */
export async function benchReads(place: Place, runMs: number): Promise<Figures> {
  heading(`reads at ${perSecondWanted}/s, the part of recording`);
  await publishAll(place);
  const trail = await startTrail(place);
  try {
    const { database } = place;
    const onAlarm = (message: string): never => {
      throw new Error(message);
    };
    const reader = new AuditReader(trail.searches.reads(), new AlteredEntries(onAlarm));
    const clock = new SystemClock();
    const audit = new AuditService(trail.writer, reader, clock, { writers: database.writers });
    const calls = new CallRunner(audit, { refusal: undefined }, clock, { alarm: onAlarm });
    await offer(calls, warmMs);
    trail.takeCommits();
    const before = process.cpuUsage();
    const { added, late, refused, tookMs } = await offer(calls, runMs);
    const cpu = cpuOfEach(added.length, before);
    const commits = trail.takeCommits();
    const rate = perSecond(added.length, tookMs);
    report('recorded', `${rate}/s, ${refused} refused`);
    report('added to each', p50AndP99(added));
    // A sleep of Node's is a millisecond or two longer than asked for.
    report('the same, from when it was due', p50AndP99(late));
    const events = (added.length / commits.length).toFixed(1);
    report('commits', `${commits.length} of ${events} events; ${p50AndP99(commits)}`);
    report('CPU of a read', cpu);
    report('not signed at the end', `${await unsigned(place, trail.signed())} entries`);
    return bounded('audit', {
      // A little less than is offered, even if all keeps up: the last one is waited for.
      readsRecordedPerSecond: rate,
      readsRefused: refused,
      readAddedP99Ms: percentile(added, 99),
    });
  } finally {
    await trail.stop();
  }
}

interface Offered {
  /** From the call to its answer. */
  readonly added: number[];
  /** From when the call was to be made. */
  readonly late: number[];
  refused: number;
  tookMs: number;
}

async function offer(calls: CallRunner, forMs: number): Promise<Offered> {
  const offered: Offered = { added: [], late: [], refused: 0, tookMs: 0 };
  const startedAt = performance.now();
  const open = new Set<Promise<void>>();
  const count = Math.round((forMs * perSecondWanted) / 1_000);
  for (let sent = 0; sent < count;) {
    const due = Math.floor(((performance.now() - startedAt) * perSecondWanted) / 1_000);
    for (; sent <= due && sent < count; sent += 1) {
      const call = read(calls, offered, sent, startedAt + (sent * 1_000) / perSecondWanted);
      open.add(call);
      void call.finally(() => open.delete(call));
    }
    await delay(1);
  }
  await Promise.all(open);
  offered.tookMs = performance.now() - startedAt;
  return offered;
}

/** A read whose value is there at once: all of its time is the record's. */
async function read(calls: CallRunner, offered: Offered, at: number, dueAt: number): Promise<void> {
  const calledAt = performance.now();
  const facts = {
    action: 'secrets.reveal',
    namespace: `ns-${at % namespaces}`,
    secret: 'db',
    keys: ['password'],
  } as const;
  try {
    await calls.read(contextOf(at), facts, () => Promise.resolve());
  } catch {
    offered.refused += 1;
    return;
  }
  const answeredAt = performance.now();
  offered.added.push(answeredAt - calledAt);
  offered.late.push(answeredAt - dueAt);
}

const principals = Array.from({ length: users }, (_, at) =>
  Principal.forUser({
    username: `person-${at}`,
    groups: [`team-${at % 20}`],
    kind: 'oidc',
    credentialId: `oidc:person-${at}`,
  }),
);

function contextOf(at: number): CallContext {
  const principal = principals[at % users];
  if (principal === undefined) throw new Error('there is no such person');
  const auditId = randomUUID();
  return {
    ...{ principal, auditId, requestId: auditId, door: 'rest', userAgent: 'curl/8.5.0' },
    sourceIp: `10.0.${at % 64}.${at % 250}`,
    requestUri: '/v1/namespaces/ns/secrets/db/keys/password',
  };
}

async function unsigned({ database }: Place, signed: number): Promise<number> {
  const row = await database.query((db) =>
    db.selectFrom('audit_head').select('size').executeTakeFirstOrThrow(),
  );
  return row.size - signed;
}
