import { describe, expect, it } from 'vitest';
import { LocalIntents } from '../../../src/audit/local-intents.js';
import { limits } from '../../../src/core/limits.js';
import { eventOf } from './audit-builders.js';

const nowMs = Date.parse('2026-11-25T12:00:00Z');
const intent = (auditId: string, ageMs = 0) =>
  eventOf({ ctx: { auditId }, stage: 'intent', receivedAtMs: nowMs - ageMs });

describe('of the intents that are open', () => {
  it.each(['one', 'many'] as const)('none is left that runs here, with %s writers', (writers) => {
    const intents = new LocalIntents(writers);
    intents.begin('mine');
    expect(intents.isLeft(intent('mine', 2 * limits.writeMsMax), nowMs)).toBe(false);
    intents.end('mine');
    expect(intents.isLeft(intent('mine'), nowMs)).toBe(true);
  });

  it('all others are left where nobody else writes', () => {
    expect(new LocalIntents('one').isLeft(intent('other'), nowMs)).toBe(true);
  });

  it('those of other processes are left once no write could run so long', () => {
    const intents = new LocalIntents('many');
    expect(intents.isLeft(intent('other', limits.writeMsMax), nowMs)).toBe(false);
    expect(intents.isLeft(intent('other', limits.writeMsMax + 1), nowMs)).toBe(true);
  });

  it('so many that ended here are remembered, the last ones', () => {
    const intents = new LocalIntents('many');
    for (let i = 0; i <= limits.auditEndedWritesMax; i += 1) intents.end(`w-${i}`);
    expect(intents.isLeft(intent('w-0'), nowMs)).toBe(false);
    expect(intents.isLeft(intent('w-1'), nowMs)).toBe(true);
  });
});
