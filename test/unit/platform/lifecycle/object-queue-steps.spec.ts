import { afterEach, expect, it } from 'vitest';
import {
  ObjectQueue,
  type Looked,
  type QueuedObject,
} from '../../../../src/platform/lifecycle/object-queue.js';
import { countedSteps } from '../../../support/counted-steps.js';

/** Steps for one item, from its first note to the end of its look. */
const STEPS_MAX = 60;

let queue: ObjectQueue;
let looked: number;
/** Looks that have not ended. */
let ends: (() => void)[];
let isHeld: boolean;

function begin(first: readonly QueuedObject[]): void {
  [looked, ends] = [0, []];
  const work = (): Promise<Looked> => {
    looked += 1;
    if (!isHeld) return Promise.resolve('done');
    return new Promise((resolve) => ends.push(() => resolve('done')));
  };
  queue = new ObjectQueue({ work, onFault: () => undefined });
  queue.open(first);
}

/** Lets all looks end from now on. */
function release(): void {
  isHeld = false;
  for (const end of ends) end();
}
afterEach(async () => {
  const closing = queue.close();
  release();
  await closing;
});

const itemsOf = (count: number, namespaceOf: (index: number) => string): QueuedObject[] =>
  Array.from({ length: count }, (_, index) => {
    return { uid: `u${index}`, namespace: namespaceOf(index), name: `n${index}` };
  });
const settled = () =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const placements: readonly (readonly [string, (index: number) => string])[] = [
  ['one namespace', () => 'shop'],
  ['a namespace each', (index) => `ns-${index}`],
  ['two namespaces, most in one', (index) => (index % 1_000 === 0 ? 'a' : 'b')],
];

it.each(placements)(
  'a start with 50,000 takes no more steps an item: %s',
  async (_, namespaceOf) => {
    for (const count of [10_000, 50_000]) {
      const items = itemsOf(count, namespaceOf);
      isHeld = true;
      const steps = await countedSteps(async () => {
        begin(items.slice(0, 1));
        // All others are noted while the first is looked at.
        for (const item of items) queue.note(item);
        expect(looked).toBe(1);
        release();
        while (queue.size > 0) await settled();
      });
      expect(looked).toBe(count + 1);
      expect(steps / count).toBeLessThan(STEPS_MAX);
    }
  },
);

it('a note takes no more steps while 10,000 namespaces have no room', async () => {
  isHeld = true;
  begin([]);
  const items = itemsOf(50_000, (index) => `ns-${index % 10_000}`);
  for (const item of items) queue.note(item);
  const steps = await countedSteps(async () => {
    for (const item of items) queue.note(item);
  });
  expect(steps / items.length).toBeLessThan(STEPS_MAX);
});

it('a look that ends takes no more steps while 50,000 wait in its namespace', async () => {
  isHeld = true;
  begin([]);
  for (const item of itemsOf(50_000, () => 'shop')) queue.note(item);
  const count = 1_000;
  const steps = await countedSteps(async () => {
    for (let index = 0; index < count; index += 1) {
      ends[index]?.();
      await settled();
    }
  });
  expect(looked).toBeGreaterThan(count);
  expect(steps / count).toBeLessThan(STEPS_MAX);
});
