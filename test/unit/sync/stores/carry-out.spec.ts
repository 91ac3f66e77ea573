import { expect, it } from 'vitest';
import { OutboundFault } from '../../../../src/platform/outbound/domain/outbound-fault.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import { carryOut } from '../../../../src/sync/stores/carry-out.js';

const denied = new RemoteFault('StoreDenied', 'the store refuses');
const lost = new OutboundFault('TargetTimeout', 'no answer');

it('has results in order, and some concurrently', async () => {
  let running = 0;
  let most = 0;
  const writes = [0, 1, 2, 3, 4].map((index) => async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    return index;
  });
  expect(await carryOut(writes, 2)).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});

const done = () => Promise.resolve('done');
const fails = (error: Error) => () => Promise.reject(error);

it.each<[string, readonly (() => Promise<string>)[], string, boolean]>([
  ['alone', [fails(denied)], 'StoreDenied', false],
  ['before others', [fails(denied), fails(denied), done], 'StoreDenied', false],
  ['with one that was carried out', [fails(denied), done], 'StoreDenied', true],
  ['after another batch', [done, done, fails(denied)], 'StoreDenied', true],
  ['with one of which nobody knows', [fails(denied), fails(lost)], 'StoreDenied', true],
  ['as one of which nobody knows', [fails(lost), fails(denied)], 'TargetTimeout', true],
  ['with one that is no fault', [fails(denied), fails(new Error('x'))], 'StoreDenied', true],
])('fails %s', async (_what, writes, reason, mayHaveChanged) => {
  await expect(carryOut(writes, 2)).rejects.toMatchObject({ reason, mayHaveChanged });
});

it('begins none after a failure, and waits for those that have begun', async () => {
  const events: string[] = [];
  const slow = async () => {
    await new Promise(setImmediate);
    events.push('slow');
  };
  const never = async () => void events.push('never');
  const failing = () => Promise.reject(denied);
  await expect(carryOut([failing, slow, never], 2)).rejects.toMatchObject({
    ...{ reason: 'StoreDenied', mayHaveChanged: true },
  });
  await new Promise(setImmediate);
  expect(events).toEqual(['slow']);
});
