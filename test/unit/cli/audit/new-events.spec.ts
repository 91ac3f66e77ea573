import type { AuditEvent } from '@sallyport/client';
import { describe, expect, it } from 'vitest';
import { PrintedEvents } from '../../../../src/cli/audit/new-events.js';

type Outcome = AuditEvent['outcome'];
const event = (id: number, outcome: Outcome = 'allowed') =>
  ({ id: String(id), outcome }) as AuditEvent;

describe('the events to print', () => {
  const ids = (events: readonly AuditEvent[]) =>
    events.map(({ id, outcome }) => `${id} ${outcome}`);

  it('are new ones, oldest first', () => {
    const printed = new PrintedEvents();
    expect(printed.from).toBe(0);
    expect(ids(printed.take([event(9), event(3)], 0))).toEqual(['3 allowed', '9 allowed']);
    expect(printed.from).toBe(10);
    expect(ids(printed.take([event(12), event(10), event(9)], 0))).toEqual([
      '10 allowed',
      '12 allowed',
    ]);
    expect(printed.take([event(12)], 0)).toEqual([]);
  });

  it('are unfinished ones again when their outcome is there', () => {
    const printed = new PrintedEvents();
    expect(ids(printed.take([event(5), event(4, 'unknown')], 0))).toEqual([
      '4 unknown',
      '5 allowed',
    ]);
    expect(printed.from).toBe(4);
    expect(printed.take([event(5), event(4, 'unknown')], 0)).toEqual([]);
    expect(ids(printed.take([event(5), event(4, 'failed')], 0))).toEqual(['4 failed']);
    expect(printed.from).toBe(6);
  });

  it('stay bounded if outcomes never come', () => {
    const printed = new PrintedEvents();
    printed.take(
      Array.from({ length: 1_500 }, (_one, index) => event(index, 'unknown')),
      0,
    );
    expect(printed.from).toBe(500);
  });

  it('do not read from one without an outcome for ever', () => {
    const printed = new PrintedEvents();
    printed.take([event(4, 'unknown')], 0);
    printed.take([event(9)], 60_000);
    expect(printed.from).toBe(4);
    printed.take([event(10)], 60_001);
    expect(printed.from).toBe(11);
  });
});
