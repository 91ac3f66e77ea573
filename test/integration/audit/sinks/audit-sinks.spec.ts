import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditSinks } from '../../../../src/audit/sinks/audit-sinks.js';
import type { SinkSettings } from '../../../../src/platform/config/audit-settings.js';
import { limits } from '../../../../src/core/limits.js';
import { scaled } from '../../../support/scale.js';
import { entry } from '../audit-fixture.js';
import { FedLog, until } from './fed-log.js';
import { type Receiver, startReceiver } from './receiver.js';
import { rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';

const EVENTS = scaled(10_000);
let log: FedLog;
let sinks: AuditSinks | undefined;
let receiver: Receiver | undefined;

beforeEach(async () => {
  log = await FedLog.open();
});

afterEach(async () => {
  await sinks?.stop();
  await log.close();
  await receiver?.close();
});

function start(...settings: readonly SinkSettings[]): AuditSinks {
  const { location } = log.database;
  const onAlarm = (message: string) => void log.alarms.push(message);
  sinks = new AuditSinks({
    sinks: settings,
    location,
    version: '1.2.3',
    rowKey: rowKeyOf(),
    onAlarm,
  });
  sinks.start();
  return sinks;
}

const lagOf = (name: string) => sinks?.states.find((one) => one.name === name)?.lagEvents;

/** How long the n-th slowest hundredth of so many appends took, in milliseconds. */
async function slowest(count: number): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const startedMs = performance.now();
    await log.writer.append(entry());
    times.push(performance.now() - startedMs);
  }
  return times.toSorted((one, other) => one - other)[Math.floor(count * 0.95)] ?? 0;
}

describe('the sinks', () => {
  it('are fed in a thread of their own, and what is left is fed at the end', async () => {
    receiver = await startReceiver(() => 200);
    const file = { path: join(log.path, 'out.log'), maxBytes: 1_000_000, keep: 1 };
    const webhook = { url: receiver.url, secretFile: log.secretFile };
    const started = start({ name: 'file', file }, { name: 'hook', webhook });
    await log.append(20);
    await until(() => lagOf('file') === 0 && lagOf('hook') === 0);
    const before = receiver.posts.length;
    await log.append(1);
    await started.stop();
    expect(receiver.posts).toHaveLength(before + 1);
  });

  it('that take everything and never answer change the time of no request', async () => {
    receiver = await startReceiver(() => 'silence');
    const alone = await slowest(EVENTS);
    start(
      { name: 'hook', webhook: { url: receiver.url, secretFile: log.secretFile } },
      { name: 'otlp', otlp: { url: receiver.url } },
    );
    await until(() => (receiver?.posts.length ?? 0) >= 2);
    const beside = await slowest(EVENTS);
    expect(beside).toBeLessThan(alone * 3 + 20);
    await until(() => lagOf('hook') === 2 * EVENTS);
    expect(
      await log.database.query((db) => db.selectFrom('audit_head').select('size').execute()),
    ).toEqual([{ size: 2 * EVENTS }]);
  });

  it('that fail or lag are warnings, in words without address or reason', async () => {
    const started = start({ name: 'otlp', otlp: { url: 'http://127.0.0.1:9/v1/logs' } });
    await log.append(1);
    await until(() => started.states[0]?.failing !== undefined);
    expect(started.warnings()).toEqual({});
    const later = Date.now() + limits.auditSinkFailingMsWarned + 1;
    expect(started.warnings(later)).toEqual({
      'audit-sink-otlp': expect.stringMatching(/^takes nothing since 20\S+Z$/) as string,
    });
    expect(log.alarms).toEqual(['the audit sink otlp takes no events: no answer (ECONNREFUSED)']);
  });
});
