import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../../../../src/audit/sinks/outbox.js';
import { WebhookSink } from '../../../../src/audit/sinks/webhook-sink.js';
import { limits } from '../../../../src/core/limits.js';
import { FedLog, KEY, until } from './fed-log.js';
import { type Answer, type Receiver, type ReceivedPost, startReceiver } from './receiver.js';
import { rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';

let log: FedLog;
const receivers: Receiver[] = [];

beforeEach(async () => {
  log = await FedLog.open();
});

afterEach(async () => {
  await log.close();
  await Promise.all(receivers.splice(0).map((one) => one.close()));
});

async function receiver(answerTo: (post: ReceivedPost, number: number) => Answer) {
  const started = await startReceiver(answerTo);
  receivers.push(started);
  return started;
}

function sinkTo({ url }: Receiver, answerMsMax?: number): WebhookSink {
  return new WebhookSink('siem', { url: `${url}/in`, secretFile: log.secretFile }, answerMsMax);
}

function itemsOf(posts: readonly ReceivedPost[]): readonly string[] {
  return posts.flatMap(({ body }) => {
    const { kind, apiVersion, items } = JSON.parse(body.toString()) as Record<string, unknown[]>;
    expect({ kind, apiVersion }).toEqual({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1' });
    return (items ?? []).map((item) => JSON.stringify(item));
  });
}

describe('a webhook', () => {
  it('gets every event once, in order and verbatim, as an EventList', async () => {
    const there = await receiver(() => 204);
    const before = await log.append(700);
    const feeder = log.feeder(sinkTo(there));
    const after = await log.append(300);
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(itemsOf(there.posts)).toEqual([...before, ...after]);
    expect(log.alarms).toEqual([]);
  });

  it('can tell by the signature who sent a batch, when, and that it is whole', async () => {
    const there = await receiver(() => 200);
    await log.append(3);
    log.feeder(sinkTo(there));
    await until(() => there.posts.length > 0);
    const [post] = there.posts;
    const { 'webhook-id': id, 'webhook-timestamp': seconds } = post?.headers ?? {};
    const signed = createHmac('sha256', KEY).update(`${String(id)}.${String(seconds)}.`);
    expect(post?.headers['webhook-signature']).toBe(
      `v1,${signed.update(post?.body ?? '').digest('base64')}`,
    );
    expect(id).toBe('siem-0-2');
    expect(Math.abs(Number(seconds) - Date.now() / 1_000)).toBeLessThan(10);
  });

  it('gets a batch again, under the same id, until it takes it', async () => {
    const there = await receiver((_, number) => (number < 3 ? 503 : 200));
    const sent = await log.append(5);
    const feeder = log.feeder(sinkTo(there));
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(there.posts).toHaveLength(4);
    expect(new Set(there.posts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(itemsOf(there.posts.slice(-1))).toEqual(sent);
    expect(log.alarms).toEqual([
      'the audit sink siem takes no events: the answer has status 503',
      'the audit sink siem takes events again',
    ]);
  });

  it('that fails again and again loses a batch to the dead letters, and the next one goes on', async () => {
    const there = await receiver((post) => (post.headers['webhook-id'] === 'siem-0-1' ? 500 : 200));
    await log.append(2);
    const feeder = log.feeder(sinkTo(there));
    await until(async () => (await feeder.state()).deadLetters === 2);
    const later = await log.append(1);
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(there.posts).toHaveLength(limits.auditSinkAttemptsMax + 1);
    expect(itemsOf(there.posts.slice(-1))).toEqual(later);
    expect(await deadLetters()).toEqual([
      { sink: 'siem', leaf_index: 0, reason: 'the answer has status 500' },
      { sink: 'siem', leaf_index: 1, reason: 'the answer has status 500' },
    ]);
  });

  it('that refuses a batch for good is not asked twice', async () => {
    const there = await receiver((_, number) => (number === 0 ? 400 : 200));
    await log.append(2);
    const feeder = log.feeder(sinkTo(there));
    await until(async () => (await log.lagOf(feeder)) === 0);
    await log.append(1);
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(there.posts).toHaveLength(2);
    expect(await deadLetters()).toHaveLength(2);
    expect(log.alarms).toContain(
      'the audit sink siem would not take the events 0 to 1: the answer has status 400',
    );
  });

  it('that finds a batch too large gets it in parts, and only what is too large alone is left', async () => {
    const there = await receiver(({ body }) =>
      itemsOf([{ ...none, body }]).length > 2 ? 413 : 200,
    );
    const sent = await log.append(9);
    const feeder = log.feeder(sinkTo(there));
    await until(async () => (await log.lagOf(feeder)) === 0);
    const taken = there.posts.filter((post) => itemsOf([post]).length <= 2);
    expect(itemsOf(taken)).toEqual(sent);
    expect(await deadLetters()).toEqual([]);
  });

  it('that redirects is not followed', async () => {
    const elsewhere = await receiver(() => 200);
    const headers = { location: elsewhere.url };
    const there = await receiver(() => ({ status: 307, headers }));
    await log.append(1);
    const feeder = log.feeder(sinkTo(there));
    await until(async () => (await feeder.state()).deadLetters === 1);
    expect(elsewhere.posts).toEqual([]);
  });

  it('that never answers is waited for, and loses nothing once it does', async () => {
    let isSilent = true;
    const there = await receiver(() => (isSilent ? 'silence' : 200));
    const sent = await log.append(4);
    const feeder = log.feeder(sinkTo(there, 50));
    await until(() => there.posts.length > limits.auditSinkAttemptsMax + 2);
    expect(await feeder.state()).toMatchObject({
      lagEvents: 4,
      deadLetters: 0,
      failing: { reason: 'no answer within 50 ms' },
    });
    isSilent = false;
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(itemsOf(there.posts.slice(-1))).toEqual(sent);
  });

  it('that is slow ends with the gateway at once', async () => {
    const there = await receiver(() => ({ status: 200, afterMs: 60_000 }));
    await log.append(1);
    const feeder = log.feeder(sinkTo(there));
    await until(() => there.posts.length === 1);
    const startedMs = Date.now();
    await feeder.stop(100);
    expect(Date.now() - startedMs).toBeLessThan(1_000);
  });
});

describe('a feeder', () => {
  it('goes on where the one before it was stopped', async () => {
    const there = await receiver(() => 200);
    const sent = await log.append(300);
    const first = log.feeder(sinkTo(there));
    await first.stop();
    const more = await log.append(5);
    const second = log.feeder(sinkTo(there));
    await until(async () => (await log.lagOf(second)) === 0);
    expect(itemsOf(there.posts)).toEqual([...sent, ...more]);
  });

  it('delivers again what it had not noted when it was killed, and leaves nothing out', async () => {
    const there = await receiver(() => 200);
    const sent = await log.append(600);
    const outbox = new Outbox({
      database: log.database,
      owner: 'killed',
      rowKey: rowKeyOf(),
    });
    await outbox.lease('siem');
    await outbox.advance('siem', 256);
    const feeder = log.feeder(sinkTo(there));
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(itemsOf(there.posts)).toEqual(sent.slice(256));
  });
});

const none = { path: '', headers: {} } as const;

async function deadLetters() {
  return log.database.query((db) =>
    db.selectFrom('audit_dead_letters').select(['sink', 'leaf_index', 'reason']).execute(),
  );
}
