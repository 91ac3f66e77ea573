import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OtlpSink } from '../../../../src/audit/sinks/otlp-sink.js';
import { FedLog, until } from './fed-log.js';
import { type Answer, type Receiver, startReceiver } from './receiver.js';

interface LogRecord {
  readonly timeUnixNano: string;
  readonly severityText: string;
  readonly body: { readonly stringValue: string };
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

let log: FedLog;
let collector: Receiver;

beforeEach(async () => {
  log = await FedLog.open();
});

afterEach(async () => {
  await log.close();
  await collector.close();
});

async function feedInto(answerTo: (number: number) => Answer) {
  collector = await startReceiver((_, number) => answerTo(number));
  return log.feeder(new OtlpSink('otlp', { url: collector.url }, '1.2.3'));
}

function records(): readonly LogRecord[] {
  return collector.posts.flatMap(({ path, headers, body }) => {
    expect([path, headers['content-type']]).toEqual(['/v1/logs', 'application/json']);
    const request = JSON.parse(body.toString()) as {
      resourceLogs: { scopeLogs: { logRecords: LogRecord[] }[] }[];
    };
    return request.resourceLogs.flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords),
    );
  });
}

describe('a collector that wants to know who sends', () => {
  it('gets the header fields of a file, as it is at the time, and they are told to nobody', async () => {
    const headersFile = join(log.path, 'headers');
    writeFileSync(headersFile, 'Authorization: Bearer hunter2\nX-Tenant: pay\n');
    collector = await startReceiver((_, number) => (number === 0 ? 401 : 200));
    const feeder = log.feeder(new OtlpSink('otlp', { url: collector.url, headersFile }, '1.2.3'));
    await log.append(1);
    await until(async () => (await feeder.state()).deadLetters === 1);
    writeFileSync(headersFile, 'Authorization: Bearer hunter3\n');
    await log.append(1);
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(
      collector.posts.map(({ headers }) => [headers.authorization, headers['x-tenant']]),
    ).toEqual([
      ['Bearer hunter2', 'pay'],
      ['Bearer hunter3', undefined],
    ]);
    expect(records()).toHaveLength(2);
    writeFileSync(headersFile, 'hunter4');
    await log.append(1);
    await until(() => log.alarms.some((alarm) => alarm.includes('the request cannot be made')));
    expect(collector.posts).toHaveLength(2);
    expect(log.alarms.join()).not.toContain('hunter');
  });
});

describe('a collector', () => {
  it('gets each event verbatim as a log record, with what it is found by', async () => {
    const sent = await log.append(3);
    const feeder = await feedInto(() => ({ status: 200, text: '{}' }));
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(records().map(({ body }) => body.stringValue)).toEqual(sent);
    expect(records()[2]).toMatchObject({
      timeUnixNano: `${Date.parse('2026-01-02T03:04:05.678Z')}000000`,
      severityText: 'INFO',
      attributes: expect.arrayContaining([
        { key: 'sallyport.audit.leaf_index', value: { intValue: '2' } },
        { key: 'sallyport.audit.action', value: { stringValue: 'secrets.reveal' } },
      ]) as unknown,
    });
  });

  it('that is overloaded is asked again, as soon as it said', async () => {
    const headers = { 'retry-after': '0' };
    const feeder = await feedInto((number) => (number < 2 ? { status: 503, headers } : 200));
    await log.append(1);
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(collector.posts).toHaveLength(3);
    expect((await feeder.state()).deadLetters).toBe(0);
  });

  it('that rejects a part of a batch is told from one that takes it', async () => {
    const text = JSON.stringify({
      partialSuccess: { rejectedLogRecords: '2', errorMessage: 'hunter2' },
    });
    const feeder = await feedInto(() => ({ status: 200, text }));
    await log.append(3);
    await until(async () => (await feeder.state()).deadLetters === 3);
    expect(log.alarms.join()).toContain('the collector rejected 2 of the records');
    expect(log.alarms.join()).not.toContain('hunter2');
  });
});
