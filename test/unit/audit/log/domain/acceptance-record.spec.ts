import { describe, expect, it } from 'vitest';
import { acceptanceFacts } from '../../../../../src/audit/anchors/accept-rollback.js';
import type { LogFacts } from '../../../../../src/audit/domain/audit-event.js';
import { annotation } from '../../../../../src/audit/domain/kubernetes-event.js';
import {
  acceptanceIn,
  foreignAcceptanceSentence,
} from '../../../../../src/audit/log/domain/acceptance-record.js';
import { signLostEntries } from '../../../../../src/audit/log/domain/acceptance.js';
import { eventOf } from '../../audit-builders.js';
import { newSigner } from './signers.js';

const signer = newSigner();
const verifiers = [signer.verifier];
const former = { size: 600, root: Buffer.alloc(32, 6) };
const current = { size: 300, root: Buffer.alloc(32, 3) };
const facts = acceptanceFacts(former, 'file:/anchor', { signer, current });

function bytesOf(log: LogFacts | undefined, more: Readonly<Record<string, string>> = {}): Buffer {
  const event = eventOf({ facts: { action: 'audit.acceptRollback', ...(log && { log }) } });
  return Buffer.from(JSON.stringify({ ...event, annotations: { ...event.annotations, ...more } }));
}

describe('an event of acceptance', () => {
  it('gives up what a key of the log has signed', () => {
    const record = acceptanceIn(bytesOf(facts.log), 300, verifiers);
    expect(record).toMatchObject({ kind: 'rollback', acceptance: { former, current } });
    const acceptanceNote = signLostEntries(256, signer);
    expect(acceptanceIn(bytesOf({ prunedTo: 256, acceptanceNote }), 9, verifiers)).toEqual({
      kind: 'lost-entries',
      below: 256,
    });
  });

  it.each<[string, LogFacts | undefined]>([
    ['it has no statement, as in earlier versions', { ...facts.log, acceptanceNote: '' }],
    ['it says nothing', undefined],
    [
      'its statement is of another key',
      {
        ...acceptanceFacts(former, '', { signer: newSigner(), current }).log,
      },
    ],
    ['it names another size than was signed', { ...facts.log, formerTreeSize: 700 }],
    ['it names another root than was signed', { ...facts.log, formerRootHash: 'AAAA' }],
    ['it names another log than was signed', { ...facts.log, treeSize: 299 }],
    ['it names other entries', { prunedTo: 9, acceptanceNote: signLostEntries(8, signer) }],
  ])('is foreign where %s', (_what, log) => {
    expect(acceptanceIn(bytesOf(log), 300, verifiers)).toEqual({ kind: 'foreign' });
  });

  it('is foreign where it stands in front of the end of the log that it names', () => {
    expect(acceptanceIn(bytesOf(facts.log), 299, verifiers)).toEqual({ kind: 'foreign' });
  });

  it('is none in another event, in a report of the cluster, and in what is no event', () => {
    const anchored = Buffer.from(
      JSON.stringify(eventOf({ facts: { ...facts, action: 'audit.anchor' } })),
    );
    const reported = bytesOf(facts.log, { [annotation.source]: 'cluster' });
    const torn = Buffer.from('{"audit.acceptRollback"');
    for (const bytes of [anchored, reported, torn, Buffer.from('"audit.acceptRollback"')]) {
      expect(acceptanceIn(bytes, 300, verifiers)).toBeUndefined();
    }
  });
});

it('says of a foreign one what has no effect, and what to do about one of an earlier version', () => {
  expect(foreignAcceptanceSentence(7)).toMatch(/^event 7 .* has no effect .* accept once more\)$/);
});
