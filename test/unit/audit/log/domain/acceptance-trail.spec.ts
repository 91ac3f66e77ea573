import { describe, expect, it } from 'vitest';
import { acceptanceFacts } from '../../../../../src/audit/anchors/accept-rollback.js';
import { AcceptanceTrail } from '../../../../../src/audit/log/domain/acceptance-trail.js';
import { signLostEntries } from '../../../../../src/audit/log/domain/acceptance.js';
import { KeyTrail } from '../../../../../src/audit/log/domain/key-trail.js';
import type { AuditFacts } from '../../../../../src/audit/domain/audit-event.js';
import { limits } from '../../../../../src/core/limits.js';
import { eventOf } from '../../audit-builders.js';
import { newSigner } from './signers.js';

const signer = newSigner();
const former = { size: 600, root: Buffer.alloc(32, 6) };
const current = { size: 300, root: Buffer.alloc(32, 3) };
const bytesOf = (facts: AuditFacts) => Buffer.from(JSON.stringify(eventOf({ facts })));
const accepted = bytesOf(acceptanceFacts(former, '', { signer, current }));
const unsigned = bytesOf({ action: 'audit.acceptRollback', log: { formerTreeSize: 600 } });

function trail(trusted = [signer.verifier]): AcceptanceTrail {
  return new AcceptanceTrail(new KeyTrail(trusted));
}

describe('the entries of a log', () => {
  it('give up what was accepted of this log', () => {
    const one = trail();
    one.signed(current);
    expect(one.entry(300, accepted)).toMatchObject({ former, current });
    expect(one.entry(301, Buffer.from('{}'))).toBeUndefined();
    expect(one.foreign).toEqual([]);
  });

  it.each([
    ['the log has another root there', { ...current, root: Buffer.alloc(32) }],
    ['the log was not signed so far', { size: 200, root: current.root }],
  ])('give nothing up where %s', (_what, signed) => {
    const one = trail();
    one.signed(signed);
    expect(one.entry(300, accepted)).toBeUndefined();
    expect(one.foreign).toEqual([300]);
  });

  it('name the first of those that no key has signed, and no more', () => {
    const one = trail();
    for (let index = 400; index < 500; index += 1) one.entry(index, unsigned);
    expect(one.foreign).toHaveLength(limits.auditAcceptancesNamedMax);
    expect(one.foreign[0]).toBe(400);
  });

  it('name none that a former key has signed, but believe it only if the key is believed', () => {
    const next = newSigner();
    const keys = new KeyTrail([next.verifier]);
    keys.list([signer.verifier, next.verifier]);
    const one = new AcceptanceTrail(keys);
    expect(one.entry(300, accepted)).toBeUndefined();
    expect(one.foreign).toEqual([]);
  });

  it('name none that accepts the loss of first entries', () => {
    const one = trail();
    const acceptanceNote = signLostEntries(8, signer);
    const log = { prunedTo: 8, acceptanceNote };
    expect(one.entry(9, bytesOf({ action: 'audit.acceptRollback', log }))).toBeUndefined();
    expect(one.foreign).toEqual([]);
  });
});
