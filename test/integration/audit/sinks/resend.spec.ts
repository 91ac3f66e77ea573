import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeadLetters } from '../../../../src/audit/sinks/dead-letters.js';
import { Outbox } from '../../../../src/audit/sinks/outbox.js';
import { resendDeadLetters } from '../../../../src/audit/sinks/resend.js';
import { WebhookSink } from '../../../../src/audit/sinks/webhook-sink.js';
import { FedLog } from './fed-log.js';
import { type Answer, type Receiver, type ReceivedPost, startReceiver } from './receiver.js';
import { rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';

let log: FedLog;
let letters: DeadLetters;
let receiver: Receiver | undefined;

beforeEach(async () => {
  log = await FedLog.open();
  letters = new DeadLetters(log.database, 'siem');
});

afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
  await log.close();
});

/** So many events, of which the first were buried for the sink. */
async function buried(count: number): Promise<readonly string[]> {
  const sent = await log.append(count + 3);
  const outbox = new Outbox({
    database: log.database,
    owner: 'gateway',
    rowKey: rowKeyOf(),
  });
  let at = 0;
  while (at < count) {
    const { entries } = await outbox.pending(at);
    await outbox.bury('siem', entries.slice(0, count - at), 'the answer has status 400');
    await outbox.bury('other', entries.slice(0, 1), 'the answer has status 400');
    at += entries.length;
  }
  return sent.slice(0, count);
}

async function resentTo(answerTo: (post: ReceivedPost, number: number) => Answer) {
  const started = await startReceiver(answerTo);
  receiver = started;
  const sink = new WebhookSink('siem', { url: started.url, secretFile: log.secretFile });
  const progress: number[] = [];
  const onProgress = (taken: number) => void progress.push(taken);
  const result = await resendDeadLetters({ sink, letters, onProgress });
  await sink.close();
  expect(progress.at(-1)).toBe(result.taken);
  return result;
}

function eventsIn({ body }: ReceivedPost): readonly string[] {
  const { items } = JSON.parse(body.toString()) as { readonly items: readonly object[] };
  return items.map((item) => JSON.stringify(item));
}

describe('dead letters that are sent again', () => {
  it('arrive in order, are no more, and no other event is sent', async () => {
    const wanted = await buried(600);
    expect(await resentTo(() => 200)).toEqual({ taken: 600 });
    expect(receiver?.posts.flatMap(eventsIn)).toEqual(wanted);
    expect(await letters.count()).toBe(0);
    expect(await new DeadLetters(log.database, 'other').count()).toBe(3);
  });

  it('stay where they are to blame, and only they', async () => {
    const events = await buried(300);
    const bad = events[123];
    const answer = (post: ReceivedPost) => (eventsIn(post).includes(bad ?? '') ? 400 : 200);
    expect(await resentTo(answer)).toEqual({ taken: 299, reason: 'the answer has status 400' });
    expect(await letters.from(0)).toMatchObject([{ leafIndex: 123 }]);
  });

  it('are not all tried where the receiver takes none', async () => {
    await buried(600);
    expect(await resentTo(() => 401)).toMatchObject({ taken: 0 });
    expect(receiver?.posts).toHaveLength(511);
    expect(await letters.count()).toBe(600);
  });

  it('wait for another time where the receiver fails, but for what it took', async () => {
    await buried(600);
    const result = await resentTo((_, number) => (number === 0 ? 200 : 503));
    expect(result).toEqual({ taken: 256, reason: 'the answer has status 503' });
    expect(await letters.count()).toBe(344);
  });
});
