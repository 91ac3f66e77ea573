import { expect, it } from 'vitest';
import { countByState } from '../../../../src/sync/domain/sync-measures.js';
import { aSync } from './sync.builder.js';

it('counts syncs by the state of their status, and those without one', () => {
  const states = ['InSync', 'InSync', 'Held', undefined, 7];
  const syncs = states.map((state) => aSync({}, { status: { state } }));
  expect(countByState(syncs)).toEqual({ InSync: 2, Held: 1, Unknown: 2 });
  expect(countByState([])).toEqual({});
});
