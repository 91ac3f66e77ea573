import { expect, it } from 'vitest';
import { NoCache } from '../../../../src/secrets/domain/cache/secret-cache.js';
import type { CacheNote } from '../../../../src/workers/messages.js';
import { AnnouncedWrites } from '../../../../src/workers/main/announced-writes.cache.js';

it('tells other processes the name of what was written, and nothing else of it', () => {
  const notes: CacheNote[] = [];
  const cache = new AnnouncedWrites(new NoCache(), (note) => void notes.push(note));
  const secret = { namespace: 'pay', name: 'db', data: { password: 'x' } };
  cache.wrote(secret, '7');
  cache.removed(secret, 'uid-1');
  cache.unsure(secret);
  const ref = { namespace: 'pay', name: 'db' };
  expect(notes).toEqual([
    { kind: 'wrote', ref, resourceVersion: '7' },
    { kind: 'removed', ref, uid: 'uid-1' },
    { kind: 'unsure', of: ref },
  ]);
});
