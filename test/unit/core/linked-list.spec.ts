import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LinkedList, ListItem } from '../../../src/core/linked-list.js';

function valuesOf(list: LinkedList<number>): number[] {
  const values: number[] = [];
  for (let item = list.first; item !== undefined; item = item.after) values.push(item.value);
  return values;
}

it('keeps the order in which items were added, whichever are taken out or moved', () => {
  const step = fc.record({ kind: fc.constantFrom('append', 'remove', 'move'), at: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const list = new LinkedList<number>();
      let items: ListItem<number>[] = [];
      for (const [index, { kind, at }] of steps.entries()) {
        const item = kind === 'append' ? new ListItem(index) : items[at];
        if (item === undefined) continue;
        items = items.filter((one) => one !== item);
        if (kind === 'append') list.append(item);
        if (kind === 'remove') list.remove(item);
        if (kind === 'move') list.moveToEnd(item);
        if (kind !== 'remove') items.push(item);
        expect(valuesOf(list)).toEqual(items.map(({ value }) => value));
      }
    }),
  );
});
