import { beforeEach, expect, it } from 'vitest';
import { SyncRegistry } from '../../../../src/sync/domain/secret-syncs.js';
import { pulledOrigins } from '../../../../src/sync/engine/pulled-origins.js';
import { NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';
import { Rows } from '../../shares/object-rows.builder.js';
import { aSync } from '../domain/sync.builder.js';

let rows: Rows;
let knownSyncs: SyncRegistry;

beforeEach(() => {
  rows = new Rows();
  knownSyncs = new SyncRegistry();
  put('both', { direction: 'both' }, ['aaaaaaaaaaaa']);
  put('pull', { direction: 'pull' }, ['aaaaaaaaaaaa', 'bbbbbbbbbbbb']);
  put('push', { direction: 'push' }, ['cccccccccccc']);
  put('other', { direction: 'pull', secretName: 'other' }, ['dddddddddddd']);
});

function put(name: string, spec: object, origins: readonly string[]): void {
  const { object } = aSync({ ...spec }, { name, uid: `uid-of-${name}` });
  knownSyncs.put(object, NAMESPACE_UID);
  rows.put(
    { uid: object.uid, resource: 'secretsyncs' },
    { place: 'x', base: [], origins: [...origins] },
  );
}

const originsFor = (spec: object) =>
  pulledOrigins({ knownSyncs, records: rows }, aSync({ ...spec }, { uid: 'uid-of-one' }));

it('a push knows the Secrets whose values other syncs have pulled into its Secret', async () => {
  expect(await originsFor({ direction: 'push' })).toEqual(['aaaaaaaaaaaa', 'bbbbbbbbbbbb']);
  expect(await originsFor({ direction: 'both', secretName: 'other' })).toEqual(['dddddddddddd']);
  expect(await originsFor({ direction: 'push', secretName: 'third' })).toEqual([]);
});

it('a sync that only pulls, and one without a valid spec, need not know', async () => {
  expect(await originsFor({ direction: 'pull' })).toEqual([]);
  expect(await originsFor({ direction: 'none' })).toEqual([]);
});
