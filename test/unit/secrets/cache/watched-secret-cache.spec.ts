import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { cachedSecret } from '../domain/cache/cached-secret.builder.js';
import { followedWorld, namesIn, seen } from './followed-world.js';

const secret = (name: string, version: number, more: object = {}) =>
  cachedSecret({ namespace: 'pay', name, version, ...more });

/** One collection for all, with `db` in `pay`. */
function listedWorld(...more: Parameters<typeof followedWorld>) {
  const world = followedWorld(...more);
  const { sink } = world.followed;
  const collection = (more[0] ?? true) ? '' : 'pay';
  sink.page(collection, [secret('db', 1)], true);
  sink.listed(collection, '10');
  return { ...world, sink, world };
}

describe('a view', () => {
  it('is there only of what is served, listed and live', () => {
    const world = followedWorld();
    expect(seen(world, 'pay')).toBeUndefined();
    const { world: listed } = listedWorld();
    expect(namesIn(seen(listed, 'pay'))).toEqual(['db']);
    expect(namesIn(seen(listed, 'shop'))).toEqual([]);
    expect(seen(listed, 'kube-system')).toBeUndefined();
    listed.isLive = false;
    expect(seen(listed, 'pay')).toBeUndefined();
  });

  it('is there of no namespace that nobody knows', () => {
    const { world } = listedWorld();
    expect(seen(world, 'no-such')).toBeUndefined();
    expect(world.followed.changes('no-such')).toBeUndefined();
  });

  it('is not there where it is older than it must be', () => {
    const { followed } = listedWorld();
    expect(followed.view('pay', { notOlderThan: '10' })).toMatchObject({ resourceVersion: '10' });
    expect(followed.view('pay', { notOlderThan: '11' })).toBeUndefined();
    expect(followed.view('pay', { notOlderThan: 'eleven' })).toBeUndefined();
  });

  it('is the same object from read to read', () => {
    const { followed } = listedWorld();
    expect(followed.view('pay')).toBe(followed.view('pay', { name: 'db' }));
  });

  it('comes once a write that was acknowledged is seen', async () => {
    const { followed, sink } = listedWorld();
    followed.wrote({ namespace: 'pay', name: 'db' }, '12');
    const late = followed.view('pay', { name: 'db' });
    expect(late).toBeInstanceOf(Promise);
    expect(followed.view('pay', { name: 'other' })).not.toBeInstanceOf(Promise);
    sink.stored('', secret('db', 12), '12');
    expect((await late)?.get('db')).toMatchObject({ resourceVersion: '12' });
    expect(followed.waiting).toBe(0);
  });

  it('does not come where that takes too long, or it is lost meanwhile', async () => {
    const { followed, sink, world } = listedWorld(true, { catchUpMsMax: 30 });
    followed.wrote({ namespace: 'pay', name: 'db' }, '12');
    expect(await followed.view('pay')).toBeUndefined();
    const lost = followed.view('pay');
    world.isLive = false;
    sink.turned('');
    expect([await lost, followed.waiting]).toEqual([undefined, 0]);
  });

  it('can be asked about without a wait, and leaves nothing behind', () => {
    const { followed, world } = listedWorld();
    followed.wrote({ namespace: 'pay', name: 'db' }, '12');
    const readable = (namespace: string, needs = {}) => followed.isReadable(namespace, needs);
    expect([readable('pay'), readable('pay', { name: 'db' })]).toEqual([true, true]);
    expect([readable('pay', { notOlderThan: '11' }), readable('no-such')]).toEqual([false, false]);
    world.isLive = false;
    expect([readable('pay'), followed.waiting]).toEqual([false, 0]);
  });

  it('is waited for until its namespace is known, listed and live, or nobody waits', async () => {
    const world = followedWorld();
    const { followed, namespaces } = world;
    const [patient, impatient] = [new AbortController(), new AbortController()];
    const logs = ['pay', 'late'].map((one) => followed.followed(one, patient.signal));
    const none = followed.followed('shop', impatient.signal);
    impatient.abort();
    expect(await none).toBeUndefined();
    world.isLive = false;
    followed.sink.page('', [secret('db', 1)], true);
    followed.sink.listed('', '10');
    followed.sink.turned('');
    world.isLive = true;
    followed.sink.turned('');
    expect(await logs[0]).toBe(followed.changes('pay'));
    namespaces.set('late', 'uid-of-late');
    followed.adjust();
    expect(await logs[1]).toBe(followed.changes('late'));
    expect(followed.waiting).toBe(0);
  });

  it('is not there where a write may have been made: of its name, and of all', () => {
    const { followed } = listedWorld();
    followed.unsure({ namespace: 'pay', name: 'db' });
    const views = ['db', 'other', undefined].map((name) => followed.view('pay', { name }));
    expect(views.map((view) => view !== undefined)).toEqual([false, true, false]);
    expect(followed.isReadable('pay', { name: 'db' })).toBe(false);
    followed.unsure({ namespace: 'pay' });
    expect(followed.view('pay', { name: 'other' })).toBeUndefined();
    expect([followed.view('shop') !== undefined, followed.waiting]).toEqual([true, 0]);
  });

  it('is of no name for a while where too many writes may have been made', () => {
    const { followed } = listedWorld(true, { awaitedWritesMax: 2 });
    for (const name of ['a', 'b', 'c']) followed.unsure({ namespace: 'pay', name });
    expect(followed.view('pay', { name: 'untouched' })).toBeUndefined();
  });

  it('waits for no removal that was told before it was answered', () => {
    const { followed, sink } = listedWorld();
    sink.removed('', secret('db', 1), '11');
    followed.removed({ namespace: 'pay', name: 'db' }, 'uid-of-db');
    expect(followed.view('pay')).not.toBeInstanceOf(Promise);
  });

  it('waits for everything where too many writes are awaited', async () => {
    const { followed, sink } = listedWorld(true, { awaitedWritesMax: 2 });
    for (const name of ['a', 'b', 'c']) followed.wrote({ namespace: 'pay', name }, '12');
    const late = followed.view('pay', { name: 'untouched' });
    expect(late).toBeInstanceOf(Promise);
    sink.reached('', '12');
    expect(await late).toBeDefined();
    expect(followed.view('pay', { name: 'untouched' })).not.toBeInstanceOf(Promise);
    for (const name of ['d', 'e', 'f']) followed.removed({ namespace: 'pay', name }, 'u');
    expect(followed.view('pay', { name: 'untouched' })).toBeDefined();
  });
});

describe('what is more than may be held', () => {
  it('is not held at all, until it is listed anew', () => {
    const { followed, sink, over, tooLarge } = listedWorld(true, { bytesMax: 3_000 });
    expect(followed.size).toMatchObject({ objects: 1 });
    const log = followed.changes('pay');
    sink.stored('', secret('large', 11, { data: { key: 'x'.repeat(4_000) } }), '11');
    expect([followed.view('pay'), followed.tooLarge]).toEqual([undefined, 1]);
    expect(followed.size).toEqual({ objects: 0, bytes: 0, changes: 0 });
    expect([log?.hasEnded, followed.changes('pay')]).toEqual([true, undefined]);
    expect([over.length, tooLarge]).toEqual([1, ['']]);
    sink.stored('', secret('db', 12), '12');
    expect(followed.view('pay')).toBeUndefined();
    sink.page('', [secret('db', 12)], true);
    sink.listed('', '13');
    expect([followed.view('pay'), followed.tooLarge]).toMatchObject([{ resourceVersion: '13' }, 0]);
  });

  it('counts while it is listed, and no longer where the list was begun again', () => {
    const { followed, sink } = followedWorldOf(5_000);
    const half = secret('half', 1, { data: { key: 'x'.repeat(1_500) } });
    sink.page('', [half], true);
    sink.page('', [half], true);
    sink.listed('', '10');
    expect(followed.size.objects).toBe(1);
    sink.page('', [half, secret('more', 11, { data: { key: 'x'.repeat(3_000) } })], true);
    sink.listed('', '12');
    expect([followed.size.objects, followed.tooLarge]).toEqual([0, 1]);
  });

  it('is held to less in one namespace than in all of them', () => {
    const { followed, sink, tooLarge } = listedWorld(false, { namespaceBytesMax: 3_000 });
    const large = { data: { key: 'x'.repeat(2_000) } };
    sink.stored('pay', secret('large', 11, large), '11');
    expect([followed.view('pay'), tooLarge, followed.size.bytes]).toEqual([undefined, ['pay'], 0]);
    sink.page('shop', [cachedSecret({ namespace: 'shop', name: 'one' })], true);
    sink.listed('shop', '12');
    expect(followed.view('shop')).toBeDefined();
  });

  it('counts labels', () => {
    const labels = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`l${at}`, '']));
    const { followed, sink } = listedWorld();
    const { bytes } = followed.size;
    sink.stored('', secret('labelled', 11, { labels }), '11');
    expect(followed.size.bytes - bytes).toBeGreaterThan(5_000);
  });

  function followedWorldOf(bytesMax: number) {
    const world = followedWorld(true, { bytesMax });
    return { ...world, sink: world.followed.sink };
  }
});

describe('a list anew', () => {
  it('keeps what has not changed as it is', () => {
    const { followed, sink, over, world } = listedWorld();
    const before = seen(world, 'pay')?.get('db');
    sink.page('', [secret('db', 1), secret('new', 11)], true);
    sink.listed('', '12');
    expect(seen(world, 'pay')?.get('db')).toBe(before);
    expect([over, followed.size.objects]).toEqual([[], 2]);
  });

  it('tells what has changed, and is reached with the last of it', () => {
    const { followed, sink } = listedWorld();
    const log = followed.changes('pay');
    expect([log?.next, log?.after('10'), log?.after('9')]).toEqual([0, 0, undefined]);
    sink.page('', [secret('a', 11), secret('b', 12)], true);
    sink.listed('', '20');
    const told = log
      ?.from(0, 10)
      ?.map(({ reached, after, before, resourceVersion }) => [
        after?.name ?? `no ${before?.name}`,
        reached,
        resourceVersion,
      ]);
    expect(told).toEqual([
      ['a', '10', '11'],
      ['b', '10', '12'],
      ['no db', '20', '20'],
    ]);
  });

  it('brings no changes where they are more than may be made at once', () => {
    const { followed, sink } = listedWorld(true, { changesKeptMax: 10_000 });
    const log = followed.changes('pay');
    const count = limits.changesAtOnceMax;
    const many = Array.from({ length: count }, (_, at) => secret(`s${at}`, 11));
    sink.page('', many, true);
    sink.listed('', '20');
    expect([log?.next, log?.after('10'), log?.after('20')]).toEqual([
      ...[count + 1, undefined, count + 1],
    ]);
    expect([log?.from(0, 10), followed.size]).toMatchObject([undefined, { changes: 0 }]);
  });

  it('brings first what somebody listens to', () => {
    const { followed, sink } = listedWorld();
    const end = followed.changes('shop')?.onChange(() => undefined);
    const count = limits.changesAtOnceMax;
    const many = Array.from({ length: count }, (_, at) => secret(`s${at}`, 11));
    sink.page('', [...many, cachedSecret({ namespace: 'shop', name: 'one', version: 12 })], true);
    sink.listed('', '20');
    expect(followed.changes('shop')?.from(0, 10)).toHaveLength(1);
    expect(followed.changes('pay')?.from(0, 10)).toBeUndefined();
    end?.();
  });

  it('of a cluster that was set back shows another content under the same version', () => {
    const { followed, sink, over, world } = listedWorld();
    const restored = secret('db', 1, { data: { key: 'other' } });
    sink.page('', [restored], true);
    sink.listed('', '5');
    expect(seen(world, 'pay')?.get('db')).toBe(restored);
    expect([over.length, followed.size.objects]).toEqual([1, 1]);
  });

  it('of a cluster that was set back accepts no version of before', () => {
    const { followed, sink } = listedWorld();
    sink.page('', [secret('db', 1)], true);
    sink.listed('', '5');
    const log = followed.changes('pay');
    expect(['5', '6', '10', '11'].map((version) => log?.after(version))).toEqual([
      ...[0, undefined, undefined, 0],
    ]);
    sink.page('', [secret('db', 1)], true);
    sink.listed('', '3');
    expect(followed.changes('pay')?.after('10')).toBeUndefined();
  });

  it('of a cluster that was set back shows what was written before it was asked for', async () => {
    const { followed, sink, world } = listedWorld();
    followed.wrote({ namespace: 'pay', name: 'db' }, '12');
    await wait(1);
    const askedAtMs = performance.now();
    await wait(1);
    followed.wrote({ namespace: 'pay', name: 'late' }, '13');
    sink.page('', [secret('db', 1)], true);
    sink.listed('', '5', askedAtMs);
    expect(seen(world, 'pay', 'db')?.resourceVersion).toBe('5');
    expect(() => seen(world, 'pay', 'late')).toThrow('the read waits');
    sink.reached('', '13');
  });

  it('of a cluster that was set back ends what streams go on from', () => {
    const { followed, sink, world } = listedWorld();
    const log = followed.changes('pay');
    sink.page('', [secret('db', 1)], true);
    sink.listed('', '5');
    expect([log?.hasEnded, log?.view()]).toEqual([true, undefined]);
    expect(followed.changes('pay')).not.toBe(log);
    expect(seen(world, 'pay')?.resourceVersion).toBe('5');
  });
});

describe('a namespace', () => {
  it('that is no longer followed is forgotten, and its streams and waits are told', async () => {
    const { followed, sink, over } = listedWorld(false);
    const log = followed.changes('pay');
    let told = 0;
    log?.onChange(() => (told += 1));
    const change = followed.changed({ namespace: 'pay', name: 'db' }, new AbortController().signal);
    sink.ended('pay');
    await change;
    expect([told, log?.hasEnded, followed.changes('pay')]).toEqual([1, true, undefined]);
    expect([over.length, followed.size.objects]).toEqual([1, 0]);
    sink.page('pay', [], true);
    sink.listed('pay', '30');
    expect(followed.changes('pay')).not.toBe(log);
    expect(namesIn(followed.changes('pay')?.view())).toEqual([]);
  });

  it('that is made anew has another log, though one watch follows all', () => {
    const { followed, sink, namespaces } = listedWorld();
    const log = followed.changes('pay');
    sink.removed('', secret('db', 1), '11');
    expect(log?.hasEnded).toBe(false);
    namespaces.delete('pay');
    followed.adjust();
    expect([log?.hasEnded, followed.changes('pay')]).toEqual([true, undefined]);
    // Its Secrets may be told before the namespace is.
    sink.stored('', secret('db', 20, { uid: 'another' }), '20');
    namespaces.set('pay', 'another-uid');
    followed.adjust();
    const next = followed.changes('pay');
    expect(namesIn(next?.view())).toEqual(['db']);
    expect([next === log, next?.hasEnded]).toEqual([false, false]);
    namespaces.set('pay', 'a-third-uid');
    followed.adjust();
    expect([next?.hasEnded, namesIn(followed.changes('pay')?.view())]).toEqual([true, ['db']]);
  });
});

describe('who waits for a change', () => {
  const ref = { namespace: 'pay', name: 'db' };

  it('is told of the next one of that Secret', async () => {
    const { followed, sink } = listedWorld();
    let isOver = false;
    const change = followed.changed(ref, new AbortController().signal);
    void change.then(() => (isOver = true));
    sink.stored('', secret('other', 11), '11');
    await wait(1);
    expect(isOver).toBe(false);
    sink.stored('', secret('db', 12), '12');
    await change;
    expect(followed.waiting).toBe(0);
  });

  it('is told where it turns, and leaves nothing behind where he goes', async () => {
    const { followed, sink } = listedWorld();
    const turned = followed.changed(ref, new AbortController().signal);
    sink.turned('');
    await turned;
    const going = new AbortController();
    const gone = followed.changed(ref, going.signal);
    going.abort();
    await gone;
    await followed.changed(ref, going.signal);
    expect(followed.waiting).toBe(0);
  });
});

it('keeps one description of a state that two changes share', () => {
  const { followed, sink } = listedWorld();
  for (const version of [11, 12]) sink.stored('', secret('db', version), String(version));
  const [first, second] = followed.changes('pay')?.from(0, 2) ?? [];
  expect(first?.after).toBeDefined();
  expect(second?.before).toBe(first?.after);
});

it('goes on where a listener fails, and reports it', () => {
  const { followed, sink, faults } = listedWorld();
  const failure = new Error('a fault of a listener');
  const end = followed.changes('pay')?.onChange(() => {
    throw failure;
  });
  sink.stored('', secret('db', 11), '11');
  end?.();
  sink.stored('', secret('db', 12), '12');
  expect(faults).toEqual([failure]);
});
