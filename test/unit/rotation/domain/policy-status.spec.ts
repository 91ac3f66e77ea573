import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import {
  policyStatus,
  type StatusFacts,
  saysNextRun,
} from '../../../../src/rotation/domain/policy-status.js';
import type { RotationRun } from '../../../../src/rotation/domain/rotation-run.js';
import { aKnownPolicy, type Members, passwordBody } from '../policy.builder.js';
import { aRun } from '../rotation-run.builder.js';

const nowMs = Date.UTC(2026, 0, 1, 12, 0, 0, 999);
const long = 'a '.repeat(20_000);

function factsOf(change: Partial<StatusFacts> = {}): StatusFacts {
  return {
    known: aKnownPolicy(passwordBody, { generation: 3 }),
    run: undefined,
    lastSucceededMs: undefined,
    nextRunMs: null,
    obstacle: undefined,
    nowMs,
    ...change,
  };
}

const statusOfRun = (run: Partial<RotationRun>): Members =>
  policyStatus(factsOf({ run: aRun(run) }));

/** As `status reason`, by type. */
function conditionsOf(status: Members): Members {
  const conditions = status['conditions'] as readonly Readonly<Record<string, string>>[];
  return Object.fromEntries(
    conditions.map(({ type, status: value, reason }) => [type, `${value} ${reason}`]),
  );
}

describe('the status of a policy', () => {
  it('of one that never ran says that it is ready, and nothing of a run', () => {
    const status = policyStatus(factsOf({ nextRunMs: nowMs + 1 }));
    expect(status).toMatchObject({
      observedGeneration: 3,
      target: 'none',
      nextRunTime: '2026-01-01T12:00:01.000Z',
    });
    expect(conditionsOf(status)).toEqual({
      Ready: 'True Accepted',
      Rotating: 'False NeverRun',
      Degraded: 'False AsExpected',
    });
    const members = ['lastRunTime', 'lastSuccessTime', 'runId', 'step', 'state', 'versions'];
    expect(members.filter((name) => status[name] !== undefined)).toEqual([]);
  });

  it.each<[Partial<RotationRun>, Members]>([
    [
      { state: 'running', step: 'set' },
      { Rotating: 'True Set', Degraded: 'False AsExpected' },
    ],
    [{ state: 'waiting', step: 'retire' }, { Rotating: 'True Retire' }],
    [{ state: 'succeeded', step: 'retire' }, { Rotating: 'False Idle' }],
    [{ state: 'cancelled' }, { Rotating: 'False Idle', Degraded: 'False AsExpected' }],
    [
      { state: 'failed', problem: { reason: 'TlsFailed', message: 'a sentence' } },
      { Rotating: 'False Idle', Degraded: 'True TlsFailed' },
    ],
    [
      { state: 'needsOperator', problem: { reason: 'NoCredentialWorks', message: 'a sentence' } },
      { Degraded: 'True NoCredentialWorks' },
    ],
    [
      { state: 'running', problem: { reason: 'TargetTimeout', message: 'a sentence' } },
      { Rotating: 'True Create', Degraded: 'True TargetTimeout' },
    ],
  ])('of a run that is %j', (run, conditions) => {
    expect(conditionsOf(statusOfRun(run))).toMatchObject(conditions);
  });

  it('says in which version which credential is', () => {
    const versions = (fromVersion: number | null, toVersion: number | null): unknown =>
      statusOfRun({ fromVersion, toVersion })['versions'];
    expect(versions(3, null)).toEqual({ current: 3 });
    expect(versions(3, 4)).toEqual({ current: 4, previous: 3 });
    expect(versions(null, 1)).toEqual({ current: 1 });
    expect(versions(null, null)).toEqual({});
  });

  it('is not ready where the spec breaks a rule, or something stands in the way', () => {
    const known = aKnownPolicy({ generate: [] });
    const obstacle = { reason: 'ManagedElsewhere', message: 'the Secret is managed by Helm' };
    expect(conditionsOf(policyStatus(factsOf({ known, obstacle })))['Ready']).toBe(
      'False PolicyInvalid',
    );
    const managed = policyStatus(factsOf({ obstacle }));
    expect(managed['message']).toBe(obstacle.message);
    expect(conditionsOf(managed)['Ready']).toBe('False ManagedElsewhere');
  });
});

describe('the time of a condition', () => {
  const timesOf = (status: Members): readonly unknown[] =>
    (status['conditions'] as readonly Members[]).map((one) => one['lastTransitionTime']);

  it('is in whole seconds, and stays as long as the condition says the same', () => {
    const first = policyStatus(factsOf());
    expect(timesOf(first)).toEqual(Array.from({ length: 3 }, () => '2026-01-01T12:00:00.000Z'));
    const known = aKnownPolicy(passwordBody, { generation: 3, status: first });
    const later = { known, nowMs: nowMs + 60_000 };
    expect(timesOf(policyStatus(factsOf(later)))).toEqual(timesOf(first));
    const rotating = policyStatus(factsOf({ ...later, run: aRun() }));
    expect(timesOf(rotating)).toEqual([
      '2026-01-01T12:00:00.000Z',
      '2026-01-01T12:01:00.000Z',
      '2026-01-01T12:00:00.000Z',
    ]);
  });

  it.each([{ conditions: 'x' }, { conditions: [{}] }, {}])(
    'begins anew after a status that is none of ours: %j',
    (status) => {
      const known = aKnownPolicy(passwordBody, { status });
      expect(new Set(timesOf(policyStatus(factsOf({ known }))))).toEqual(
        new Set(['2026-01-01T12:00:00.000Z']),
      );
    },
  );
});

describe('a member of a status', () => {
  const definition = parse(readFileSync('deploy/crds/secretrotations.yaml', 'utf8'), {
    maxAliasCount: -1,
  }) as Members;

  it('is no text that is longer than the cluster takes it', () => {
    const run = { waitingFor: long, problem: { reason: 'TlsFailed', message: long } } as const;
    const bounds = statusProperties(definition);
    for (const state of ['waiting', 'failed'] as const) {
      const status = policyStatus(
        factsOf({ run: aRun({ ...run, state }), obstacle: { reason: 'A', message: long } }),
      );
      for (const name of ['message', 'waitingFor']) {
        expect(String(status[name]).length).toBeLessThanOrEqual(Number(bounds[name]?.maxLength));
      }
      for (const { message } of status['conditions'] as readonly { readonly message: string }[]) {
        expect(message.length).toBeLessThanOrEqual(1_024);
      }
    }
  });

  it('stands where the cluster knows one, and so is kept', () => {
    const known = Object.keys(statusProperties(definition));
    const status = policyStatus(factsOf({ run: aRun(), nextRunMs: nowMs }));
    expect(Object.keys(status).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('is well-formed also where it is cut', () => {
    const status = statusOfRun({ state: 'waiting', waitingFor: '\u{1F511}'.repeat(1_000) });
    expect(String(status['waitingFor']).isWellFormed()).toBe(true);
    expect(String(status['waitingFor'])).toMatch(/…$/);
  });
});

type Properties = Readonly<Record<string, { readonly maxLength?: number }>>;

function statusProperties({ spec }: Members): Properties {
  const { versions } = spec as { readonly versions: readonly [{ readonly schema: Members }] };
  const root = versions[0].schema['openAPIV3Schema'] as { readonly properties: Members };
  return (root.properties['status'] as { readonly properties: Properties }).properties;
}

describe('the time of the next run in a status', () => {
  it.each([
    [{ nextRunTime: '2026-01-01T00:00:00.000Z' }, Date.UTC(2026, 0, 1), true],
    [{ nextRunTime: '2026-01-01T00:00:00Z' }, Date.UTC(2026, 0, 1), true],
    [{ nextRunTime: '2026-01-01T00:00:00Z' }, Date.UTC(2026, 0, 2), false],
    [{ nextRunTime: '2026-01-01T00:00:00Z' }, null, false],
    [{}, null, true],
    [{}, 0, false],
  ])('of %j is %s: %s', (status, nextRunMs, is) => {
    expect(saysNextRun(status, nextRunMs)).toBe(is);
  });
});
