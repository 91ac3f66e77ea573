import { expect, it } from 'vitest';
import { keyedChanges } from '../../../../src/sync/domain/keyed-changes.js';
import type { KeyedSecret } from '../../../../src/sync/domain/keyed-state.js';
import type { FoundMark } from '../../../../src/sync/domain/remote-mark.js';
import { valuesOf } from '../engine/sync-world.js';

const owner = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };

const present = (key: string, texts: object, mark: FoundMark = owner): KeyedSecret => ({
  key,
  state: {
    ...{ kind: 'present', version: '1', values: valuesOf({ ...texts }), mark },
    changedAt: undefined,
  },
});
const absent = (key: string): KeyedSecret => ({ key, state: { kind: 'absent' } });
const deleted = (key: string): KeyedSecret => ({
  ...{ key, state: { kind: 'deleted', version: '1', mark: owner } },
});

function changesOf(secrets: readonly KeyedSecret[], texts: Readonly<Record<string, string>>) {
  const { written, claimed, removed } = keyedChanges(secrets, valuesOf(texts), owner);
  const keysOf = (some: readonly KeyedSecret[]) => some.map(({ key }) => key).join(' ');
  return [keysOf(written), keysOf(claimed), keysOf(removed)];
}

it('are the secrets whose values differ, or that are not there', () => {
  const secrets = [
    ...[present('same', { value: '1' }), present('other', { value: '1' })],
    ...[absent('new'), deleted('again'), present('empty', {}), absent('unused')],
  ];
  const texts = { same: '1', other: '2', new: '', again: 'x', empty: 'y' };
  expect(changesOf(secrets, texts)).toEqual(['other new again empty', '', '']);
});

it('are deletions of those that have a value alone', () => {
  const secrets = [
    ...[present('a', { value: '1' }), present('b', { value: '' }), present('empty', {})],
    ...[absent('c'), deleted('d')],
  ];
  expect(changesOf(secrets, { a: '1' })).toEqual(['', '', 'b']);
});

it('are marks on those that stay, also without a value', () => {
  const theirs = { ...owner, syncUid: 'former' };
  const states = [present('a', { value: '1' }, theirs), present('empty', {}, theirs)];
  expect(changesOf(states, { a: '1' })).toEqual(['', 'a empty', '']);
  expect(changesOf(states, { a: '2' })).toEqual(['a', 'empty', '']);
  expect(changesOf(states, {})).toEqual(['', 'empty', 'a']);
});
