import { describe, expect, it } from 'vitest';
import { scramVerifier } from '../../../../../src/rotation/domain/postgres/scram-verifier.js';

describe('a SCRAM verifier', () => {
  it('has the keys of RFC 7677 for the password and salt of its example', () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    // Made by PostgreSQL's own scram_build_secret for this password and salt.
    expect(scramVerifier('pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==' +
        '$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  it('tells nothing of equal passwords', () => {
    const [one, other] = [1, 2].map((byte) => scramVerifier('same', Buffer.alloc(16, byte)));
    expect(one).not.toBe(other);
    expect(one).not.toContain('same');
  });
});
