import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnchorPublisher } from '../../../../src/audit/anchors/anchor-publisher.js';
import { FileAnchor } from '../../../../src/audit/anchors/file-anchor.js';
import { WebhookAnchor } from '../../../../src/audit/anchors/webhook-anchor.js';
import { limits } from '../../../../src/core/limits.js';
import { KEY, until } from '../sinks/fed-log.js';
import { type Answer, type Receiver, startReceiver } from '../sinks/receiver.js';
import { append } from '../log-fixture.js';
import { sizesInAnchor } from '../../../support/anchor-files.js';
import { AnchoredWorld, atOnce } from './anchored-world.js';

let world: AnchoredWorld;
const keepers: AnchorPublisher[] = [];
const receivers: Receiver[] = [];

beforeEach(async () => {
  world = await AnchoredWorld.open();
});

afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()));
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  await world.remove();
});

function keep(...parameters: Parameters<AnchoredWorld['keeper']>): AnchorPublisher {
  const keeper = world.keeper(...parameters);
  keepers.push(keeper);
  keeper.start();
  return keeper;
}

function sizesIn(file: string): readonly number[] {
  try {
    return sizesInAnchor(readFileSync(world.file(file), 'utf8'));
  } catch {
    return [];
  }
}

async function webhook(answerTo: () => Answer): Promise<WebhookAnchor> {
  const receiver = await startReceiver(answerTo);
  receivers.push(receiver);
  writeFileSync(world.file('key'), KEY);
  return new WebhookAnchor({ url: `${receiver.url}/roots`, secretFile: world.file('key') });
}

describe('the newest checkpoint', () => {
  it('goes to a file, and that is in the log with place, size and root', async () => {
    const { root } = await world.grow(7);
    const anchor = new FileAnchor(world.file('checkpoints'));
    keep(anchor);
    await until(async () => (await world.eventsOf('audit.anchor')).length === 1);
    expect(sizesIn('checkpoints')).toEqual([7]);
    expect(await world.eventsOf('audit.anchor')).toEqual([
      expect.objectContaining({
        'sallyport.dev/place': `file:${world.file('checkpoints')}`,
        'sallyport.dev/tree-size': '7',
        'sallyport.dev/root-hash': Buffer.from(root).toString('base64'),
      }),
    ]);
  });

  it('goes to a webhook as a signed note, signed once more for the way', async () => {
    const { note } = await world.grow(3);
    keep(await webhook(() => 204));
    await until(() => (receivers[0]?.posts.length ?? 0) > 0);
    const [post] = receivers[0]?.posts ?? [];
    expect(post?.body.toString()).toBe(note);
    expect(post?.headers).toMatchObject({
      'webhook-id': 'checkpoint-3',
      'webhook-signature': expect.stringMatching(/^v1,/) as string,
    });
  });

  it('is not anchored again for the events that tell of anchoring', async () => {
    await world.grow(7);
    keep(new FileAnchor(world.file('checkpoints')));
    await until(async () => (await world.eventsOf('audit.anchor')).length === 1);
    await world.tree.integrator.publish();
    await wait(limits.auditAnchorTickMs * 3);
    expect(sizesIn('checkpoints')).toEqual([7]);
    await world.grow(1);
    await until(() => sizesIn('checkpoints').length === 2);
    expect(sizesIn('checkpoints')).toEqual([7, 9]);
  });

  it('waits for its time, unless there are very many events', async () => {
    await world.grow(1);
    keep(new FileAnchor(world.file('checkpoints')), { everyMs: 60_000, everyEvents: 100 });
    await until(() => sizesIn('checkpoints').length === 1);
    await world.grow(50);
    await wait(limits.auditAnchorTickMs * 2);
    expect(sizesIn('checkpoints')).toEqual([1]);
    await world.grow(100);
    await until(() => sizesIn('checkpoints').length === 2);
  });

  it('is anchored when the gateway stops, however short the time', async () => {
    await world.grow(1);
    const keeper = keep(new FileAnchor(world.file('checkpoints')), {
      ...atOnce,
      everyMs: 60_000,
      everyEvents: 1_000,
    });
    await until(() => sizesIn('checkpoints').length === 1);
    await world.grow(5);
    await keeper.stop();
    expect(sizesIn('checkpoints').at(-1)).toBeGreaterThan(5);
  });

  it('is not anchored where nobody has compared the place with the log yet', async () => {
    await world.grow(1);
    keep(new FileAnchor(world.file('checkpoints')), atOnce, () => false);
    await wait(limits.auditAnchorTickMs * 2);
    expect(sizesIn('checkpoints')).toEqual([]);
  });

  it('goes at once to a place that has lost what it had', async () => {
    await world.grow(3);
    const first = keep(new FileAnchor(world.file('checkpoints')));
    await until(async () => (await world.eventsOf('audit.anchor')).length === 1);
    await first.stop();
    rmSync(world.file('checkpoints'));
    keep(new FileAnchor(world.file('checkpoints')));
    await until(() => sizesIn('checkpoints').length === 1);
    expect(world.alarms).toEqual([expect.stringContaining('has lost checkpoints')]);
  });
});

describe('a place that loses checkpoints while the gateway runs', () => {
  const file = () => world.file('checkpoints');

  /** Two checkpoints, one after the other. */
  async function anchored(): Promise<AnchorPublisher> {
    const keeper = keep(new FileAnchor(file()));
    for (const count of [1, 2]) {
      await world.grow(3);
      await until(() => sizesIn('checkpoints').length === count);
    }
    expect(keeper.hasLost).toBe(false);
    return keeper;
  }

  it.each([
    ['is emptied', () => truncateSync(file())],
    ['is removed', () => rmSync(file())],
    ['is cut', () => truncateSync(file(), readFileSync(file(), 'utf8').length / 2)],
    [
      'gets an older state',
      () => truncateSync(file(), readFileSync(file()).indexOf('\n\n', 80) + 2),
    ],
  ])('is an alarm once, and the next one is put there, if it %s', async (_, lose) => {
    const keeper = await anchored();
    lose();
    const before = sizesIn('checkpoints').length;
    for (const more of [1, 2]) {
      await world.grow(3);
      await until(() => sizesIn('checkpoints').length === before + more);
    }
    expect(keeper.hasLost).toBe(true);
    const lost = world.alarms.filter((alarm) => alarm.includes('has lost'));
    expect(lost).toEqual([`the anchor file:${file()} has lost checkpoints`]);
  });

  it('has lost none if older ones are put behind', async () => {
    const keeper = await anchored();
    const text = readFileSync(file(), 'utf8');
    const [first = ''] = text.split(/(?<=\n\n— [^\n]+\n\n)/);
    appendFileSync(file(), first.repeat(Math.ceil(limits.auditAnchorPieceBytes / first.length)));
    const size = sizesIn('checkpoints').length;
    await world.grow(3);
    await until(() => sizesIn('checkpoints').length > size);
    expect(keeper.hasLost).toBe(false);
  });

  it('has lost none that an operator has given up', async () => {
    const guard = world.guard(new FileAnchor(file()));
    const former = await world.grow(9);
    const keeper = keep(new FileAnchor(file()));
    await until(() => sizesIn('checkpoints').length === 1);
    await guard.look();
    await world.accept([{ place: 'x', rollback: { kind: 'shorter', anchored: former, size: 0 } }]);
    rmSync(file());
    await world.grow(3);
    await until(() => sizesIn('checkpoints').length === 1);
    expect(keeper.hasLost).toBe(false);
  });
});

describe('what the database says of a place', () => {
  it('holds no checkpoint back: how far it has come, and who looks after it', async () => {
    await world.grow(3);
    const anchor = new FileAnchor(world.file('checkpoints'));
    const claimed = () =>
      world.outboxSays({ next_index: 1_000_000, lease_owner: 'x', lease_until_ms: 1e15 });
    const first = keep(anchor);
    await until(() => sizesIn('checkpoints').length === 1);
    await first.stop();
    await claimed();
    await world.grow(3);
    keep(new FileAnchor(world.file('checkpoints')));
    await until(() => sizesIn('checkpoints').length === 2);
  });

  it('does not keep a process from anchoring for ever where another one is said to', async () => {
    await world.grow(3);
    const outbox = {
      lease: () => Promise.resolve(undefined),
      advance: () => Promise.resolve(false),
      release: () => Promise.resolve(),
    };
    keep(new FileAnchor(world.file('patient')), atOnce, () => true, { outbox });
    keep(new FileAnchor(world.file('checkpoints')), atOnce, () => true, { outbox, aloneMs: 1 });
    await until(() => sizesIn('checkpoints').length === 1);
    expect(sizesIn('patient')).toEqual([]);
  });

  it('makes no news of many events into none', async () => {
    await world.grow(3);
    await world.sayOfAll({ action: 'audit.anchor' });
    expect(await world.log.hasNews(0, 3)).toBe(false);
    await world.grow(30);
    await world.sayOfAll({ action: 'audit.anchor' });
    expect(await world.log.hasNews(3, 33)).toBe(true);
  });
});

describe('a place that others write', () => {
  it('is told of, gets the next checkpoint behind that, and stays told of', async () => {
    await world.grow(3);
    const keeper = keep(new FileAnchor(world.file('checkpoints')));
    await until(() => sizesIn('checkpoints').length === 1);
    appendFileSync(world.file('checkpoints'), 'somebody was here\n\n');
    await world.grow(3);
    await until(() => sizesIn('checkpoints').length === 2);
    await until(() => keeper.strange !== undefined);
    expect(keeper.strange).toBe('19 bytes in it are no checkpoints of this log');
    expect(world.alarms).toEqual([expect.stringContaining('was written by others: 19 bytes')]);
    expect(readFileSync(world.file('checkpoints'), 'utf8')).toContain('somebody was here\n\n');
  });

  it('and that has no checkpoint of the log is left as it is', async () => {
    writeFileSync(world.file('checkpoints'), 'somebody was here\n\n');
    await world.grow(3);
    const keeper = keep(new FileAnchor(world.file('checkpoints')));
    await until(() => keeper.failingSinceMs !== undefined);
    expect(world.alarms).toEqual([expect.stringContaining('no checkpoint that a key of this log')]);
    expect(readFileSync(world.file('checkpoints'), 'utf8')).toBe('somebody was here\n\n');
  });
});

describe('an anchor that takes nothing', () => {
  it('is an alarm once, keeps nobody waiting, and gets the newest checkpoint in the end', async () => {
    let answer: Answer = 503;
    const anchor = await webhook(() => answer);
    await world.grow(3);
    const keeper = keep(anchor);
    await until(() => keeper.failingSinceMs !== undefined);
    await append(world.audit, 10);
    answer = 200;
    await until(() => keeper.failingSinceMs === undefined);
    expect(world.alarms).toEqual([
      `the anchor ${anchor.place} takes no checkpoint: the answer has status 503`,
      `the anchor ${anchor.place} takes checkpoints again`,
    ]);
  });

  it('and never answers ends with the gateway in bounded time', async () => {
    await world.grow(3);
    const keeper = keep(await webhook(() => 'silence'));
    await until(() => (receivers[0]?.posts.length ?? 0) > 0);
    const startedMs = Date.now();
    await keeper.stop();
    expect(Date.now() - startedMs).toBeLessThan(limits.auditAnchorStopMsMax + 1_000);
  });
});

describe('an anchor file', () => {
  it('is made with its folder where that belongs to the gateway', async () => {
    const anchor = new FileAnchor(world.file('new/folder/checkpoints'), { createsFolder: true });
    await world.put(anchor, await world.grow(1));
    expect(sizesIn('new/folder/checkpoints')).toEqual([1]);
  });

  it('is not made where its folder does not exist', async () => {
    const anchor = new FileAnchor(world.file('unmounted/checkpoints'));
    const reason = 'the file cannot be used (its folder does not exist)';
    await expect(anchor.held(world.call())).rejects.toThrow(reason);
    await expect(world.put(anchor, await world.grow(1))).rejects.toThrow(reason);
  });
});
