import { expect, it, vi } from 'vitest';
import { AuditNotWritten } from '../../../../src/audit/audit-not-written.js';
import { gatewayCaller } from '../../../../src/audit/gateway-caller.js';
import type { ToMain } from '../../../../src/workers/messages.js';
import { EventDeclined, EventPasser } from '../../../../src/workers/worker/event-passer.js';

const entryOf = (json: string) => ({ json, stage: 'single' }) as const;
const written = (leafIndex: number) => ({ kind: 'written', leafIndex }) as const;

function passer() {
  const sent: ToMain[] = [];
  return { sent, events: new EventPasser((message) => void sent.push(message)) };
}

/** The JSON of the entries of each message. */
function texts(sent: readonly ToMain[]): readonly (readonly string[])[] {
  return sent.map((message) =>
    message.kind === 'entries' ? message.entries.map(({ json }) => json) : [],
  );
}

it('has one message on its way, and all that comes meanwhile in the next one', async () => {
  const { sent, events } = passer();
  const first = [events.append(entryOf('1')), events.append(entryOf('2'))];
  await vi.waitFor(() => expect(texts(sent)).toEqual([['1', '2']]));
  const later = [events.append(entryOf('3')), events.append(entryOf('4'))];
  events.settle([written(10), written(11)]);
  expect(await Promise.all(first)).toEqual([10, 11]);
  expect(texts(sent)).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
  events.settle([written(12), written(13)]);
  expect(await Promise.all(later)).toEqual([12, 13]);
});

it('tells declined events from those of which nothing is known', async () => {
  const { sent, events } = passer();
  const fates = Promise.allSettled([
    events.append(entryOf('1')),
    events.append(entryOf('2')),
    events.append(entryOf('3')),
  ]);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  events.settle([{ kind: 'declined' }, { kind: 'failed', reason: 'the disk is full' }]);
  expect(await fates).toEqual([
    { status: 'rejected', reason: expect.any(EventDeclined) as unknown },
    { status: 'rejected', reason: new AuditNotWritten('the disk is full') },
    { status: 'rejected', reason: new AuditNotWritten('nothing was said about it') },
  ]);
});

it('counts a request once, and knows what is left of its limit', async () => {
  const { sent, events } = passer();
  const ctx = gatewayCaller('sallyport');
  events.count(ctx, ctx.principal);
  const both = Promise.all([events.append(entryOf('1'), ctx), events.append(entryOf('2'), ctx)]);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  const { kind, credentialId, username } = ctx.principal;
  expect(sent).toMatchObject([
    { entries: [{ json: '1', counted: { kind, credentialId, username } }, { json: '2' }] },
  ]);
  events.settle([{ ...written(1), fields: { ratelimit: 'x' } }, written(2)]);
  await both;
  expect(events.fieldsOf(ctx)).toEqual({ ratelimit: 'x' });
});

it('rejects where the main process is gone', async () => {
  const events = new EventPasser(() => {
    throw new Error('channel closed');
  });
  await expect(events.append(entryOf('1'))).rejects.toThrow('the main process is gone');
});

it('commits nothing', async () => {
  await expect(passer().events.commit()).rejects.toThrow('workers commit nothing');
});
