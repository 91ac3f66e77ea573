import { describe, expect, it } from 'vitest';
import { PruningState } from '../../../../../src/audit/retention/domain/pruning-state.js';

const labels = new Map([['@file:/mnt/a', 'audit-anchor-1-file']]);
const pruning = () => new PruningState({ labels, heldMsMax: 100, youngMs: 1_000 });

describe('events that are due and may not go', () => {
  it('are an alarm once, that names what holds them, if that lasts', () => {
    const state = pruning();
    expect(state.held(['@file:/mnt/a'], 0)).toBeUndefined();
    expect(state.warning(0)).toBeUndefined();
    expect(state.held(['@file:/mnt/a', 'audit-sink-siem'], 100)).toBe(
      'the audit log is not pruned: audit-anchor-1-file, audit-sink-siem lack events that are to go',
    );
    expect(state.held(['@file:/mnt/a'], 200)).toBeUndefined();
    expect(state.warning(200)).toBe(
      'held up since 1970-01-01T00:00:00.000Z by audit-anchor-1-file',
    );
    expect(state.held([], 300)).toBe('the audit log is pruned again');
    expect(state.warning(300)).toBeUndefined();
    expect(state.held([], 400)).toBeUndefined();
  });

  it('are no alarm while each receiver is a little behind now and then', () => {
    const state = pruning();
    for (const nowMs of [0, 90, 180, 270]) {
      expect(state.held(['@file:/mnt/a'], nowMs)).toBeUndefined();
      expect(state.held([], nowMs + 45)).toBeUndefined();
    }
  });
});

describe('young events that go for want of room', () => {
  it('are an alarm and a warning, for so long', () => {
    const state = pruning();
    expect(state.youngPruned(0)).toContain('audit.retention.maxBytes');
    expect(state.youngPruned(900)).toBeUndefined();
    expect(state.warning(1_800)).toContain('less than a day old');
    expect(state.warning(1_900)).toBeUndefined();
    expect(state.youngPruned(2_000)).toContain('audit.retention.maxBytes');
  });
});
