import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { Schedule } from './rotation-spec.js';

export interface CronProblem {
  readonly member: 'cron' | 'timeZone';
  readonly reason: string;
}

/** Thousands of policies share few expressions, and each takes a millisecond to check. */
const known = new Map<string, CronProblem | undefined>();

/** Returns what is wrong with a cron expression or its time zone; undefined: nothing. */
export function cronProblem(cron: string, timeZone: string): CronProblem | undefined {
  const name = JSON.stringify([cron, timeZone]);
  if (!known.has(name)) {
    if (known.size >= rotationLimits.knownCronsMax) known.clear();
    known.set(name, findProblem(cron, timeZone));
  }
  return known.get(name);
}

function findProblem(cron: string, timeZone: string): CronProblem | undefined {
  if (!isTimeZone(timeZone)) return { member: 'timeZone', reason: 'not a time zone' };
  if (cron.trim().split(/\s+/).length !== 5) {
    return { member: 'cron', reason: 'expected five fields: minute, hour, day, month, weekday' };
  }
  try {
    const next = parsed(cron, timeZone).nextRun(new Date(0));
    return next === null ? { member: 'cron', reason: 'there is no such time' } : undefined;
  } catch {
    return { member: 'cron', reason: 'not a cron expression' };
  }
}

/**
 * Returns the first due time after `afterMs`, jitter included. An interval counts from `anchorMs`,
 * cron uses the clock of its zone. A time that daylight saving skips is due right after; a repeated
 * time is due once. Undefined: never again.
 */
export function nextDueMs(
  { when, jitterMs }: Schedule,
  { afterMs, anchorMs, seed }: { afterMs: number; anchorMs: number; seed: string },
): number | undefined {
  if ('everyMs' in when) {
    const missed = Math.max(1, Math.ceil((afterMs + 1 - anchorMs) / when.everyMs));
    const dueMs = anchorMs + missed * when.everyMs;
    return dueMs + jitterOf(jitterMs, seed, dueMs);
  }
  const next = parsed(when.cron, when.timeZone).nextRun(new Date(afterMs));
  return next === null ? undefined : next.getTime() + jitterOf(jitterMs, seed, next.getTime());
}

/** Reports whether a run that was due may still begin. */
export function isInWindow({ windowMs }: Schedule, dueMs: number, nowMs: number): boolean {
  return windowMs === undefined || nowMs <= dueMs + windowMs;
}

/** Returns an equal jitter on every replica and after a restart; it differs by policy and time. */
function jitterOf(jitterMs: number, seed: string, dueMs: number): number {
  if (jitterMs === 0) return 0;
  const digest = createHash('sha256').update(`${seed}\n${dueMs}`).digest();
  return Math.floor((digest.readUInt32BE(0) / 2 ** 32) * jitterMs);
}

function parsed(cron: string, timezone: string): Cron {
  return new Cron(cron, { timezone, paused: true, mode: '5-part' });
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
