import { expect, it } from 'vitest';
import { signCheckpoint } from '../../../../../src/audit/log/domain/checkpoint.js';
import { signRotation } from '../../../../../src/audit/log/domain/key-rotation.js';
import { KeyTrail } from '../../../../../src/audit/log/domain/key-trail.js';
import type { NoteSigner } from '../../../../../src/audit/log/domain/note-key.js';
import { limits } from '../../../../../src/core/limits.js';
import { eventOf } from '../../audit-builders.js';
import { newSigner } from './signers.js';

const [first, second, third] = [newSigner(), newSigner(), newSigner()];

function rotation({ verifier: { vkey } }: NoteSigner, by?: NoteSigner): Buffer {
  const note = by && signRotation({ vkey, treeSize: 0 }, by);
  const facts = { action: 'keys.rotate', logKey: vkey, ...(note && { logKeyNote: note }) } as const;
  return Buffer.from(JSON.stringify(eventOf({ facts })));
}

function isTrusted(trail: KeyTrail, signer: NoteSigner): boolean | undefined {
  return trail.open(signCheckpoint({ size: 3, root: Buffer.alloc(32) }, signer))?.isTrusted;
}

it('leads from key to key, each once one that is believed has signed the log with it', () => {
  const trail = new KeyTrail([first.verifier]);
  trail.entry(5, rotation(second, first));
  expect(isTrusted(trail, second)).toBeUndefined();
  trail.confirm();
  expect(isTrusted(trail, second)).toBe(true);
  trail.entry(9, rotation(third, second));
  trail.confirm();
  expect(isTrusted(trail, third)).toBe(true);
  expect(trail.unvouched).toEqual([]);
});

it('leads nowhere by an event that merely names a key, and tells of it', () => {
  const trail = new KeyTrail([first.verifier]);
  trail.entry(5, rotation(second));
  trail.entry(6, rotation(second, third));
  trail.entry(7, rotation(second, second));
  trail.confirm();
  expect(isTrusted(trail, second)).toBeUndefined();
  expect(trail.unvouched).toEqual([5, 6, 7]);
});

it('does not believe keys that the export lists, nor those that they vouch for', () => {
  const trail = new KeyTrail([third.verifier]);
  trail.list([first.verifier, second.verifier, third.verifier]);
  trail.entry(5, rotation(second, first));
  trail.confirm();
  expect(isTrusted(trail, first)).toBe(false);
  expect(isTrusted(trail, second)).toBe(false);
  expect(isTrusted(trail, third)).toBe(true);
  expect(trail.unvouched).toEqual([]);
});

it('keeps no more keys and indexes than a log has', () => {
  const trail = new KeyTrail([first.verifier]);
  for (let index = 0; index < limits.auditLogKeysMax; index += 1) {
    trail.entry(index, rotation(newSigner(), first));
    trail.entry(index, rotation(newSigner()));
  }
  const late = newSigner();
  trail.entry(1_000, rotation(late, first));
  trail.confirm();
  expect(isTrusted(trail, late)).toBeUndefined();
  expect(trail.unvouched).toHaveLength(8);
});
