import { describe, expect, it } from 'vitest';
import type { QueryParameter, RawStream } from '../../../../src/core/forwarding.js';
import { limits } from '../../../../src/core/limits.js';
import { chunksOf } from '../facade.builder.js';
import {
  forwardWorld,
  installationFault,
  namesIn,
  receive,
  refusedByCluster,
  secretOf,
  textOfTrail,
  throwing,
  value,
} from './forward.builder.js';

const watch = { verb: 'watch' } as const;
const eventOf = (name: string, type = 'ADDED', object: object = secretOf(name)) =>
  `${JSON.stringify({ type, object })}\n`;
const bookmark = `${JSON.stringify({
  type: 'BOOKMARK',
  object: { kind: 'Secret', metadata: { resourceVersion: '50' } },
})}\n`;
const ended = 'watch pay: allowed';

/** One event, and then nothing until the call is ended, as that of an API server. */
async function* endless(signal: AbortSignal | undefined, begin: string) {
  yield Buffer.from(begin);
  await new Promise((_resolve, reject) => {
    const end = () => reject(new Error('ended by caller'));
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
  });
}

describe('a caller who watches Secrets', () => {
  it('has no event before its Secret is on record, between a beginning and an end', async () => {
    const events = [
      eventOf('a'),
      bookmark,
      eventOf('a', 'MODIFIED'),
      eventOf('b', 'DELETED', secretOf('b', ['user'])),
    ];
    const world = forwardWorld({ answering: () => chunksOf(...events) });
    const answer = await world.ask(watch);
    expect(world.timeline).toEqual(['upstream GET', 'watch pay: allowed']);
    expect(await receive(world, answer)).toBe(events.join(''));
    expect(world.timeline.slice(2)).toEqual([
      'reveal pay/a [password]: allowed',
      'sent a',
      'sent ',
      'reveal pay/a [password]: allowed',
      'sent a',
      'reveal pay/b [user]: allowed',
      'sent b',
      ended,
    ]);
    const [begun, ...others] = world.trail;
    const parents = others.map(({ annotations }) => annotations['sallyport.dev/parent-id']);
    expect(parents).toEqual(others.map(() => begun?.auditID));
    const reason = others.at(-1)?.annotations['authorization.k8s.io/reason'];
    expect(reason).toMatch(/^the watch has ended: the API server/);
    expect(textOfTrail(world)).not.toContain(value);
  });

  it('has an event that comes in pieces as one, once it is whole', async () => {
    const whole = eventOf('a');
    const answering = () => chunksOf(whole.slice(0, 40), whole.slice(40), eventOf('b'));
    const world = forwardWorld({ answering });
    expect(await receive(world, await world.ask(watch))).toBe(whole + eventOf('b'));
    expect(world.timeline.filter((note) => note.startsWith('sent'))).toEqual(['sent a', 'sent b']);
  });

  it('has no event that could not be written down, nor any behind it', async () => {
    const refuses = (note: string) => note.startsWith('reveal pay/c');
    const answering = () => chunksOf(eventOf('a'), eventOf('b'), eventOf('c'), eventOf('d'));
    const world = forwardWorld({ answering, refuses });
    const answer = await world.ask(watch);
    await expect(receive(world, answer)).rejects.toMatchObject({ code: 'Unavailable' });
    const sent = world.timeline.filter((note) => note.startsWith('sent'));
    expect(sent).toEqual(['sent a', 'sent b']);
    expect(world.timeline.at(-1)).toBe(ended);
    expect(world.standing.size).toBe(0);
  });

  it('is told the error that a watch ends with', async () => {
    const gone = eventOf('', 'ERROR', { kind: 'Status', code: 410, reason: 'Expired' });
    const world = forwardWorld({ answering: () => chunksOf(gone) });
    expect(await receive(world, await world.ask(watch))).toBe(gone);
    expect(world.timeline.at(-1)).toBe(ended);
    expect(world.trail).toHaveLength(2);
  });

  it('sees where it broke off, and so does the trail', async () => {
    async function* broken() {
      yield Buffer.from(eventOf('a'));
      throw new Error('connection lost');
    }
    const world = forwardWorld({ answering: broken });
    const answer = await world.ask(watch);
    await expect(receive(world, answer)).rejects.toThrow('connection lost');
    expect(world.timeline.at(-1)).toBe(ended);
    expect(world.standing.size).toBe(0);
  });

  it('may leave at any time, which ends it upstream as well', async () => {
    let isEnded = false;
    async function* chunks() {
      try {
        yield Buffer.from(eventOf('a'));
        yield Buffer.from(eventOf('b'));
      } finally {
        isEnded = true;
      }
    }
    const world = forwardWorld({ answering: chunks });
    const answer = (await world.ask(watch)) as RawStream;
    for await (const chunk of answer.chunks) {
      expect(namesIn(chunk.toString())).toBe('a');
      break;
    }
    expect(isEnded).toBe(true);
    expect(world.timeline.at(-1)).toBe(ended);
    expect(world.standing.size).toBe(0);
  });

  it('is answered for as long as the limits say, and no longer than his call', async () => {
    const call = new AbortController();
    const answering = () => chunksOf(eventOf('a'));
    const world = forwardWorld({ answering, ctx: { signal: call.signal } });
    await world.ask(watch);
    const asked = world.upstream.asked[0]?.call;
    expect(asked).toMatchObject({
      as: 'caller',
      timeoutMs: limits.kubectlWatchMsMax + limits.kubectlWatchGraceMs,
    });
    expect(asked?.signal?.aborted).toBe(false);
    call.abort();
    expect(asked?.signal?.aborted).toBe(true);
    expect(world.standing.size).toBe(0);
  });
});

describe('a watch of Secrets', () => {
  it('ends like any other once the right is gone, on record', async () => {
    const world = forwardWorld({ answering: ({ call }) => endless(call.signal, eventOf('a')) });
    const { chunks } = (await world.ask(watch)) as RawStream;
    const read: string[] = [];
    for await (const chunk of chunks) {
      if (read.push(chunk.toString()) === 1) world.revoke();
    }
    expect(read).toEqual([eventOf('a')]);
    expect(world.timeline.at(-1)).toBe(ended);
    expect(world.access.asked.at(-1)).toMatchObject({
      ...{ verb: 'watch', resource: 'secrets', namespace: 'pay', name: '' },
    });
  });

  it('sends nothing that was still being written down then', async () => {
    const call = new AbortController();
    const refuses = (note: string) => {
      if (note.startsWith('reveal')) call.abort();
      return false;
    };
    const answering = () => chunksOf(eventOf('a'), eventOf('b'));
    const world = forwardWorld({ answering, refuses, ctx: { signal: call.signal } });
    expect(await receive(world, await world.ask(watch))).toBe('');
    expect(world.timeline.slice(2)).toEqual(['reveal pay/a [password]: allowed', ended]);
  });

  it('that cannot be written down is ended, and its right let go', async () => {
    const answering = () => chunksOf(eventOf('a'));
    const world = forwardWorld({ answering, refuses: () => true });
    await expect(world.ask(watch)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(world.upstream.asked[0]?.call.signal?.aborted).toBe(true);
    expect(world.standing.size).toBe(0);
  });

  it("is refused in the cluster's own words", async () => {
    const refusal = refusedByCluster('Forbidden');
    const world = forwardWorld({ answering: throwing(refusal) });
    await expect(world.ask(watch)).rejects.toBe(refusal);
    expect(world.timeline.at(-1)).toBe('watch pay: denied');
    expect(world.standing.size).toBe(0);
  });

  it('is denied to who has no right where the installation is at fault', async () => {
    const world = forwardWorld({ answering: throwing(installationFault), isAllowed: false });
    await expect(world.ask(watch)).rejects.toMatchObject({ code: 'Forbidden' });
    expect(world.access.asked).toMatchObject([{ verb: 'watch', namespace: 'pay', name: '' }]);
  });

  it.each(['other', ''])('of %j is refused before the cluster is asked', async (namespace) => {
    const answering = () => chunksOf(eventOf('a'));
    const world = forwardWorld({ answering, reach: 'served' });
    const refused = world.ask({ ...watch, namespace });
    await expect(refused).rejects.toMatchObject({ code: 'Forbidden' });
    expect(world.timeline).toEqual([`watch ${namespace || '*'}: denied`]);
    expect(world.standing.size).toBe(0);
  });

  it('of one Secret is on record with its name', async () => {
    const world = forwardWorld({ answering: () => chunksOf(eventOf('db')) });
    await receive(world, await world.ask({ ...watch, name: 'db' }));
    const own = world.timeline.filter((note) => note.startsWith('watch'));
    expect(own).toEqual(['watch pay/db: allowed', 'watch pay/db: allowed']);
  });
});

describe('a token that is narrowed', () => {
  const events = [eventOf('a'), bookmark, eventOf('b'), eventOf('c', 'DELETED')];
  const answering = () => chunksOf(...events);

  it('to Secrets is told of these, and of how far it has come', async () => {
    const world = forwardWorld({ answering, scope: { secrets: ['b'] } });
    const query: readonly QueryParameter[] = [
      ['includeObject', 'None'],
      ['labelSelector', 'team'],
    ];
    const answer = await world.ask(watch, { query });
    expect(await receive(world, answer)).toBe(bookmark + eventOf('b'));
    expect(world.timeline.filter((note) => note.startsWith('reveal'))).toEqual([
      'reveal pay/b [password]: allowed',
    ]);
    expect(world.upstream.asked[0]?.request.query).toEqual([['labelSelector', 'team']]);
  });

  it('to namespaces is told of theirs alone in a watch of all', async () => {
    const ops = eventOf('x', 'ADDED', secretOf('x', ['password'], 'ops'));
    const scope = { namespaces: ['ops'] };
    const world = forwardWorld({ answering: () => chunksOf(...events, ops), scope });
    const answer = await world.ask({ ...watch, namespace: '' });
    expect(await receive(world, answer)).toBe(bookmark + ops);
  });

  it('to actions without a reveal is told no value, and reveals none', async () => {
    const world = forwardWorld({ answering, scope: { actions: ['secrets.watch'] } });
    const text = await receive(world, await world.ask(watch));
    expect(namesIn(text)).toBe('a,b,c');
    expect(text).toContain(bookmark);
    expect(text).not.toContain(value);
    expect(text).not.toContain('password');
    expect(world.trail).toHaveLength(2);
  });

  it.each([{ keys: ['password'] }, { actions: ['secrets.list'] }, { namespaces: ['ops'] }])(
    'to %j watches nothing of a namespace',
    async (scope) => {
      const world = forwardWorld({ answering, scope });
      await expect(world.ask(watch)).rejects.toMatchObject({ code: 'Forbidden' });
      expect(world.timeline).toEqual(['watch pay: denied']);
      expect(world.standing.size).toBe(0);
    },
  );
});
