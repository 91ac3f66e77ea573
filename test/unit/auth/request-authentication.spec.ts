import { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { VerifiedTokens } from '../../../src/auth/request-authentication.js';
import { reuseLimits } from '../../../src/core/reuse-limits.js';
import { principal } from '../audit/audit-builders.js';
import { ManualClock } from './manual-clock.js';

const header = 'Bearer one';
const alice = principal('alice');

let clock: ManualClock;
let tokens: VerifiedTokens;
let isCurrent: boolean;
let connection: Socket;

beforeEach(() => {
  clock = new ManualClock();
  tokens = new VerifiedTokens(clock);
  isCurrent = true;
  connection = new Socket();
});

const keep = (authorization = header) =>
  tokens.keep(connection, authorization, { principal: alice, isCurrent: () => isCurrent });

describe('a token that was verified before', () => {
  it('gives the same principal, on its connection and on others', () => {
    keep();
    expect(tokens.find(connection, header)).toBe(alice);
    expect(tokens.find(new Socket(), header)).toBe(alice);
  });

  it('is verified again as soon as its verifier says that something has changed', () => {
    keep();
    isCurrent = false;
    expect(tokens.find(connection, header)).toBeUndefined();
  });

  it('is told from another one that comes on the same connection', () => {
    keep();
    expect(tokens.find(connection, 'Bearer two')).toBeUndefined();
    expect(tokens.find(connection, 'bearer one')).toBeUndefined();
    expect(tokens.find(connection, header)).toBe(alice);
  });

  it('is not kept where each request has to ask', () => {
    tokens.keep(connection, header, { principal: alice });
    expect(tokens.find(connection, header)).toBeUndefined();
  });

  it('is verified from the beginning now and then', () => {
    keep();
    clock.advance(2 * reuseLimits.verifiedTokenKeptMs);
    keep('Bearer another');
    expect(tokens.find(connection, header)).toBeUndefined();
  });
});
