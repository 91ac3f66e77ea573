import { describe, expect, it, vi } from 'vitest';
import { iteratorOf, Reader, recorded, streamsWorld } from './change-streams.builder.js';

const until = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe('a stream of changes', () => {
  it('tells what is there, that this was all, and then each change with its version', async () => {
    const world = streamsWorld();
    world.log.put('b');
    world.log.put('a');
    const reader = new Reader(await world.open());
    await until(() => expect(reader.lines).toEqual(['added a', 'added b', 'bookmark']));
    world.log.put('c', { keys: ['user', 'password'] });
    world.log.remove('a');
    await until(() => expect(reader.lines.slice(3)).toEqual(['added c', 'deleted a']));
    expect(reader.told[3]).toMatchObject({
      ...{ changedKeys: ['user', 'password'], secret: { version: 103, resourceVersion: '103' } },
    });
    expect(reader.told[4]).toMatchObject({ secret: { version: null, resourceVersion: '104' } });
    expect(reader.told.slice(0, 2)).toMatchObject([{ changedKeys: [] }, { changedKeys: [] }]);
  });

  it('goes on behind each of its cursors', async () => {
    const world = streamsWorld();
    world.log.put('a');
    world.log.put('b');
    const whole = new Reader(await world.open());
    await until(() => expect(whole.lines).toHaveLength(3));
    world.log.put('a');
    world.log.put('c');
    await until(() => expect(whole.lines).toHaveLength(5));
    const ends = ['modified a', 'added c'];
    const expected = [
      ['modified a', 'added b', 'added c', 'bookmark'],
      ['modified a', 'added c', 'bookmark'],
      ends,
      ends.slice(1),
      [],
    ];
    for (const [index, { cursor }] of whole.told.entries()) {
      const reader = new Reader(await world.open({ after: cursor }));
      await until(() => expect(reader.lines).toEqual(expected[index]));
    }
  });

  it('asks for the version of a change once, however many streams tell of it', async () => {
    const world = streamsWorld();
    world.log.put('a');
    const opened = await Promise.all(Array.from({ length: 300 }, () => world.open()));
    const readers = opened.map((stream) => new Reader(stream));
    await until(() => expect(readers.every(({ told }) => told.length === 2)).toBe(true));
    expect(world.made).toEqual(['a']);
    world.log.put('a');
    await until(() => expect(readers.every(({ told }) => told.length === 3)).toBe(true));
    expect(world.history.asked).toEqual(['a']);
    expect(new Set(readers.map(({ told }) => told[2])).size).toBe(1);
    expect(world.log.listeners).toBe(1);
  });

  it('keeps the order where the version of a change comes late', async () => {
    const world = streamsWorld();
    const reader = new Reader(await world.open());
    await until(() => expect(reader.lines).toEqual(['bookmark']));
    const release = world.history.hold();
    world.log.put('a');
    await until(() => expect(world.history.asked).toEqual(['a']));
    world.log.remove('b');
    world.log.put('b');
    release();
    await until(() => expect(reader.lines.slice(1)).toEqual(['added a', 'added b']));
  });

  it('holds nothing for who does not ask, and ends where he is too far behind', async () => {
    const world = streamsWorld();
    const stream = await world.open();
    const changes = iteratorOf(stream);
    const first = await changes.next();
    const cursor = first.done === true ? undefined : first.value.at(-1)?.cursor;
    for (let count = 0; count < 1_100; count += 1) world.log.put(`n${count}`);
    expect(world.history.asked).toEqual([]);
    expect(await changes.next()).toEqual({ done: true, value: undefined });
    expect(stream.end()).toBe('behind');
    expect(recorded(world).at(-1)).toMatch(/ended: the client is too far behind$/);
    const again = new Reader(await world.open({ after: cursor }));
    await until(() => expect(again.lines).toHaveLength(1_100));
    expect(again.end).toBeUndefined();
  });

  it('marks how far it has come at a beat, where nothing was told', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const world = streamsWorld();
      const reader = new Reader(await world.open({ labelSelector: 'team=a' }));
      await until(() => expect(reader.lines).toEqual(['bookmark']));
      world.log.put('a');
      vi.advanceTimersByTime(15_000);
      await until(() => expect(reader.lines).toEqual(['bookmark', 'bookmark']));
      const again = new Reader(await world.open({ after: reader.cursor }));
      world.log.put('b', { labels: { team: 'a' } });
      await until(() => expect(again.lines).toEqual(['added b']));
    } finally {
      vi.useRealTimers();
    }
  });

  it('tells nothing while it cannot be decided, and goes on then', async () => {
    const world = streamsWorld();
    const reader = new Reader(await world.open());
    await until(() => expect(reader.lines).toHaveLength(1));
    world.access.isAway = true;
    world.log.put('a');
    await until(() => expect(world.history.asked).toEqual(['a']));
    expect(reader.lines).toHaveLength(1);
    world.access.isAway = false;
    await until(() => expect(reader.lines).toEqual(['bookmark', 'added a']));
  });
});

describe('a token that is narrowed', () => {
  it('to Secrets is told of these', async () => {
    const world = streamsWorld({ scope: { secrets: ['b*'] } });
    world.log.put('a');
    world.log.put('b');
    const reader = new Reader(await world.open());
    await until(() => expect(reader.lines).toEqual(['added b', 'bookmark']));
    world.log.put('a');
    world.log.put('b2');
    await until(() => expect(reader.lines.slice(2)).toEqual(['added b2']));
  });

  it.each([{ keys: ['password'] }, { actions: ['secrets.list'] }, { namespaces: ['ops'] }])(
    'to %j sees no stream, also with a selector that is none',
    async (scope) => {
      const world = streamsWorld({ scope });
      await expect(world.open()).rejects.toMatchObject({ code: 'Forbidden' });
      const refused = world.open({ labelSelector: '!!' });
      await expect(refused).rejects.toMatchObject({ code: 'Forbidden' });
      expect(world.access.asked).toEqual([]);
    },
  );
});

describe('a stream is opened', () => {
  it('by watch secrets, or watch secretmetadata, of the one Secret that it is about', async () => {
    const world = streamsWorld();
    world.access.resources = ['secretmetadata'];
    await world.open({ fieldSelector: 'metadata.name=db' });
    expect(world.access.asked).toEqual([
      { verb: 'watch', group: '', resource: 'secrets', namespace: 'pay', name: 'db' },
      ...[{ verb: 'watch', group: 'sallyport.dev', resource: 'secretmetadata' }].map((right) => ({
        ...right,
        ...{ namespace: 'pay', name: 'db' },
      })),
    ]);
    expect(recorded(world)).toEqual(['allowed pay/db: because']);
    expect(world.trail[0]?.annotations['sallyport.dev/plane']).toBe('broker');
  });

  it('by nobody without a right, whatever is there', async () => {
    const world = streamsWorld();
    world.access.resources = [];
    for (const namespace of ['pay', 'other', 'empty']) {
      await expect(world.open({ namespace })).rejects.toMatchObject({ code: 'Forbidden' });
    }
    expect(world.standing.size).toBe(0);
  });

  it.each([
    ['of a namespace that is not served', { namespace: 'other' }, 'Invalid'],
    ['of one that is not followed just now', { namespace: 'empty' }, 'Unavailable'],
    ['with a selector that is none', { labelSelector: '!!' }, 'BadRequest'],
    ['behind a cursor that is none', { after: 'x' }, 'BadRequest'],
  ])('%s by nobody, on record', async (_what, request, code) => {
    const world = streamsWorld();
    await expect(world.open(request)).rejects.toMatchObject({ code });
    expect(world.trail).toHaveLength(1);
    expect(world.standing.size).toBe(0);
  });

  it('by whoever waits until the namespace is followed, not longer than the client', async () => {
    const world = streamsWorld();
    const client = new AbortController();
    await expect(world.open({ namespace: 'empty' }, client.signal)).rejects.toMatchObject({
      code: 'Unavailable',
    });
    const [wait] = world.waits;
    expect(wait?.aborted).toBe(false);
    client.abort();
    expect(wait?.aborted).toBe(true);
  });

  it('behind a cursor by nobody for whom it is too old', async () => {
    const world = streamsWorld();
    const reader = new Reader(await world.open());
    await until(() => expect(reader.lines).toHaveLength(1));
    world.log.put('a');
    world.log.forgetAll();
    const late = world.open({ after: reader.cursor });
    await expect(late).rejects.toMatchObject({ code: 'Expired', status: 410 });
  });

  it('by nobody whose beginning cannot be written down', async () => {
    const world = streamsWorld({ refuses: () => true });
    await expect(world.open()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(world.standing.size).toBe(0);
    expect(world.log.listeners).toBe(0);
  });
});

describe('a stream ends', () => {
  async function ending() {
    const world = streamsWorld();
    const signal = new AbortController();
    const reader = new Reader(await world.open({}, signal.signal));
    await until(() => expect(reader.lines).toEqual(['bookmark']));
    return { ...world, world, signal, reader };
  }

  it.each([
    ['credential', 'credential', 'the credential has ended'],
    ['leaving', 'leaving', 'the gateway stops'],
    ['client', undefined, 'the client has left'],
  ])('on the signal, for its reason: %s', async (reason, end, words) => {
    const { world, signal, reader } = await ending();
    signal.abort(reason);
    await reader.ended;
    expect(reader.end).toBe(end);
    expect(recorded(world)).toEqual([
      'allowed pay: because',
      `allowed pay: the stream has ended: ${words}`,
    ]);
    const [begun, ended] = world.trail;
    expect(ended?.annotations['sallyport.dev/parent-id']).toBe(begun?.auditID);
    expect(world.standing.size).toBe(0);
    expect(world.log.listeners).toBe(0);
  });

  it('when the right goes, also where nothing happens', async () => {
    const { world, reader } = await ending();
    world.revoke();
    await reader.ended;
    expect(reader.end).toBe('right');
    expect(recorded(world).at(-1)).toMatch(/ended: the right is gone$/);
  });

  it('before the next change where the right is not there any more', async () => {
    const { world, reader } = await ending();
    world.access.isAllowed = false;
    world.log.put('a');
    await reader.ended;
    expect(reader.end).toBe('right');
    expect(reader.lines).toEqual(['bookmark']);
  });

  it('when the namespace is followed no longer, behind its last change', async () => {
    const { world, reader } = await ending();
    world.log.put('a');
    world.log.end();
    await reader.ended;
    expect(reader.lines).toEqual(['bookmark', 'added a']);
    expect(reader.end).toBe('unfollowed');
  });

  it('when its reader has enough, also while he waits for more', async () => {
    const world = streamsWorld();
    const changes = iteratorOf(await world.open());
    await changes.next();
    const waiting = changes.next();
    expect(await changes.return?.()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(recorded(world).at(-1)).toMatch(/ended: the client has left$/);
  });

  it('at once where its signal came first, on record all the same', async () => {
    const world = streamsWorld();
    const reader = new Reader(await world.open({}, AbortSignal.abort('leaving')));
    await reader.ended;
    expect(reader.lines).toEqual([]);
    expect(recorded(world)).toHaveLength(2);
    expect(world.standing.size).toBe(0);
  });
});
